import { describe, expect, it } from 'vitest';
import { type Assembled, AssemblyError, assemble } from './index';

const words = ({ bytes }: Assembled): string[] =>
  Array.from({ length: bytes.length / 4 }, (_, i) =>
    new DataView(bytes.buffer)
      .getUint32(i * 4, true)
      .toString(16)
      .padStart(8, '0'),
  );
const problemsOf = (source: string): string[] => {
  try {
    assemble(source);
  } catch (error) {
    if (error instanceof AssemblyError) return error.message.split('\n');
    throw error;
  }
  return [];
};

describe('instructions, as GNU as encodes them', () => {
  it.each([
    ['mov x0, #0', 'd2800000'],
    ['mov w1, #-1', '12800001'],
    ['mov x3, #0x5555555555555555', 'b200f3e3'],
    ['mov x4, #0xffffffffffff1234', '929db964'],
    ['mov sp, x1', '9100003f'],
    ['add x0, x1, #4096', '91400420'],
    ['add x0, x1, -1', 'd1000420'],
    ['cmp w1, #-3', '31000c3f'],
    ['add sp, sp, x1, lsl #3', '8b216fff'],
    ['and w1, w2, #~0xf', '121c6c41'],
    ['bic x1, x2, #1', '927ff841'],
    ['bfc w1, #0, #32', '33007fe1'],
    ['cset w1, lo', '1a9f27e1'],
    ['ldr x0, [x1, #-8]', 'f85f8020'],
    ['ldr x0, [sp], #16', 'f84107e0'],
    ['ldrsh w0, [x1, w2, uxtw #1]', '78e25820'],
    ['ldp x29, x30, [sp], #16', 'a8c17bfd'],
    ['casal x1, x2, [x3]', 'c8e1fc62'],
    ['msr DAIFClr, #0xf', 'd5034fff'],
    ['mrs x0, CurrentEL', 'd5384240'],
    ['TLBI VMALLE1IS', 'd508831f'],
    ['isb', 'd5033fdf'],
    ['tbz x1, #5, .', '36280001'],
  ])('%s', (source, word) => {
    expect(words(assemble(source))).toEqual([word]);
  });
});

describe('layout', () => {
  it('resolves labels in both directions, with the base in addresses only', () => {
    const source = 'start: b end\n b start\nend: adr x0, start\n .quad end';
    const result = assemble(source, { base: 0x40080000n });
    expect(words(result)).toEqual(['14000002', '17ffffff', '10ffffc0', '40080008', '00000000']);
    expect(result.symbols.get('end')).toBe(0x40080008n);
    expect(result.lines.slice(0, 2)).toEqual([
      { line: 1, address: 0x40080000n, size: 4 },
      { line: 2, address: 0x40080004n, size: 4 },
    ]);
  });

  it('has numeric local labels', () => {
    expect(words(assemble('1: b 1b\n b 1f\n1: b 1b'))).toEqual(['14000000', '14000001', '14000000']);
  });

  it('puts literals where .ltorg says, each once, small ones first', () => {
    const result = assemble('ldr x0, =0x123456789\nldr w1, =7\nldr x2, =0x123456789\n.ltorg\nnop\nldr x3, =1');
    expect(words(result)).toEqual([
      '58000080',
      '18000041',
      '58000042',
      '00000007',
      '23456789',
      '00000001',
      'd503201f',
      '58000023',
      '00000001',
      '00000000',
    ]);
  });

  it('aligns code with NOPs and data as told', () => {
    expect(words(assemble('nop\n.balign 16\n.byte 1\n.balign 4, 0xee'))).toEqual([
      'd503201f',
      'd503201f',
      'd503201f',
      'd503201f',
      'eeeeee01',
    ]);
  });

  it('writes data, strings and space', () => {
    const { bytes } = assemble(
      '.byte \'a\', -1\n.hword 0x1234\n.ascii "b\\n\\x41"\n.asciz "c;//"\n.space 2, 9\n.org 16\n.byte 7',
    );
    expect([...bytes]).toEqual([97, 255, 0x34, 0x12, 98, 10, 0x41, 99, 59, 47, 47, 0, 9, 9, 0, 0, 7]);
  });

  it('knows expressions with the precedence of GNU as', () => {
    expect([
      ...assemble('.byte 1 + 2 * 3, (1 + 2) * 3, 1 | 2 + 4, 6 & 3 << 1, -(-5), ~0xfe & 0xff, 7 % 4, 10 / 3, 1 == 1').bytes,
    ]).toEqual([7, 9, 7, 6, 5, 1, 3, 3, 255]);
  });

  it('takes pages and offsets in pages of symbols', () => {
    const source = 'adrp x0, data\nadd x0, x0, :lo12:data\nldr x1, [x0, :lo12:data]\nmovz x2, #:abs_g0:data\n.org 0x1008\ndata:';
    expect(words(assemble(source)).slice(0, 4)).toEqual(['b0000000', '91002000', 'f9400401', 'd2820102']);
  });
});

