import { describe, expect, it } from 'vitest';
import { bareVm, PROGRAMS } from './bare-vm.testkit';
import { Meter } from './meter';

/** A meter whose machine is looked at every `step` ms of a made-up clock, and how often it was reported in `ms`. */
async function metered() {
  const { vm } = await bareVm(PROGRAMS.wait);
  let now = 0;
  const meter = new Meter(vm.machine, { monotonic: () => now * 1e6, wall: () => 0n });
  return {
    meter,
    reports(ms: number, { step, runs }: { step: number; runs: number }): number {
      let count = 0;
      for (const end = now + ms; now < end; ) {
        now += step;
        meter.ran(runs);
        if (!meter.due()) continue;
        meter.close();
        count++;
      }
      return count;
    },
  };
}

describe('reports of a machine', () => {
  it('come four times a second while it works', async () => {
    const { reports } = await metered();
    expect(reports(10_000, { step: 10, runs: 8 })).toBe(40);
  });

  it('come every other second while it waits, the first at once', async () => {
    const { meter, reports } = await metered();
    reports(1000, { step: 10, runs: 8 });
    expect(meter.shares).toHaveLength(1);
    expect(reports(300, { step: 50, runs: 0.5 })).toBe(1);
    expect(reports(20_000, { step: 50, runs: 0.5 })).toBe(10);
  });

  it('come soon again when it works again', async () => {
    const { reports } = await metered();
    reports(10_000, { step: 50, runs: 0.5 });
    expect(reports(500, { step: 10, runs: 8 })).toBeGreaterThanOrEqual(1);
    expect(reports(1000, { step: 10, runs: 8 })).toBe(4);
  });
});
