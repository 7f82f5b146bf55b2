/**
 * The campaign: `npm run fuzz:snapshots -- [--count N] [--from SEED] [--minutes N]`. Runs in a process of its own, so that a mutation that hangs is found
 * and named. Exit status 1 if a mutation was neither restored nor refused in one sentence.
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { addTally, noTally, SnapshotFuzzer, type Tally } from './snapshots';

const BATCH = 2000;
/** Milliseconds without a sign of life after which the child is taken to hang. */
const HANG_MS = 120_000;

interface Report {
  at: number;
  tally?: Tally;
  bytes?: number;
  heap?: number;
}

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '1000000' },
    from: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '600' },
    child: { type: 'boolean' },
  },
});
const [from, count] = [Number(values.from), Number(values.count)];

async function child(): Promise<void> {
  const fuzzer = await SnapshotFuzzer.create();
  const send = (report: Report): void => {
    process.send!(report);
  };
  send({ at: from, bytes: fuzzer.bytes });
  const until = Date.now() + Number(values.minutes) * 60_000;
  for (let at = from; at < from + count && Date.now() < until; at += BATCH) {
    const tally = await fuzzer.run(at, Math.min(BATCH, from + count - at), (seed) => {
      if (seed % 200 === 0) send({ at: seed });
    });
    send({ at: at + tally.tried, tally, heap: process.memoryUsage().rss });
  }
  process.disconnect!();
}

function parent(): void {
  const worker = fork(
    fileURLToPath(import.meta.url),
    ['--child', '--from', String(from), '--count', String(count), '--minutes', values.minutes],
    {
      execArgv: ['--import', 'tsx'],
      serialization: 'advanced',
    },
  );
  const total = noTally();
  const began = Date.now();
  let [at, lastSign, told, heap] = [from, Date.now(), 0, 0];
  const watch = setInterval(() => {
    if (Date.now() - lastSign < HANG_MS) return;
    console.error(`A mutation with a seed from ${at} to ${at + 199} hangs.`);
    worker.kill('SIGKILL');
  }, 1000);
  worker.on('message', (report: Report) => {
    lastSign = Date.now();
    at = report.at;
    heap = Math.max(heap, report.heap ?? 0);
    if (report.bytes !== undefined) console.log(`A snapshot of ${report.bytes} bytes; ${count} mutations from seed ${from}.`);
    if (!report.tally) return;
    for (const { seed, what } of report.tally.failures.slice(0, 20)) console.error(`seed ${seed}: ${what}`);
    addTally(total, report.tally);
    if (Date.now() - told < 30_000) return;
    told = Date.now();
    const rate = total.tried / ((Date.now() - began) / 1000);
    console.log(`${total.tried}: ${total.restored} restored, ${total.refused} refused, ${Math.round(rate)} a second`);
  });
  worker.on('exit', (code) => {
    clearInterval(watch);
    const seconds = (Date.now() - began) / 1000;
    console.log(
      `${total.tried} mutations in ${Math.round(seconds)} s (${Math.round(total.tried / seconds)} a second): ${total.restored} restored and run, ` +
        `${total.refused} refused (${total.pages} went the page's way) with ${total.sentences.size} different sentences, ${total.failures.length} failures; ` +
        `slowest ${Math.round(total.slowest)} ms, at most ${Math.round(heap / 2 ** 20)} MiB.`,
    );
    for (const [kind, { restored, refused }] of Object.entries(total.byKind)) {
      console.log(`  ${kind}: ${restored} restored, ${refused} refused`);
    }
    process.exitCode = code === 0 && total.failures.length === 0 && total.tried > 0 ? 0 : 1;
  });
}

if (values.child) await child();
else parent();
