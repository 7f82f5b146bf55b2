import { guestFiles, type Run, runWithCheckpoints } from '../tests/lockstep/checkpoints';
import { integerLoop } from './integer-loop';
import type { BenchOptions } from './options';
import { realtime } from './realtime';
import { median } from './statistics';

/** Interpreter against JIT in this very process, without a console in between. */

type Engine = Run['engine'];
const ENGINES: readonly Engine[] = ['interpreter', 'jit'];

interface Benchmark {
  name: string;
  /** Returns millions of guest instructions per host second. */
  once(engine: Engine): Promise<number>;
}

const DEBIAN_INSTRUCTIONS = 1_000_000_000;
const REALTIME = 'realtime';

async function benchmarks(): Promise<Benchmark[]> {
  const loop: Benchmark = { name: 'integer loop with loads and stores', once: integerLoop };
  const debian = await guestFiles('debian');
  if (!debian) return [loop];
  const boot: Benchmark = {
    name: 'Debian from reset, 1.0e9 instructions',
    async once(engine) {
      const total = DEBIAN_INSTRUCTIONS;
      const run = await runWithCheckpoints({ ...debian, engine, vcpus: 1, memoryMiB: 512, every: total, total });
      return total / run.runSeconds / 1e6;
    },
  };
  return [loop, boot];
}

export const engineBenchmarkNames = async (): Promise<string[]> => [...(await benchmarks()).map(({ name }) => name), REALTIME];

export interface EngineResult {
  name: string;
  /** Millions of guest instructions per second, in order of the runs. */
  mips: Record<Engine, number[]>;
}

export async function engineSuite({ only, runs }: BenchOptions): Promise<EngineResult[]> {
  const results: EngineResult[] = [];
  for (const { name, once } of await benchmarks()) {
    if (!name.includes(only)) continue;
    const mips: Record<Engine, number[]> = { interpreter: [], jit: [] };
    for (let i = 0; i < runs; i++) for (const engine of ENGINES) mips[engine].push(await once(engine));
    results.push({ name, mips });
    const [interpreter, jit] = ENGINES.map((engine) => median(mips[engine]));
    console.log(
      `${name}: interpreter ${interpreter!.toFixed(0)} MIPS, jit ${jit!.toFixed(0)} MIPS, ratio ${(jit! / interpreter!).toFixed(2)} (medians of ${runs})`,
    );
  }
  if (REALTIME.includes(only)) for (const engine of ENGINES) await sayRealtime(engine);
  return results;
}

async function sayRealtime(engine: Engine): Promise<void> {
  const { interrupts, meanLatenessUs, longestLatenessUs, longestStandstill, drift } = await realtime(engine);
  console.log(
    `${REALTIME}, ${engine}: ${interrupts} timer interrupts, ${meanLatenessUs.toFixed(0)} µs late on average, ${longestLatenessUs.toFixed(0)} at most; ` +
      `${longestStandstill} reads of the counter in a row without a change; its pace by the host's ${drift.toFixed(4)}`,
  );
}
