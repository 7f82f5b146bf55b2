import { describe, expect, it } from 'vitest';
import { geometricMean, median, ratioOfPairs } from './statistics';

describe('figures of repeated runs', () => {
  it('have the one in the middle as their median', () => {
    expect(median([10, 9, 100])).toBe(10);
    expect(median([2, 1])).toBe(2);
    expect(median([7])).toBe(7);
  });

  it('have a mean by which twice and half is once', () => {
    expect(geometricMean([2, 0.5])).toBeCloseTo(1, 12);
    expect(geometricMean([0.3])).toBeCloseTo(0.3, 12);
  });

  it('are compared pair by pair', () => {
    expect(ratioOfPairs([2, 9, 4], [1, 3, 4])).toEqual({ median: 2, least: 1, most: 3 });
  });
});
