/** Linux's perf events on the performance monitor. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cannotCompile, compiledProgram, whyNotCompiled } from './compiled';
import { Guest, newDisk } from './harness';

describe.skipIf(cannotCompile).each(['jit', 'interpreter'] as const)(
  `perf events in the guest on the %s${whyNotCompiled}`,
  (engine) => {
    let guest: Guest;
    beforeAll(async () => {
      const program = compiledProgram('perf');
      guest = await Guest.boot({ engine, disk: newDisk(), moreDisks: [program.disk] });
      await guest.exec(program.install('/dev/vdb'));
    });
    afterAll(() => guest?.vm.stop());

    it('count instructions exactly, and interrupt', async () => {
      expect(guest.console).toMatch(/hw perfevents: enabled with armv8_pmuv3 PMU driver, 7 .*counters available/);
      const lines = (await guest.exec('/tmp/perf')).split('\n');
      expect(lines.slice(0, 3)).toEqual([
        'instructions 6000000',
        'cycles are no fewer than instructions',
        'branch misses are not counted',
      ]);
      // Of 3,000,000 instructions, one at every 100,000.
      expect(lines[3]).toMatch(/^overflows (29|30)$/);
      expect(await guest.exec('cat /proc/interrupts')).toMatch(/23 Level\s+arm-pmu/);
    });
  },
);
