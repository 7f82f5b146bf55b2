import { describe, expect, it } from 'vitest';
import { UnitDelta } from './unit-delta';

const BYTES = 4096;

const page = (words: Record<number, number> = {}, fill = 7): Uint8Array => {
  const all = new Uint32Array(BYTES / 4).fill(fill);
  for (const [index, word] of Object.entries(words)) all[Number(index)] = word;
  return new Uint8Array(all.buffer);
};

describe('what a page held, told by what it held later', () => {
  const later = page();

  it.each([
    ['nothing', {}],
    ['the first word and the last', { 0: 1, 1023: 2 }],
    ['a word’s highest bit, at the highest bit of the words that tell of them', { 31: 0x8000_0007, 32: 8, 63: 0 }],
  ])('where %s differs', (_, words) => {
    const earlier = page(words);
    const delta = UnitDelta.between(earlier, later, BYTES)!;
    expect(delta.from(later)).toEqual(earlier);
    expect(delta.length).toBe(BYTES / 32 + Object.keys(words).length * 4);
    expect(later).toEqual(page());
  });

  it('is zero, or was', () => {
    const few = page({ 5: 9 }, 0);
    expect(UnitDelta.between(few, undefined, BYTES)!.from(undefined)).toEqual(few);
    expect(UnitDelta.between(undefined, few, BYTES)!.from(few)).toEqual(new Uint8Array(BYTES));
  });

  it('is not told so where it would take more than half a page, or the unit ends within a word', () => {
    expect(UnitDelta.between(page({}, 1), later, BYTES)).toBe(undefined);
    const half = Object.fromEntries(Array.from({ length: 480 }, (_, index) => [index, 1]));
    expect(UnitDelta.between(page(half), later, BYTES)!.length).toBe(BYTES / 2);
    expect(UnitDelta.between(page({ ...half, 480: 1 }), later, BYTES)).toBe(undefined);
    expect(UnitDelta.between(new Uint8Array(6), new Uint8Array(6), 6)).toBe(undefined);
  });

  it('reads contents that begin at an odd address', () => {
    const odd = new Uint8Array(BYTES + 1).subarray(1);
    odd.set(later);
    expect(UnitDelta.between(page({ 3: 4 }), odd, BYTES)!.from(odd)).toEqual(page({ 3: 4 }));
  });

  it('is one from two that follow each other', () => {
    let seed = 1;
    const random = (below: number): number => {
      seed = (seed * 48_271) % 0x7fff_ffff;
      return seed % below;
    };
    for (let round = 0; round < 100; round++) {
      const some = (): Record<number, number> =>
        Object.fromEntries(Array.from({ length: random(40) }, () => [random(1024), random(3)]));
      const [first, second, third] = [page(some()), page(some()), page(some())];
      const joined = UnitDelta.between(first, second, BYTES)!.over(UnitDelta.between(second, third, BYTES)!);
      expect(joined.from(third)).toEqual(first);
    }
  });
});
