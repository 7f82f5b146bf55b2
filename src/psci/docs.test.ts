import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PSCI_DOC, renew } from '../../scripts/gen-psci-docs';

describe('docs/psci.md', () => {
  const page = readFileSync(PSCI_DOC, 'utf8');
  it('has up-to-date tables (npx tsx scripts/gen-psci-docs.ts renews them)', () => {
    expect(renew(page)).toBe(page);
  });
  it('would notice a stale or missing table', () => {
    const stale = page.replace('| SYSTEM_OFF2 |', '| SYSTEM_OFF3 |');
    expect(stale).not.toBe(page);
    expect(renew(stale)).toBe(page);
    expect(() => renew(page.replace('<!-- generated: hosts -->', ''))).toThrow('"hosts"');
  });
});
