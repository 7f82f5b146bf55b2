import { describe, expect, it } from 'vitest';
import type { Held } from '../machine/machine-changes';
import { DeltaWords, UnitDelta } from './unit-delta';

const BYTES = 4096;

const page = (words: Record<number, number> = {}, fill = 7): Uint8Array => {
  const all = new Uint32Array(BYTES / 4).fill(fill);
  for (const [index, word] of Object.entries(words)) all[Number(index)] = word;
  return new Uint8Array(all.buffer);
};

/** In words of its own. */
const between = (earlier: Held, later: Held, bytes: number): UnitDelta | undefined =>
  UnitDelta.of(earlier, later, bytes, new DeltaWords());

describe('what a page held, told by what it held later', () => {
  const later = page();

  it.each([
    ['nothing', {}],
    ['the first word and the last', { 0: 1, 1023: 2 }],
    ['a word’s highest bit, at the highest bit of the words that tell of them', { 31: 0x8000_0007, 32: 8, 63: 0 }],
  ])('where %s differs', (_, words) => {
    const earlier = page(words);
    const delta = between(earlier, later, BYTES)!;
    expect(delta.from(later)).toEqual(earlier);
    expect(delta.length).toBe(BYTES / 32 + Object.keys(words).length * 4);
    expect(later).toEqual(page());
  });

  it('is zero, or was', () => {
    const few = page({ 5: 9 }, 0);
    expect(between(few, undefined, BYTES)!.from(undefined)).toEqual(few);
    expect(between(undefined, few, BYTES)!.from(few)).toEqual(new Uint8Array(BYTES));
  });

  it('is not told so where it would take more than half a page, or the unit ends within a word', () => {
    expect(between(page({}, 1), later, BYTES)).toBe(undefined);
    // By zeros it is, where few words are others.
    const few = page({ 5: 9, 1023: 1 }, 0);
    expect(between(few, later, BYTES)!.length).toBe(BYTES / 32 + 8);
    expect(between(few, later, BYTES)!.from(later)).toEqual(few);
    const half = Object.fromEntries(Array.from({ length: 480 }, (_, index) => [index, 1]));
    expect(between(page(half), later, BYTES)!.length).toBe(BYTES / 2);
    expect(between(page({ ...half, 480: 1 }), later, BYTES)).toBe(undefined);
    expect(between(new Uint8Array(6), new Uint8Array(6), 6)).toBe(undefined);
  });

  it('reads contents that begin at an odd address', () => {
    const odd = new Uint8Array(BYTES + 1).subarray(1);
    odd.set(later);
    expect(between(page({ 3: 4 }), odd, BYTES)!.from(odd)).toEqual(page({ 3: 4 }));
  });

  it('is one from two that follow each other', () => {
    let seed = 1;
    const random = (below: number): number => {
      seed = (seed * 48_271) % 0x7fff_ffff;
      return seed % below;
    };
    let told = 0;
    for (let round = 0; round < 200; round++) {
      const some = (): Record<number, number> =>
        Object.fromEntries(Array.from({ length: random(40) }, () => [random(1024), random(3)]));
      // Some of them are told by zeros, some cannot be told so at all.
      const [first, second, third] = [some, some, some].map((words) => page(words(), random(3) && 7));
      const store = new DeltaWords();
      const [one, other] = [UnitDelta.of(first, second, BYTES, store), UnitDelta.of(second, third, BYTES, store)];
      if (!one || !other) continue;
      const joined = one.over(other, store);
      store.trim();
      expect(joined instanceof UnitDelta ? joined.from(third) : joined).toEqual(first);
      const elsewhere = new DeltaWords();
      expect(other.movedTo(elsewhere).from(third)).toEqual(second);
      told++;
    }
    expect(told).toBeGreaterThan(50);
  });
});
