import { expect, it } from 'vitest';
import { compilerDigest } from './compiler-digest';

it('is a number of 32 bits, the same for the same sources', () => {
  const digest = compilerDigest();
  expect(digest).toBeGreaterThan(0);
  expect(digest).toBeLessThan(2 ** 32);
  expect(compilerDigest()).toBe(digest);
});
