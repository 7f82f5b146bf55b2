import { parseArgs } from 'node:util';
import { guestFiles, type Run, runWithCheckpoints } from '../tests/lockstep/checkpoints';
import { integerLoop } from './integer-loop';
import { realtime } from './realtime';

/**
 * Speed of the machine in Node, as medians of interleaved runs: `npm run bench -- --runs 5`. Machines are noisy: compare ratios of runs
 * taken in turn, never single figures of different days.
 */
const { values } = parseArgs({ options: { runs: { type: 'string', default: '3' }, only: { type: 'string', default: '' } } });
const runs = Number(values.runs);

type Engine = Run['engine'];
const ENGINES: readonly Engine[] = ['interpreter', 'jit'];

interface Benchmark {
  name: string;
  /** Returns millions of guest instructions per host second. */
  once(engine: Engine): Promise<number>;
}

const median = (figures: readonly number[]): number => [...figures].sort((a, b) => a - b)[figures.length >> 1]!;

const debian = await guestFiles('debian');

const benchmarks: Benchmark[] = [
  { name: 'integer loop with loads and stores', once: integerLoop },
  ...(debian
    ? [
        {
          name: 'Debian from reset, 1.0e9 instructions',
          async once(engine: Engine): Promise<number> {
            const total = 1_000_000_000;
            const run = await runWithCheckpoints({ ...debian, engine, vcpus: 1, memoryMiB: 512, every: total, total });
            return total / run.runSeconds / 1e6;
          },
        },
      ]
    : []),
];

for (const { name, once } of benchmarks) {
  if (!name.includes(values.only)) continue;
  const figures: Record<Engine, number[]> = { interpreter: [], jit: [] };
  for (let i = 0; i < runs; i++) for (const engine of ENGINES) figures[engine].push(await once(engine));
  const [interpreter, jit] = ENGINES.map((engine) => median(figures[engine]));
  console.log(
    `${name}: interpreter ${interpreter!.toFixed(0)} MIPS, jit ${jit!.toFixed(0)} MIPS, ratio ${(jit! / interpreter!).toFixed(2)} (medians of ${runs})`,
  );
}

if ('realtime'.includes(values.only)) {
  for (const engine of ENGINES) {
    const { interrupts, meanLatenessUs, longestLatenessUs, longestStandstill, drift } = await realtime(engine);
    console.log(
      `realtime, ${engine}: ${interrupts} timer interrupts, ${meanLatenessUs.toFixed(0)} µs late on average, ${longestLatenessUs.toFixed(0)} at most; ` +
        `${longestStandstill} reads of the counter in a row without a change; its pace by the host's ${drift.toFixed(4)}`,
    );
  }
}