describe('macros and blocks', () => {
  it('expand macros with arguments, defaults and \\@', () => {
    const source =
      '.macro twice reg, by=1\nagain\\@: add \\reg, \\reg, #\\by\ncbz \\reg, again\\@\n.endm\ntwice x1\ntwice x2, 3\ntwice by=2, reg=x3';
    expect(words(assemble(source))).toEqual(['91000421', 'b4ffffe1', '91000c42', 'b4ffffe2', '91000863', 'b4ffffe3']);
  });

  it('repeat and choose', () => {
    expect([...assemble('N = 2\n.rept N\n.byte 5\n.endr\n.irp v, 7, 8\n.byte \\v\n.endr').bytes]).toEqual([5, 5, 7, 8]);
    const choice =
      '.if N == 1\n.byte 1\n.elseif N == 2\n.if 0\n.byte 9\n.else\n.byte 2\n.endif\n.else\n.byte 3\n.endif\n.ifdef M\n.byte 4\n.endif';
    expect([1, 2, 3].map((n) => assemble(`N = ${n}\n${choice}`).bytes[0])).toEqual([1, 2, 3]);
  });

  it('end even if they are nested beyond reason', () => {
    const bomb = '.rept 100000\n.rept 100000\nN = 1\n.endr\n.endr';
    expect(problemsOf(bomb)).toEqual(['Line 3: the source repeats itself beyond what 500000 statements take.']);
  });

  it('end even if what is repeated is nothing', () => {
    const bomb = '.rept 1000000\n.rept 1000000\n.endr\n.endr';
    expect(problemsOf(bomb)).toEqual(['Line 2: the source repeats itself beyond what 500000 statements take.']);
  });

  it.each([
    ['skipped', '.if 0\n{}\n.endif'],
    ['kept', '.macro m\n{}\n.endm'],
    ['repeated no time', '.rept 0\n{}\n.endr'],
  ])('ends for repeated statements that are %s', (_how, block) => {
    const many = `.rept 1000000\n${block.replace('{}', Array(300).fill('nop').join('\n'))}\n.endr`;
    expect(problemsOf(many)).toEqual(['Line 2: the source repeats itself beyond what 500000 statements take.']);
    expect(problemsOf(many.replace('1000000', '1000'))).toEqual([]);
  });

  it('ends for repeated sums of very many terms, and takes each of them once', () => {
    const sum = `.if ${Array(20_000).fill('1').join('+')}\n.endif`;
    expect(problemsOf(sum)).toEqual([]);
    expect(problemsOf(`.rept 1000000\n${sum}\n.endr`)).toEqual([
      'Line 2: the source repeats itself beyond what 500000 statements take.',
    ]);
  });

  it('end even if a macro calls itself', () => {
    expect(problemsOf('.macro m\nm\n.endm\nm')).toEqual(['Line 4: "m": macros and blocks are nested too deeply.']);
  });
});

describe('much of the same', () => {
  it('is written as it would be one by one', () => {
    const { bytes } = assemble('.byte 9\n.fill 5, 3, 0x10203\n.fill 0\n.fill 1, 2, -2\n.byte 9');
    expect([...bytes]).toEqual([9, ...Array.from({ length: 5 }, () => [3, 2, 1]).flat(), 0xfe, 0xff, 9]);
    expect(words(assemble('nop\n.balign 32\nnop'))).toEqual(Array(9).fill('d503201f'));
  });

  it('has its value worked out once', () => {
    const sum = Array(500).fill('1').join('+');
    expect(assemble(`.fill 200000, 1, (${sum}) & 0xff`).bytes).toHaveLength(200_000);
  });

  it('does not get around the bound of the binary in sections of its own', () => {
    const sections = ['.text', '.data', '.bss', '.rodata'].map((name) => `.section ${name}\n.space 0x1800000`).join('\n');
    expect(problemsOf(sections)).toEqual(['Line 6: the binary would be larger than 67108864 bytes.']);
    const gaps = ['.text', '.data', '.bss'].map((name) => `.section ${name}\n.balign 0x4000000\n.byte 1`).join('\n');
    expect(problemsOf(gaps)).toEqual(['Line 9: the binary would be larger than 67108864 bytes.']);
    expect(problemsOf('.balign 1 << 40')).toEqual(['Line 1: ".balign 1 << 40": alignment 1099511627776 is out of range.']);
  });
});

