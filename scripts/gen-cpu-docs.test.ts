import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { CPU_DOC, renew } from './gen-cpu-docs';

it('docs/cpu-models.md has current tables (npm run docs writes them)', () => {
  const page = readFileSync(CPU_DOC, 'utf8');
  expect(renew(page)).toBe(page);
});
