import { describe, expect, it } from 'vitest';
import { bareVm, PROGRAMS } from './bare-vm.testkit';
import { Meter } from './meter';

/** vCPU 0 starts 1, 2 and 3 (by MPIDR), and all four are busy for ever. */
const FOUR_BUSY = `
      mov   x4, #1
next: movz  x0, #0xc400, lsl #16
      movk  x0, #3
      mov   x1, x4
      adr   x2, busy
      hvc   #0
      add   x4, x4, #1
      cmp   x4, #4
      b.ne  next
busy: b     busy`;

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

describe('shares of a period', () => {
  it('tell waiting for a turn from idling: four of eight vCPUs are busy, one at a time', async () => {
    const { vm } = await bareVm(FOUR_BUSY, { config: { vcpus: 8, clock: 'virtual' } });
    let now = 0;
    const meter = new Meter(vm.machine, { monotonic: () => now * 1e6, wall: () => 0n });
    const period = (): void => {
      vm.machine.runTo(vm.machine.instructions + 8_000_000);
      now += 250;
      meter.ran(250);
      meter.close();
    };
    period();
    period();
    for (const { el0, el1, ready } of meter.shares.slice(0, 4)) {
      expect(el0).toBe(0);
      expect(el1).toBeCloseTo(0.25, 1);
      expect(el1 + ready).toBeCloseTo(1, 5);
    }
    expect(meter.shares.slice(4)).toEqual(new Array(4).fill({ el0: 0, el1: 0, ready: 0 }));
    const powers = vm.vcpus().map(({ power }) => power);
    expect(powers.filter((power) => power === 'on')).toHaveLength(1);
    expect(powers.filter((power) => power === 'ready')).toHaveLength(3);
    expect(powers.filter((power) => power === 'off')).toHaveLength(4);
  });
});
