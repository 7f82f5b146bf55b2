import { expect, it } from 'vitest';
import { AssemblyError, assemble, disassemble, disassembleAll } from './assembler-entry';

it('assembles and disassembles at an address', () => {
  const { bytes, symbols, lines } = assemble('start: add x0, x0, #1\n b start\n .byte 1', { base: 0x1000n });
  expect([...symbols]).toEqual([['start', 0x1000n]]);
  expect(lines[1]).toEqual({ line: 2, address: 0x1004n, size: 4 });
  expect(disassembleAll(bytes.subarray(0), { base: 0x1000n })).toEqual([
    { address: 0x1000n, word: 0x91000400, text: 'add x0, x0, #0x1' },
    { address: 0x1004n, word: 0x17ffffff, text: 'b 0x1000' },
  ]);
  expect(disassemble(0)).toBe('udf #0');
});

it('says what is wrong by line', () => {
  let problems: unknown;
  try {
    assemble('nop\nadd x0, x99\n.bogus');
  } catch (error) {
    problems = error instanceof AssemblyError ? error.problems : error;
  }
  expect(problems).toMatchObject([{ line: 2 }, { line: 3 }]);
});

it('refuses what it cannot take in one sentence', () => {
  // What JavaScript lets through.
  const loose = (value: unknown): never => value as never;
  const wrong: [call: () => unknown, sentence: string][] = [
    [() => assemble(loose(7)), '7 cannot be assembled: give the source as a string'],
    [() => assemble('nop', loose(4)), '4 cannot be the options: give an object such as { base: 0x40080000n }.'],
    [() => assemble('nop', loose({ bsae: 4n })), 'There is no “bsae” among the options; there are base.'],
    [() => assemble('nop', { base: loose(4) }), '4 cannot be the base: give an address from 0 to 2^64 - 1, as a BigInt such as'],
    [() => assemble('nop', { base: -4n }), '-4n cannot be the base'],
    [() => assemble('nop', { base: 1n << 64n }), '18446744073709551616n cannot be the base'],
    [() => assemble('nop\nnop', { base: (1n << 64n) - 4n }), 'cannot be the base of 8 bytes: they would end behind 2^64'],
    [
      () => assemble('nop', { base: 2n }),
      'Line 1: "nop": instructions must be at multiples of 4, not at 0x2: write .balign 4 before.',
    ],
    [() => disassemble(loose('x')), '“x” cannot be the word: give a whole number of 32 bits.'],
    [() => disassemble(2 ** 32), '4294967296 cannot be the word'],
    [() => disassemble(0, loose(4)), '4 cannot be the address'],
    [() => disassembleAll(loose([1, 2])), '[1,2] cannot be disassembled: give a Uint8Array.'],
    [() => disassembleAll(new Uint8Array(4), { base: loose(0) }), '0 cannot be the base'],
  ];
  for (const [call, sentence] of wrong) expect(call).toThrow(sentence);
  expect(disassemble(0xd503201f | 0)).toBe('nop');
});
