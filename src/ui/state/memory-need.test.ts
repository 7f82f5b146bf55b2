import { expect, it } from 'vitest';
import { memoryFor } from './memory-need';

const MIB = 2 ** 20;

it('is enough for a Linux, more for what is larger, and what was chosen if that is enough', () => {
  expect(memoryFor(40 * MIB)).toBe(512);
  expect(memoryFor(40 * MIB, 120 * MIB)).toBe(768);
  expect(memoryFor(5000 * MIB)).toBe(3072);
  expect([128, 64].map((chosen) => memoryFor(40 * MIB, 0, chosen))).toEqual([128, 512]);
});
