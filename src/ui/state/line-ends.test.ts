import { expect, it } from 'vitest';
import { LineEnds, unprintedWords } from './line-ends';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

it('counts the lines that ended within the last bytes', () => {
  const ends = new LineEnds();
  expect(ends.within(10)).toBe(0);
  for (const piece of ['one\ntw', 'o\n', '', 'three']) ends.add(bytes(piece));
  expect([0, 5, 6, 9, 10, 13, 99].map((count) => ends.within(count))).toEqual([0, 0, 1, 1, 2, 2, 2]);
  ends.clear();
  expect(ends.within(99)).toBe(0);
});

it('tells what is seen of the last bytes, and nothing of a line that was begun anew', () => {
  const ends = new LineEnds();
  for (const piece of ['one\n$ ', '\x1b[33mls', '\x1b[0m -l']) ends.add(bytes(piece));
  expect([ends.seen(3), ends.seen(14), ends.seen(16)]).toEqual([3, 5, 7]);
  ends.add(bytes('\r\x1b[33m$ \x1b[0mls -l\x1b[J'));
  expect(ends.seen(20)).toBe(0);
});

it('looks back at as much as is kept, and no more', () => {
  const ends = new LineEnds();
  for (let piece = 0; piece < 100; piece++) ends.add(bytes('\n'.repeat(10_000)));
  expect(ends.within(5)).toBe(5);
  expect(ends.within(1e6)).toBeGreaterThanOrEqual(1 << 18);
  expect(ends.within(1e6)).toBeLessThan((1 << 18) + 20_000);
});

it('says how much that is', () => {
  expect(unprintedWords(0, 0)).toBeUndefined();
  expect(unprintedWords(1, 0)).toBe('character');
  expect(unprintedWords(1200, 0)).toBe('1,200 characters');
  expect(unprintedWords(90, 1)).toBe('line');
  expect(unprintedWords(9000, 120)).toBe('120 lines');
});
