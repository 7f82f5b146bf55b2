import { describe, expect, it } from 'vitest';
import { playwrightCounts, vitestCounts } from './test-counts';

const file = (status: string, ...tests: string[]) => ({ status, assertionResults: tests.map((test) => ({ status: test })) });
const vitest = (passed: number, failed: number, pending: number, ...testResults: object[]) => ({
  numPassedTests: passed,
  numFailedTests: failed,
  numPendingTests: pending,
  testResults,
});

describe('the counts of vitest', () => {
  it('are those of its tests', () => {
    expect(vitestCounts(vitest(5, 2, 1, file('failed', 'failed', 'failed'), file('passed')), 1)).toEqual({
      passed: 5,
      failed: 2,
      skipped: 1,
    });
  });

  it('hold a failure for a file that could not be loaded', () => {
    expect(vitestCounts(vitest(5, 0, 0, file('failed'), file('passed', 'passed')), 1)).toEqual({
      passed: 5,
      failed: 1,
      skipped: 0,
    });
  });

  it('hold a failure when the runner fails after all tests have passed, or writes nothing', () => {
    expect(vitestCounts(vitest(5, 0, 0, file('passed', 'passed')), 1).failed).toBe(1);
    expect(vitestCounts(vitest(5, 0, 0, file('passed', 'passed')), 0).failed).toBe(0);
    expect(vitestCounts(undefined, 1)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });
});

describe('the counts of Playwright', () => {
  it('take a flaky test for a failed one', () => {
    const report = { stats: { expected: 3, unexpected: 1, flaky: 1, skipped: 2 }, errors: [] };
    expect(playwrightCounts(report, 1)).toEqual({ passed: 3, failed: 2, skipped: 2 });
  });

  it('hold a failure when no test could be run', () => {
    expect(playwrightCounts({ stats: { expected: 0, unexpected: 0, flaky: 0, skipped: 0 }, errors: [{}] }, 1).failed).toBe(1);
    expect(playwrightCounts(undefined, 1).failed).toBe(1);
  });
});
