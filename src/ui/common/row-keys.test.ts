import { expect, it } from 'vitest';
import { placeAfter } from './row-keys';

it('arrows go round, Home and End go to the ends, other keys nowhere', () => {
  expect(placeAfter('ArrowRight', 0, 3)).toBe(1);
  expect(placeAfter('ArrowRight', 2, 3)).toBe(0);
  expect(placeAfter('ArrowLeft', 0, 3)).toBe(2);
  expect(placeAfter('Home', 2, 3)).toBe(0);
  expect(placeAfter('End', 0, 3)).toBe(2);
  for (const key of ['ArrowDown', 'Tab', 'a']) expect(placeAfter(key, 1, 3)).toBeUndefined();
});

it('what is chosen need not be in the row, and the row may be empty', () => {
  expect(placeAfter('ArrowRight', -1, 3)).toBe(0);
  expect(placeAfter('ArrowLeft', -1, 3)).toBe(2);
  expect(placeAfter('End', 0, 0)).toBeUndefined();
});
