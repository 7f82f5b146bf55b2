/** How many tests passed, failed and were skipped, and what failed, read from the reports of the two runners. */

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
  /** A line for each failure that has a name: where, which test, and the first line of what was wrong. */
  failures: string[];
}

export const countsOf = (passed: number, failed: number, skipped = 0, failures: string[] = []): Counts => ({
  passed,
  failed,
  skipped,
  failures,
});

/** A runner that failed without a failed test (a file that cannot be read, an error outside of a test) counts as one failure. */
const withStatus = (counts: Counts, status: number): Counts =>
  status !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;

/** Terminal colours have no place in a summary that is read by machines, too. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what colours begin with
const COLOUR = /\x1b\[[\d;]*m/g;

const told = (place: string, name: string, message = ''): string => {
  const [first = ''] = message.replace(COLOUR, '').split('\n');
  return first === '' ? `${place}: ${name}` : `${place}: ${name}: ${first}`;
};

interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests?: number;
  testResults: {
    name: string;
    status: string;
    message?: string;
    assertionResults: { status: string; fullName: string; failureMessages?: string[] | null }[];
  }[];
}

/** `report`: what vitest's json reporter wrote, undefined if nothing. `status`: the runner's exit status. `root`: what names of files are relative to. */
export function vitestCounts(report: unknown, status: number, root = ''): Counts {
  if (report === undefined) return countsOf(0, 1);
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests = 0, testResults } = report as VitestReport;
  const place = ({ name }: { name: string }) => (name.startsWith(root) ? name.slice(root.length) : name);
  const failures = testResults.flatMap((file) =>
    file.assertionResults
      .filter((test) => test.status === 'failed')
      .map((test) => told(place(file), test.fullName, test.failureMessages?.[0])),
  );
  const failedFiles = testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  failures.push(...failedFiles.map((file) => told(place(file), 'the file', file.message)));
  return withStatus(
    countsOf(numPassedTests, numFailedTests + failedFiles.length, numPendingTests + numTodoTests, failures),
    status,
  );
}

interface PlaywrightSuite {
  suites?: PlaywrightSuite[];
  specs?: {
    title: string;
    file: string;
    line: number;
    tests: { status: string; results: { errors?: { message?: string }[] }[] }[];
  }[];
}

interface PlaywrightReport extends PlaywrightSuite {
  stats: { expected: number; unexpected: number; flaky: number; skipped: number };
  errors: { message?: string }[];
}

function playwrightFailures({ suites = [], specs = [] }: PlaywrightSuite): string[] {
  return [
    ...specs.flatMap(({ title, file, line, tests }) =>
      tests
        .filter(({ status }) => status === 'unexpected' || status === 'flaky')
        .map(({ results }) => told(`${file}:${line}`, title, results.flatMap(({ errors = [] }) => errors)[0]?.message)),
    ),
    ...suites.flatMap(playwrightFailures),
  ];
}

/** The same for Playwright. A test that passes only when it is repeated has failed. */
export function playwrightCounts(report: unknown, status: number): Counts {
  if (report === undefined) return countsOf(0, 1);
  const { stats, errors } = report as PlaywrightReport;
  const failures = [
    ...playwrightFailures(report as PlaywrightReport),
    ...errors.map(({ message }) => told('playwright', 'outside of a test', message)),
  ];
  return withStatus(countsOf(stats.expected, stats.unexpected + stats.flaky, stats.skipped, failures), status);
}
