import { expect, it } from 'vitest';
import { addressParts } from './address-bits';

const STEPS = [
  { level: 0, shift: 39, indexBits: 9 },
  { level: 1, shift: 30, indexBits: 9 },
];
const words = (...given: Parameters<typeof addressParts>): string[] =>
  addressParts(...given).map(({ high, low, kind, level, text }) => `${high}:${low} ${kind} ${level ?? '-'} ${text}`);

it('an address is cut up by the levels of its walk', () => {
  expect(words(0xffff_8012_4000_0abcn, STEPS, true)).toEqual([
    '63:48 above - 1111 1111 1111 1111',
    '47:39 index 0 1 0000 0000',
    '38:30 index 1 0 0100 1001',
    '29:0 offset - 00 0000 0000 0000 0000 1010 1011 1100',
  ]);
  expect(words(0n, STEPS.slice(0, 1), false).at(-1)).toMatch(/^38:0 untouched/);
  expect(words(5n, [], true)).toEqual([`63:0 offset - ${'0000 '.repeat(15)}0101`]);
});

it('the parts are all of the address, whatever the walk', () => {
  const parts = addressParts(0x0123_4567_89ab_cdefn, [{ level: 2, shift: 29, indexBits: 7 }], true);
  const joined = parts.map(({ text }) => text.replaceAll(' ', '')).join('');
  expect(BigInt(`0b${joined}`)).toBe(0x0123_4567_89ab_cdefn);
});