describe('long statements', () => {
  it('are no trouble in strings', () => {
    expect(assemble(`.ascii "${'a'.repeat(200_000)}\\n"`).bytes).toHaveLength(200_001);
  });

  it('are refused by their line where they are beyond reason', () => {
    const [problem, ...others] = problemsOf(`nop\n.ascii "${'a'.repeat(1 << 24)}"\n`);
    expect(problem).toMatch(/^Line 2: .*the statement is longer than 1048576 characters\.$/);
    expect(others).toEqual([]);
  });

  it('that a macro makes of little are refused by the line of its call', () => {
    const doubling = '.macro m a\nm "\\a\\a"\n.endm\nm "xxxx"\n';
    expect(problemsOf(doubling)).toEqual([expect.stringMatching(/^Line 4: .*longer than \d+ characters\.$/)]);
    const many = `.macro m a\n.ascii "${'\\a'.repeat(100_000)}"\n.endm\nm ${'x'.repeat(100_000)}\n`;
    expect(problemsOf(many)).toEqual([expect.stringMatching(/^Line 4: .*longer than 4194304 characters\.$/)]);
    const each = `.irpc c, ${'x'.repeat(100_000)}\n${'nop\n'.repeat(1000)}.endr`;
    expect(problemsOf(each)).toEqual([expect.stringMatching(/^Line 1: .*longer than 4194304 characters\.$/)]);
  });

  it('split at their ends, whatever is quoted', () => {
    expect([...assemble('.ascii "a\\"; b//"; .byte 1\n.byte \';\', 2').bytes]).toEqual(
      [...'a"; b//'].map((c) => c.charCodeAt(0)).concat(1, 59, 2),
    );
    expect(problemsOf('.ascii "a\\\nnop')).toEqual(['Line 1: ".ascii "a\\": "a\\ is not a string in double quotes.']);
  });
});

describe('sections', () => {
  it('follow one another as a linker has them, each as aligned as what is in it', () => {
    const source = '.data\nd: .quad t\n.bss\nz: .space 4\n.text\nt: nop\n.section .rodata\nr: .byte 1\n.text\nldr x0, =d';
    const { bytes, symbols } = assemble(source, { base: 0x1000n });
    expect(Object.fromEntries(symbols)).toEqual({ t: 0x1000n, r: 0x1010n, d: 0x1011n, z: 0x1019n });
    expect(bytes.length).toBe(0x1d);
    expect([...bytes.subarray(0x11, 0x13)]).toEqual([0, 0x10]);
  });

  it('are left and entered again', () => {
    const source = '.byte 1\n.pushsection .data\n.byte 8\n.popsection\n.byte 2\n.data\n.byte 9\n.previous\n.byte 3';
    expect([...assemble(source).bytes]).toEqual([1, 2, 3, 8, 9]);
  });
});

