/** A sample of the campaign `npm run fuzz`. */
import { describe, expect, it } from 'vitest';
import { runSubject } from './subject';
import { SUBJECTS } from './subjects';

const CASES = 20_000;

describe('what a guest or a file may do', () => {
  it.each(SUBJECTS)('$name: the host bears it', { timeout: 600_000 }, async (subject) => {
    const counts = await runSubject(subject, 1, CASES);
    const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
    expect(total).toBeGreaterThanOrEqual(CASES);
    for (const way of subject.musts ?? []) expect(counts[way], way).toBeGreaterThan(CASES / 100);
    // More than one outcome, each often, or this tests little.
    expect(Object.values(counts).filter((count) => count > CASES / 100).length, JSON.stringify(counts)).toBeGreaterThan(1);
  });
});
