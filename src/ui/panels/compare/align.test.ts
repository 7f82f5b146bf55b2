import { describe, expect, it } from 'vitest';
import { align, MOST_ALIGNED } from './align';

const words = (left: string, right: string): string =>
  align([...left], [...right], String)
    .map(({ left, right }) => (left === right ? left : left === undefined ? `+${right}` : `-${left}`))
    .join(' ');

describe('two sequences', () => {
  it('stand beside each other as far as they have something in common', () => {
    expect(words('abc', 'abc')).toBe('a b c');
    expect(words('abcd', 'abd')).toBe('a b -c d');
    expect(words('abd', 'abcd')).toBe('a b +c d');
    expect(words('axc', 'ayc')).toBe('a -x +y c');
    expect(words('', 'ab')).toBe('+a +b');
    expect(words('ab', '')).toBe('-a -b');
    expect(words('', '')).toBe('');
  });

  it('lose and invent nothing, whatever they are', () => {
    let seed = 1;
    const next = (): number => (seed = (seed * 48271) % 0x7fffffff);
    for (let round = 0; round < 200; round++) {
      const make = (): string[] => Array.from({ length: next() % 12 }, () => 'abc'[next() % 3]!);
      const [left, right] = [make(), make()];
      const pairs = align(left, right, String);
      expect(pairs.flatMap(({ left }) => left ?? [])).toEqual(left);
      expect(pairs.flatMap(({ right }) => right ?? [])).toEqual(right);
      for (const { left, right } of pairs) if (left !== undefined && right !== undefined) expect(left).toBe(right);
    }
  });

  it('may be longer than what is aligned', () => {
    const left = Array.from({ length: MOST_ALIGNED + 50 }, (_, index) => `l${index}`);
    const right = Array.from({ length: MOST_ALIGNED + 70 }, (_, index) => `r${index}`);
    const pairs = align(left, right, String);
    expect(pairs.flatMap(({ left }) => left ?? [])).toEqual(left);
    expect(pairs.flatMap(({ right }) => right ?? [])).toEqual(right);
  });
});