describe('headers', () => {
  const include = (name: string): string | undefined =>
    ({ 'five.inc': 'FIVE = 5\n.macro five\nmov x0, #FIVE\n.endm', 'bad.inc': 'nop\nmoev x0, #1' })[name];

  it('bring constants and macros along', () => {
    expect(words(assemble('.include "five.inc"\nfive', { include }))).toEqual(['d28000a0']);
  });

  it('that are not there, or are wrong, are told where they are included', () => {
    const told = (source: string): string => {
      try {
        assemble(source, { include });
        return '';
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(told('nop\n.include "six.inc"')).toBe('Line 2: ".include "six.inc"": there is no header "six.inc".');
    expect(told('.include "bad.inc"')).toBe(
      'Line 1: in “bad.inc”, line 2: "moev x0, #1": there is no instruction or macro "moev"; did you mean "mov"?',
    );
  });
});

describe('the map of a source', () => {
  it('has labels with their lines, and every place of a line', () => {
    const { labels, lines } = assemble(
      'a: nop\n.macro two\nnop\nnop\n.endm\nb: two\n.rept 2\nret\nnop\n.endr\n.if 1\nnop\n.endif',
    );
    expect(labels).toEqual([
      { name: 'a', address: 0n, line: 1 },
      { name: 'b', address: 4n, line: 6 },
    ]);
    expect(lines.map(({ line, address, size }) => [line, Number(address), size])).toEqual([
      [1, 0, 4],
      [6, 4, 8],
      [8, 12, 4],
      [9, 16, 4],
      [8, 20, 4],
      [9, 24, 4],
      [12, 28, 4],
    ]);
  });
});

describe('where a problem is', () => {
  /** The line with the wrong part between brackets, and what may have been meant. */
  const marked = (source: string): string[] => {
    try {
      assemble(source);
    } catch (error) {
      if (error instanceof AssemblyError)
        return error.problems.map(({ line, place, clause }) => {
          const text = source.split('\n')[line - 1]!;
          if (!place) return clause;
          const { column, length, instead } = place;
          const end = column + length;
          return `${text.slice(0, column)}[${text.slice(column, end)}]${text.slice(end)}${instead ? ` → ${instead}` : ''}`;
        });
    }
    return [];
  };

  it.each([
    ['  add x0, x1, w2', '  add x0, x1, [w2]'],
    ['here: ldr x0, [x1, #32768] // far', 'here: ldr x0, [x1, [#32768]] // far'],
    ['  moev x0, x1', '  [moev] x0, x1 → mov'],
    ['  b strat\nstart:', '  b [strat] → start'],
    ['  /* why */ csel x0, x1, x2, neq', '  /* why */ csel x0, x1, x2, [neq] → eq'],
    ['  mrs x0, curentel', '  mrs x0, [curentel] → currentel'],
    ['  ldr x0, =later // one\nnop\nnop', '  ldr x0, =[later] // one'],
    ['  .byte 1, 300', '  .byte 1, [300]'],
    ['start:\n  .word 1, strat', '  .word 1, [strat] → start'],
    ['nop; .blaign 4', 'nop; [.blaign] 4 → .balign'],
    ['start: nop\nstart: nop', '[start]: nop'],
    ['  ret x1 x2', '  ret x1 [x2]'],
  ])('%s', (source, place) => {
    expect(marked(source)).toEqual([place]);
  });

  it('is not in the source for what a macro made', () => {
    expect(marked('.macro m\nadd x0, x1\n.endm\nm')).toEqual(['"add x0, x1": expected "," at the end.']);
  });
});

describe('problems', () => {
  it.each([
    ['add x0, x1', 'Line 1: "add x0, x1": expected "," at the end.'],
    ['nop\n\nadd x0, x1, w2', 'Line 3: "add x0, x1, w2": this operand must be an X register.'],
    ['ldr x0, [x1, #32768]', 'Line 1: "ldr x0, [x1, #32768]": offset 32768 is not between 0 and 32760.'],
    ['mov x0, #0x12345', 'Line 1: "mov x0, #0x12345": 0x12345 cannot be made by one instruction.'],
    ['frob x0', 'Line 1: "frob x0": there is no instruction or macro "frob".'],
    ['.frob 1', 'Line 1: ".frob 1": there is no directive ".frob".'],
    ['b nowhere', 'Line 1: "b nowhere": "nowhere" is not defined.'],
    ['b 1f', 'Line 1: "b 1f": there is no local label for "1f".'],
    ['a:\na: nop', 'Line 2: "a: nop": the label "a" is already defined.'],
    ['.byte 256', 'Line 1: ".byte 256": 256 does not fit in 1 byte.'],
    ['.byte 1\nnop', 'Line 2: "nop": instructions must be at multiples of 4, not at 0x1: write .balign 4 before.'],
    ['.if later\n.endif\nlater = 1', 'Line 1: ".if later": "later" is not defined.'],
    ['.macro m\nnop', 'Line 1: ".macro m": ".endm" is missing.'],
    ['.space 1 / 0', 'Line 1: ".space 1 / 0": division by zero.'],
    ['mrs x0, nothing_el1', 'Line 1: "mrs x0, nothing_el1": "nothing_el1" is not a system register.'],
    ['.word 1 << 1000000', 'Line 1: ".word 1 << 1000000": shift by 1000000 is out of range.'],
    ['.space 0x7fffffff', 'Line 1: ".space 0x7fffffff": cannot fill 2147483647 bytes.'],
    ['ret x1 x2', 'Line 1: "ret x1 x2": "x2" is left over.'],
  ])('%s', (source, sentence) => {
    expect(problemsOf(source)).toEqual([sentence]);
  });

  it('are all reported, up to twenty, in order', () => {
    const problems = problemsOf('bad\nnop\n'.repeat(30));
    expect(problems).toHaveLength(20);
    expect(problems[1]).toContain('Line 3: ');
  });
});
