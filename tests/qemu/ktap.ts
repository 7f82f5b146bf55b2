/** What a run of /selftests/init (guests/debian/selftests-init) says, which is KTAP between lines that begin with "==". */

export interface Results {
  /** Of each test, as `fp/fp-ptrace`: its exit status under the name ``, and `ok`, `not ok` or `SKIP` by what was tried. */
  tests: Map<string, Map<string, string>>;
  /** Whether all of them were run. */
  ended: boolean;
}

export function resultsOf(console: string): Results {
  const tests = new Map<string, Map<string, string>>();
  let ended = false;
  let results = new Map<string, string>();
  for (const line of console.split(/\r*\n/)) {
    const mark = /^== (.*)$/.exec(line)?.[1];
    const status = mark === undefined ? null : /^status (\d+)$/.exec(mark);
    if (mark === 'end') ended = true;
    else if (status) results.set('', `status ${status[1]}`);
    else if (mark !== undefined) {
      results = new Map();
      tests.set(mark, results);
    }
    const [, verdict, skipped, what] = /^(ok|not ok) \d+ (# SKIP )?(.*)$/.exec(line) ?? [];
    if (verdict === undefined) continue;
    // What is tried twice under one name is told apart by its place.
    let name = what!;
    for (let again = 2; results.has(name); again++) name = `${what} (${again})`;
    results.set(name, skipped ? 'SKIP' : verdict);
  }
  return { tests, ended };
}

/** What is not the same in both, each as `test: what was tried`, sorted; a test that has another exit status as `test: `. */
export function unlike(one: Results, other: Results): string[] {
  const different = new Set<string>();
  for (const test of [...one.tests.keys(), ...other.tests.keys()]) {
    const [a, b] = [one, other].map(({ tests }) => tests.get(test) ?? new Map<string, string>()) as [
      Map<string, string>,
      Map<string, string>,
    ];
    for (const what of [...a.keys(), ...b.keys()]) if (a.get(what) !== b.get(what)) different.add(`${test}: ${what}`);
  }
  return [...different].sort();
}
