import { describe, expect, it } from 'vitest';
import { gain } from './memory';

describe('what memory gains over an hour', () => {
  it('leaves the warm-up out, and what comes once', () => {
    expect(gain([0, 50, 50, 50, 50, 90, 50, 50])).toBe(0);
    expect(gain(Array.from({ length: 80 }, (_, index) => index))).toBe(50);
  });
});
