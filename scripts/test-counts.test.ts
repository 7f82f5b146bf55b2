import { describe, expect, it } from 'vitest';
import { playwrightCounts, vitestCounts } from './test-counts';

const file = (status: string, ...tests: string[]) => ({
  name: '/house/src/a.test.ts',
  status,
  message: 'Cannot find b.',
  assertionResults: tests.map((test) => ({
    status: test,
    fullName: 'a does b',
    failureMessages: ['\x1b[31mnot b\x1b[39m\n  at c'],
  })),
});
const vitest = (passed: number, failed: number, pending: number, ...testResults: object[]) => ({
  numPassedTests: passed,
  numFailedTests: failed,
  numPendingTests: pending,
  testResults,
});

describe('the counts of vitest', () => {
  it('are those of its tests, and what failed is named in a line', () => {
    const report = vitest(5, 2, 1, file('failed', 'failed', 'passed', 'failed'), file('passed'));
    const line = 'src/a.test.ts: a does b: not b';
    expect(vitestCounts(report, 1, '/house/')).toEqual({ passed: 5, failed: 2, skipped: 1, failures: [line, line] });
  });

  it('hold a failure for a file that could not be loaded', () => {
    expect(vitestCounts(vitest(5, 0, 0, file('failed'), file('passed', 'passed')), 1, '/house/')).toEqual({
      passed: 5,
      failed: 1,
      skipped: 0,
      failures: ['src/a.test.ts: the file: Cannot find b.'],
    });
  });

  it('hold a failure when the runner fails after all tests have passed, or writes nothing', () => {
    expect(vitestCounts(vitest(5, 0, 0, file('passed', 'passed')), 1).failed).toBe(1);
    expect(vitestCounts(vitest(5, 0, 0, file('passed', 'passed')), 0).failed).toBe(0);
    expect(vitestCounts(undefined, 1)).toEqual({ passed: 0, failed: 1, skipped: 0, failures: [] });
  });
});

describe('the counts of Playwright', () => {
  it('take a flaky test for a failed one, and what failed is named in a line', () => {
    const spec = (status: string) => ({
      title: 'opens',
      file: 'page.spec.ts',
      line: 12,
      tests: [{ status, results: [{ errors: [{ message: 'Error: shut\n  at d' }] }] }],
    });
    const report = {
      stats: { expected: 3, unexpected: 1, flaky: 1, skipped: 2 },
      errors: [],
      suites: [{ specs: [spec('expected')], suites: [{ specs: [spec('unexpected'), spec('flaky')] }] }],
    };
    const line = 'page.spec.ts:12: opens: Error: shut';
    expect(playwrightCounts(report, 1)).toEqual({ passed: 3, failed: 2, skipped: 2, failures: [line, line] });
  });

  it('hold a failure when no test could be run', () => {
    const stats = { expected: 0, unexpected: 0, flaky: 0, skipped: 0 };
    expect(playwrightCounts({ stats, errors: [{ message: 'no server' }] }, 1)).toMatchObject({
      failed: 1,
      failures: ['playwright: outside of a test: no server'],
    });
    expect(playwrightCounts(undefined, 1).failed).toBe(1);
  });
});
