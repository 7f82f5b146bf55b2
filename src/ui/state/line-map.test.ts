import { expect, it } from 'vitest';
import { addressOfLine, lineOfAddress, placeInLines } from './line-map';

const LINES = [
  { line: 3, address: 0x1000n, size: 4 },
  { line: 4, address: 0x1004n, size: 8 },
  { line: 9, address: 0x100cn, size: 4 },
  { line: 4, address: 0x1010n, size: 8 },
];

it('finds the first address of a line, or of the next that has one', () => {
  expect(addressOfLine(LINES, 4)).toEqual({ line: 4, address: 0x1004n });
  expect(addressOfLine(LINES, 1)).toEqual({ line: 3, address: 0x1000n });
  expect(addressOfLine(LINES, 5)).toEqual({ line: 9, address: 0x100cn });
  expect(addressOfLine(LINES, 10)).toBeUndefined();
});

it('finds the line of an address, at whichever of its places', () => {
  expect(lineOfAddress(LINES, 0x1014n)).toBe(4);
  expect(lineOfAddress(LINES, 0x1018n)).toBeUndefined();
});

it('tells the instructions of a line apart, where it has several', () => {
  expect([0x1000n, 0x1004n, 0x1008n, 0x100cn, 0x1014n, 0x1018n].map((address) => placeInLines(LINES, address))).toEqual([
    'line 3',
    'line 4, instruction 1',
    'line 4, instruction 2',
    'line 9',
    'line 4, instruction 2',
    undefined,
  ]);
});
