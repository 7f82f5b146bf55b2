/**
 * The campaign: `npm run fuzz -- [--subject PART] [--count N] [--from SEED] [--minutes N]`, subject after subject, each in a process of its own, so that what hangs is
 * found and named. `--count`: cases of each (1,000,000); `--minutes`: for each, which may end it with fewer. Exit status 1 if the host failed, or there were none.
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { addCounts, type Counts, runSubject, type Subject } from './subject';
import { SUBJECTS } from './subjects';

/** Milliseconds without a sign of life after which a batch is taken to hang. */
const HANG_MS = 120_000;
const MOST_FAILURES = 10;
const MIB = 2 ** 20;

type Report = { at: number } | { counts: Counts; rss: number } | { failed: string };

const { values } = parseArgs({
  options: {
    subject: { type: 'string', default: '' },
    count: { type: 'string', default: '1000000' },
    from: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '600' },
    child: { type: 'boolean' },
  },
});
const chosen = SUBJECTS.filter(({ name }) => name.includes(values.subject));

async function child(subject: Subject): Promise<void> {
  const send = (report: Report): void => void process.send!(report);
  const until = Date.now() + Number(values.minutes) * 60_000;
  let failures = 0;
  await runSubject(subject, Number(values.from), Number(values.count), {
    before(seed) {
      send({ at: seed });
      return failures === MOST_FAILURES || Date.now() > until;
    },
    after: (counts) => send({ counts, rss: process.memoryUsage().rss }),
    failed(words) {
      failures++;
      send({ failed: words });
    },
  });
  process.disconnect!();
}

/** Resolves to how often the host failed. */
function campaign(subject: Subject): Promise<number> {
  const options = [
    '--child',
    '--subject',
    subject.name,
    '--count',
    values.count,
    '--from',
    values.from,
    '--minutes',
    values.minutes,
  ];
  const worker = fork(fileURLToPath(import.meta.url), options, { execArgv: ['--import', 'tsx'] });
  const counts: Counts = {};
  const began = Date.now();
  let [at, lastSign, most, failures] = [Number(values.from), Date.now(), 0, 0];
  const watch = setInterval(() => {
    if (Date.now() - lastSign < HANG_MS) return;
    console.error(`${subject.name}, seed ${at}: hangs.`);
    worker.kill('SIGKILL');
  }, 1000);
  worker.on('message', (report: Report) => {
    lastSign = Date.now();
    if ('at' in report) at = report.at;
    else if ('counts' in report) {
      addCounts(counts, report.counts);
      most = Math.max(most, report.rss);
    } else {
      failures++;
      console.error(report.failed);
    }
  });
  return new Promise((resolve) =>
    worker.on('exit', (code) => {
      clearInterval(watch);
      const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
      const ways = Object.entries(counts).map(([way, count]) => `${count} ${way}`);
      const seconds = Math.round((Date.now() - began) / 1000);
      console.log(
        `${subject.name}: ${total} ${subject.cases} in ${seconds} s (${ways.join(', ')}), ${failures} failures, at most ${Math.round(most / MIB)} MiB.`,
      );
      resolve(failures + (code === 0 ? 0 : 1) + (total === 0 ? 1 : 0));
    }),
  );
}

if (chosen.length === 0) {
  console.error(`No subject has “${values.subject}” in its name; there are ${SUBJECTS.map(({ name }) => name).join(', ')}.`);
  process.exitCode = 1;
} else if (values.child) await child(chosen[0]!);
else {
  let failed = 0;
  for (const subject of chosen) failed += await campaign(subject);
  process.exitCode = failed > 0 ? 1 : 0;
}
