import { describe, expect, it } from 'vitest';
import { clean } from './clean';

describe('assembly of a compiler made flat', () => {
  it('has code first, then constants, then variables on pages of their own', () => {
    const compiled = [
      '\t.arch armv8-a',
      '\t.text',
      '\t.section\t.rodata.str1.8,"aMS",@progbits,1',
      '.LC0:',
      '\t.string\t"a // b"',
      '\t.text',
      '\t.align\t2',
      '\t.global\tkernel',
      '\t.type\tkernel, %function',
      'kernel:',
      '.LFB0:',
      '\t.cfi_startproc',
      '\tadrp\tx0, .LANCHOR0',
      '\tret',
      '\t.size\tkernel, .-kernel',
      '\t.bss',
      '\t.set\t.LANCHOR0,. + 0',
      'a:',
      '\t.zero\t8',
      '\t.section\t.rodata',
      '\t.word\t1',
      '\t.section\t.note.GNU-stack,"",@progbits',
      '',
    ].join('\n');
    expect(clean(compiled)).toBe(
      [
        '// .text',
        '\t.align\t2',
        'kernel:',
        '.LFB0:',
        '\tadrp\tx0, .LANCHOR0',
        '\tret',
        '// .rodata',
        '.LC0:',
        '\t.string\t"a // b"',
        '\t.word\t1',
        '// .bss',
        '\t.balign\t4096',
        '\t.set\t.LANCHOR0,. + 0',
        'a:',
        '\t.zero\t8',
        '',
      ].join('\n'),
    );
  });

  it('is spelled as the manual does', () => {
    expect(clean('\tuxtw\tx3, w1\n\tadd\tx5, x6, w2, sxtw 3\n\tldr\tw7, [x4, x2, lsl 2]\n\tuxtb\tw1, w2\n')).toBe(
      '// .text\n\tubfx\tx3, x1, 0, 32\n\tadd\tx5, x6, w2, sxtw #3\n\tldr\tw7, [x4, x2, lsl #2]\n\tuxtb\tw1, w2\n',
    );
  });

  it('refuses sections that it does not know', () => {
    expect(() => clean('\t.section\t.init_array,"aw"')).toThrow(
      "The compiler's section “.init_array” has no place in a flat program.",
    );
  });
});
