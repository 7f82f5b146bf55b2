/**
 * Linux under the virtual clock, saved in the middle of its boot and restored, on the same engine and across: at instruction M its state is
 * that of a machine that ran straight to M.
 */
import { describe, expect, it } from 'vitest';
import { type Engine, VirtualRun, type VirtualRunOptions } from '../firmware/virtual-run';
import { debian, missing, whyMissing } from './harness';

const SAVED_AT = 700e6;
const END = 800e6;

describe.skipIf(missing)(`save and restore under the virtual clock${whyMissing}`, () => {
  const options = (): VirtualRunOptions => ({ images: debian(), vcpus: 2, memoryMiB: 256, step: 5e6 });

  it.each<[Engine, Engine]>([
    ['jit', 'interpreter'],
    ['interpreter', 'jit'],
  ])('saved on the %s: restored on both, it is where a straight run is', async (engine, other) => {
    const run = await VirtualRun.start(options(), engine);
    run.runTo(SAVED_AT);
    const snapshot = await run.save();
    run.runTo(END);
    const expected = [run.machine.instructions, run.hash()];
    for (const onto of [engine, other]) {
      const restored = await VirtualRun.restore(snapshot, options(), onto);
      restored.runTo(END);
      expect([restored.machine.instructions, restored.hash()], `restored on the ${onto}`).toEqual(expected);
    }
  });
});
