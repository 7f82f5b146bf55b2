import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

it.each([
  ['look-tools.css', /^(?:button)?\.look-/],
  ['strip-tools.css', /^\.strip-/],
])('styles that come with a panel later on (%s) are for nothing that is on the page already', (file, own) => {
  const css = readFileSync(join(import.meta.dirname, file), 'utf8').replaceAll(/\/\*.*?\*\//gs, '');
  const selectors = [...css.matchAll(/([^{}]+)\{/g)]
    .map(([, selector]) => selector!.trim())
    .filter((selector) => !selector.startsWith('@'));
  expect(selectors.length).toBeGreaterThan(4);
  for (const selector of selectors) expect(selector).toMatch(own);
});
