import { StringStream } from '@codemirror/language';
import { describe, expect, it } from 'vitest';
import { a64LineEnds, a64Start, a64Token } from './a64-tokens';

/** The coloured tokens of a source, as `text/colour`. */
function coloured(source: string): string[] {
  const state = a64Start();
  return source.split('\n').flatMap((line) => {
    const found: string[] = [];
    const letters = new StringStream(line, 8, 4);
    a64LineEnds(state);
    while (!letters.eol()) {
      letters.start = letters.pos;
      const token = a64Token(letters, state);
      if (token) found.push(`${letters.current()}/${token}`);
      expect(letters.pos).toBeGreaterThan(letters.start);
    }
    return found;
  });
}

describe('colours of A64 assembly', () => {
  it('tells mnemonics, registers, immediates and labels by their place', () => {
    expect(coloured('start: add x0, xzr, #-0x10, lsl #12')).toEqual([
      'start:/label',
      'add/mnemonic',
      'x0/register',
      'xzr/register',
      '#-0x10/number',
      'lsl/condition',
      '#12/number',
    ]);
    expect(coloured('  b.ne 1f\n1: cbz w3, 1b')).toEqual([
      'b.ne/mnemonic',
      '1f/label',
      '1:/label',
      'cbz/mnemonic',
      'w3/register',
      '1b/label',
    ]);
    expect(coloured('fmla v0.4s, v31.4s, v2.s[1]')).toEqual([
      'fmla/mnemonic',
      'v0.4s/register',
      'v31.4s/register',
      'v2.s/register',
      '1/number',
    ]);
    expect(coloured('add x1, x1, :lo12:text')).toEqual(['add/mnemonic', 'x1/register', 'x1/register', ':lo12:/relocation']);
  });

  it('takes no register for what is only like one', () => {
    expect(coloured('bl x31\n bl spin\n ldr x30, =sp_value')).toEqual([
      'bl/mnemonic',
      'bl/mnemonic',
      'ldr/mnemonic',
      'x30/register',
    ]);
  });

  it('knows directives and text, in which nothing else is', () => {
    expect(coloured('text: .asciz "// no \\" comment; x0"\n.equ sp, 4')).toEqual([
      'text:/label',
      '.asciz/directive',
      '"// no \\" comment; x0"/string',
      '.equ/directive',
      '4/number',
    ]);
  });

  it('ends a statement at a semicolon, as the assembler does', () => {
    expect(coloured("nop; mov w0, #'x'; .word 1")).toEqual([
      'nop/mnemonic',
      'mov/mnemonic',
      'w0/register',
      "'x'/string",
      '.word/directive',
      '1/number',
    ]);
  });

  it('keeps block comments over lines, and the three ways to begin one', () => {
    expect(coloured('/* a\nmov x0 */ nop /* b */ // c\n# d')).toEqual(
      ['/* a/comment', 'mov x0 */comment', 'nop/mnemonic', '/* b */comment', '// c/comment', '# d/comment'].map((each) =>
        each.replace(/\*\/comment/, '*//comment'),
      ),
    );
  });
});
