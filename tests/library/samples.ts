/** The code in docs/library.md: whatever a reader may copy is tried. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Sample {
  /** Unique, for a file. */
  name: string;
  code: string;
  /** Where it can be run: `none` is only looked at, `lab` and `debian` need that guest. */
  runs: 'browser' | 'node' | 'lab' | 'debian';
}

const DOCUMENT = join(import.meta.dirname, '../../docs/library.md');

/** Fenced blocks whose words are `ts browser`, `ts run`, `ts run lab` or `ts run debian`. Throws for other words: no sample is to be left out by a slip. */
export function samples(): Sample[] {
  const text = readFileSync(DOCUMENT, 'utf8');
  return [...text.matchAll(/^```(.+)\n([\s\S]*?)^```$/gm)].map(([, words = '', code = ''], index) => {
    const found = /^ts (?:(browser)|run(?: (lab|debian))?)$/.exec(words);
    if (!found) throw new Error(`docs/library.md has a sample of an unknown kind: ${words}.`);
    const [, browser, guest] = found;
    return { name: `sample-${index + 1}`, code, runs: browser ? 'browser' : ((guest as 'lab' | 'debian' | undefined) ?? 'node') };
  });
}
