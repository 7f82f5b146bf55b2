import { expect, it } from 'vitest';
import { printable } from '../storage/printable';
import { hostOf } from './firmware-registers';
import { checkSavedConfig } from './saved-config';

it('text of a file stands in one line of a sentence, and is not long', () => {
  expect(printable('caf\u00e9 \n\u2028\u0000x')).toBe('caf\u00e9 \ufffd\ufffd\ufffdx');
  expect(printable('x'.repeat(100))).toHaveLength(60);
  expect(() => checkSavedConfig({ 'cl\nck': 1 })).toThrow('has “cl\ufffdck”, which');
  expect(() => hostOf('a\nb')).toThrow('There is no host generation “a\ufffdb”;');
});
