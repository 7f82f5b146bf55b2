import { beforeAll, describe, expect, it } from 'vitest';
import { kernelImage } from '../../guests/bench/image';
import { KERNELS } from '../../guests/bench/kernels';
import type { JitOptions } from '../../src/cpu/jit/jit';
import type { SavedRegions } from '../../src/cpu/jit/known-regions';
import { firstDifference, type Outcome, runWithCheckpoints } from './checkpoints';

/**
 * Whatever the JIT compiles when, the guest cannot tell: the benchmark's kernels leave the same state at every checkpoint. What is drawn depends on
 * SEED alone; `npm run nightly` takes another each time.
 */
const seed = Number(process.env.SEED ?? 1);

/** Numbers from 0 to below `limit`, the same for the same seed. */
function drawer(from: number): (limit: number) => number {
  let state = from;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

const EVERY = 50_021;
const TOTAL = 400_000;

describe.each(KERNELS)('the kernel $name', ({ name, laps }) => {
  const draw = drawer(seed + name.length);
  const choices: [string, JitOptions][] = [
    [
      'in tiny regions that are let go of all the time',
      { heat: 20 + draw(60), batch: 1, instructions: 2 + draw(6), modules: 4 + draw(8) },
    ],
    [
      'in regions of random size',
      { heat: 5 + draw(300), batch: 1 + draw(4), patience: 1 + draw(20), instructions: 5 + draw(100) },
    ],
  ];
  const run = (jit?: JitOptions, known?: SavedRegions): Promise<Outcome> =>
    runWithCheckpoints({
      kernel: kernelImage(name, laps),
      flat: true,
      vcpus: 1,
      memoryMiB: 32,
      every: EVERY,
      total: TOTAL,
      engine: jit ? 'jit' : 'interpreter',
      ...(jit && { jit }),
      known,
    });
  let interpreter: Outcome;
  beforeAll(async () => {
    interpreter = await run();
  });

  it.each(choices)('is the same when it is compiled %s', async (_how, jit) => {
    const compiled = await run(jit);
    expect(firstDifference(interpreter, compiled)).toBeUndefined();
    expect(compiled.compiled).toBeGreaterThan(1000);
  });

  it('is the same when what was hot is known from the run before, with its code and without', async () => {
    const jit = { heat: 20, batch: 1, instructions: 5 + draw(100) };
    const { regions, made } = await run(jit);
    const first = await run({ ...jit, heat: 5000 }, regions);
    expect(firstDifference(interpreter, first)).toBeUndefined();
    expect(first.made).toBeLessThan(made);
    expect(first.compiled).toBeGreaterThan(1000);
    const packs = regions!.packs.map((pack) => ({ regions: pack.regions }));
    const anew = await run({ ...jit, heat: 5000 }, { packs, sample: [], proof: 0, digest: 0 });
    expect(firstDifference(interpreter, anew)).toBeUndefined();
    expect(anew.compiled).toBeGreaterThan(1000);
  });
});
