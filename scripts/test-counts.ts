/** How many tests passed, failed and were skipped, read from the reports of the two runners. */

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

export const countsOf = (passed: number, failed: number, skipped = 0): Counts => ({ passed, failed, skipped });

/** A runner that failed without a failed test (a file that cannot be read, an error outside of a test) counts as one failure. */
const withStatus = (counts: Counts, status: number): Counts =>
  status !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;

interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests?: number;
  testResults: { status: string; assertionResults: { status: string }[] }[];
}

/** `report`: what vitest's json reporter wrote, undefined if nothing. `status`: the runner's exit status. */
export function vitestCounts(report: unknown, status: number): Counts {
  if (report === undefined) return countsOf(0, 1);
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests = 0, testResults } = report as VitestReport;
  const failedFiles = testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length;
  return withStatus(countsOf(numPassedTests, numFailedTests + failedFiles, numPendingTests + numTodoTests), status);
}

interface PlaywrightReport {
  stats: { expected: number; unexpected: number; flaky: number; skipped: number };
  errors: unknown[];
}

/** The same for Playwright. A test that passes only when it is repeated has failed. */
export function playwrightCounts(report: unknown, status: number): Counts {
  if (report === undefined) return countsOf(0, 1);
  const { expected, unexpected, flaky, skipped } = (report as PlaywrightReport).stats;
  return withStatus(countsOf(expected, unexpected + flaky, skipped), status);
}
