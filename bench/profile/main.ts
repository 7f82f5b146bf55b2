/** Where the time goes: `npm run profile -- --help`. */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { type ProfileOptions, profileOptions, USAGE } from './options';
import type { Look } from './pass';
import { runPass, type SubjectResults } from './passes';
import { type Report, say } from './report';
import { type EngineName, subjectNames } from './subjects';

function optionsOrExit(): ProfileOptions {
  try {
    return profileOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}`);
    process.exit(2);
  }
}

/** Progress is not part of what a pipe gets. */
const tell = (text: string): void => {
  process.stderr.write(text);
};

async function profile({ engines, intervalUs, json }: ProfileOptions, names: readonly string[]): Promise<void> {
  const pass = async (engine: EngineName, look: Look): Promise<SubjectResults> => {
    tell(`${look === 'times' ? 'Times' : 'Counts'}, ${engine}: `);
    const results = await runPass({ engine, look, intervalUs, names }, (name) => tell(`${name} … `));
    tell('done.\n');
    return results;
  };
  const report: Report = {
    node: process.version,
    processor: cpus()[0]?.model ?? 'an unknown processor',
    names,
    times: {},
    counts: {},
  };
  for (const engine of engines) report.times[engine] = await pass(engine, 'times');
  // What the guest does is the same on both: one is enough, and the first one compiles.
  report.counts = await pass(engines[0]!, 'counts');
  checkSameRun(report);
  say(report);
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`);
}

/** Times and counts are of the same run, or they say nothing about each other. */
function checkSameRun({ names, times, counts }: Report): void {
  for (const [engine, results] of Object.entries(times)) {
    for (const name of names) {
      const [watched, counted] = [results[name]!.instructions, counts[name]!.instructions];
      if (watched !== counted)
        throw new Error(`${name} took ${watched} instructions on ${engine} and ${counted} when counted: these were two runs.`);
    }
  }
}

const options = optionsOrExit();
const names = subjectNames(options.only);
if (options.help) console.log(USAGE);
else if (options.list) for (const name of names) console.log(name);
else if (names.length === 0) {
  console.error(`Nothing has “${options.only}” in its name; --list shows what there is.`);
  process.exitCode = 2;
} else await profile(options, names);
