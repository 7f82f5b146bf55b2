import { describe, expect, it } from 'vitest';
import { A64 } from '../index';
import { matchRow } from '../match';
import { randomSource, randomWords } from '../random-words';
import type { Row } from '../row';
import { NO_SYMBOLS } from './assemble/cursor';
import { a64Encoder } from './assemble/instruction';
import { createDisassembler, disassemble } from './disassemble';
import { formsOf } from './syntax';

const at = (text: string, pc = 0n): number => {
  const [mnemonic, ...operands] = text.split(' ');
  return a64Encoder().encode(mnemonic!, operands.join(' '), pc, NO_SYMBOLS);
};

describe('disassemble', () => {
  // Texts as GNU objdump 2.40 prints them.
  it.each([
    [0x91448c41, 'add x1, x2, #0x123, lsl #12'],
    [0x910003fd, 'mov x29, sp'],
    [0xf100001f, 'cmp x0, #0x0'],
    [0xaa0103e0, 'mov x0, x1'],
    [0x52800020, 'mov w0, #0x1'],
    [0x92800000, 'mov x0, #0xffffffffffffffff'],
    [0xb24003e1, 'orr x1, xzr, #0x1'],
    [0xd37cec20, 'lsl x0, x1, #4'],
    [0x9ac12000, 'lsl x0, x0, x1'],
    [0x9a9f17e0, 'cset x0, eq'],
    [0xa9bf7bfd, 'stp x29, x30, [sp, #-16]!'],
    [0xf8626820, 'ldr x0, [x1, x2]'],
    [0xf8627820, 'ldr x0, [x1, x2, lsl #3]'],
    [0xd53bd040, 'mrs x0, tpidr_el0'],
    [0xd5087620, 'dc ivac, x0'],
    [0xd508871f, 'tlbi vmalle1'],
    [0xd5033f9f, 'dsb sy'],
    [0xd503201f, 'nop'],
    [0xd4000002, 'hvc #0x0'],
    [0xd65f03c0, 'ret'],
    [0x00000000, 'udf #0'],
    [0xf83f0020, 'ldadd xzr, x0, [x1]'],
    [0xf83f003f, 'stadd xzr, [x1]'],
    [0x1e6e1000, 'fmov d0, #1.000000000000000000e+00'],
    [0x1e602028, 'fcmp d1, #0.0'],
    [0x1e649000, 'fmov d0, #1.000000000000000000e+01'],
    [0x4ea11c20, 'mov v0.16b, v1.16b'],
    [0x4c402020, 'ld1 {v0.16b-v3.16b}, [x1]'],
    [0x4c40a03f, 'ld1 {v31.16b, v0.16b}, [x1]'],
    [0x0d40853f, 'ld1 {v31.d}[0], [x9]'],
    [0x6f00e5e1, 'movi v1.2d, #0xffffffff'],
    [0x0e010c20, 'dup v0.8b, w1'],
    [0x4f08a420, 'sxtl2 v0.8h, v1.16b'],
    [0x4f08a420 | (1 << 16), 'sshll2 v0.8h, v1.16b, #1'],
    [0x4fbf2020 & ~0x10000, 'smlal2 v0.2d, v1.4s, v30.s[1]'],
  ])('%s is %s', (word, text) => {
    expect(disassemble(word)).toBe(text);
  });

  it('gives branch targets as addresses', () => {
    expect(disassemble(0x54ffffe0, 0x40080000n)).toBe('b.eq 0x4007fffc');
    expect(disassemble(0xb0000000, 0x40080123n & ~3n)).toBe('adrp x0, 0x40081000');
    expect(disassemble(0x17ffffff, 0n)).toBe('b 0xfffffffffffffffc');
  });

  it('says so when a word has no row or its row calls it unallocated', () => {
    expect(disassemble(0xffffffff)).toBe('.inst 0xffffffff ; undefined');
    // add w0, w1, w2, lsl #32
    expect(disassemble(0x0b028020)).toBe('.inst 0x0b028020 ; undefined');
  });
});

describe('templates', () => {
  const row = (asm: string[]): Row => ({ name: 'TEST', bits: '1111 a:4 b:8 c:16', asm, operands: () => ({}), meaning: () => {} });

  it('exist for every row and can be read', () => {
    for (const each of A64) expect(formsOf(each).length, each.name).toBeGreaterThan(0);
  });

  it('choose texts by fields', () => {
    const { disassemble: text } = createDisassembler([row(['x<a:zero|-|two> {uimm:b:8}', 'other {hex:c:16} ; b=7'])]);
    expect(text(0xf0050000)).toBe('xzero #5');
    expect(text(0xf2050000)).toBe('xtwo #5');
    expect(text(0xf107abcd)).toBe('other #0xabcd');
    expect(text(0xf105abcd)).toContain('undefined');
  });

  it.each([
    ['t {nonsense:a}', 'there is no codec "nonsense"'],
    ['t {uimm:a:4} ; z=1', 'no field "z"'],
    ['t {uimm:a:4} ; nonsense', 'there is no predicate "nonsense"'],
    ['t<z:a|b>', 'no field "z"'],
  ])('that cannot be read are refused: %s', (template, problem) => {
    expect(() => formsOf(row([template]))).toThrow(`TEST: template "${template}": ${problem}`);
  });
});

describe('assembling the disassembly', () => {
  const random = randomSource(2024);
  const match = matchRow(A64);
  it.each(A64.map((row, index) => [row.name, index] as const))('gives the words of %s back', (_name, index) => {
    for (const word of randomWords(A64, index, 20, random, match)) {
      const text = disassemble(word, 0x40080000n);
      const again = at(text, 0x40080000n);
      // Bits that do not matter are encoded as ones, and some instructions have two encodings: the text must be the same.
      if (again !== word) expect(disassemble(again, 0x40080000n), word.toString(16)).toBe(text);
    }
  });
});
