import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CALL_NAMES, EVENT_NAMES } from '../src/embed/protocol';
import { PARAMETERS } from '../src/ui/state/parameters';
import { EMBEDDING_DOC, renew } from './gen-embedding-docs';

describe('docs/embedding.md', () => {
  const page = readFileSync(EMBEDDING_DOC, 'utf8');

  it('has current tables (npm run docs writes them)', () => {
    expect(renew(page)).toBe(page);
  });

  it('names every parameter, call and event', () => {
    const names = [
      ...PARAMETERS.map(({ name }) => name),
      ...EVENT_NAMES,
      ...CALL_NAMES.filter((name) => name !== 'set' && name !== 'give'),
    ];
    expect(names.filter((name) => !new RegExp(`\`${name}(?:\\(|\`)`).test(page))).toEqual([]);
  });
});
