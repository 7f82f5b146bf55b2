import { expect, it } from 'vitest';
import { numberInWords } from './number-words';

it.each([
  [5n, '5 = 0x5'],
  [65n, '65 = 0x41, bits 6, 0, “A”'],
  [0x80000n, '524288 = 0x80000, bit 19'],
  [-1n, '-1 = 0xffffffffffffffff'],
  [0x1234567n, '19088743 = 0x1234567'],
])('%s', (value, words) => {
  expect(numberInWords(value)).toBe(words);
});
