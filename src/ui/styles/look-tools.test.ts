import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

it('styles that come with a panel later on are for nothing that is on the page already', () => {
  const css = readFileSync(join(import.meta.dirname, 'look-tools.css'), 'utf8').replaceAll(/\/\*.*?\*\//gs, '');
  const selectors = [...css.matchAll(/([^{}]+)\{/g)]
    .map(([, selector]) => selector!.trim())
    .filter((selector) => !selector.startsWith('@'));
  expect(selectors.length).toBeGreaterThan(5);
  for (const selector of selectors) expect(selector).toMatch(/^(?:button)?\.look-/);
});
