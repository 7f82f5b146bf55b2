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
