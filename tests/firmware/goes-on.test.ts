/**
 * A machine that was saved and restored goes on exactly where it was: after the same number of instructions its state is that of a machine
 * that was never interrupted. With the lab guest on 4 vCPUs: interrupts, timers, CPUs going off and on, input, on both engines and across.
 */
import { describe, expect, it } from 'vitest';
import { assembleLab } from '../../guests/lab/assemble-lab';
import { type Engine, VirtualRun, type VirtualRunOptions } from './virtual-run';

const LINES = ['cpus', 'on 1', 'on 2', 'tick 3', 'off 1', 'on 3', 'on 1', 'uptime', 'cpus', 'psci', 'tick 2', 'bench'];
const OPTIONS: VirtualRunOptions = {
  images: { kernel: assembleLab().bytes },
  vcpus: 4,
  memoryMiB: 64,
  step: 20_000,
  typed: LINES.map((line, n) => ({ at: 200_000 * (n + 1), line })),
};
const END = 4_000_000;
const ENGINES: Engine[] = ['interpreter', 'jit'];
/** Not multiples of anything. */
const SAVED_AT = [1_000, 333_333, 777_777, 1_234_567, 2_345_678];

describe('a restored machine', () => {
  it.each(ENGINES)('goes on as if nothing had happened, on the %s or moved to the other engine', async (engine) => {
    const straight = await VirtualRun.start(OPTIONS, engine);
    straight.runTo(END);
    const expected = straight.hash();
    expect(straight.console).toContain('cpu1');

    const saved = await VirtualRun.start(OPTIONS, engine);
    for (const [n, at] of SAVED_AT.entries()) {
      saved.runTo(at);
      const before = saved.hash();
      const snapshot = await saved.save();
      expect(saved.hash(), 'saving changes nothing').toBe(before);
      const onto = ENGINES[n % 2]!;
      const restored = await VirtualRun.restore(snapshot, OPTIONS, onto);
      expect(restored.hash(), `saved at ${at}, restored on the ${onto}`).toBe(before);
      restored.runTo(END);
      expect(restored.machine.instructions).toBe(straight.machine.instructions);
      expect(restored.hash(), `saved at ${at}, restored on the ${onto}, run to the end`).toBe(expected);
    }
  });
});
