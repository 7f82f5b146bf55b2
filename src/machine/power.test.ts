import { describe, expect, it } from 'vitest';
import { machineOf } from './machine.testkit';

const RESULTS = 0x4020_0000;

/** vCPU 1 notes the priority mask it finds and sets one, then goes off; vCPU 0 starts it twice. */
const TWICE = `
      mov   x20, #2
again:
      ldr   x0, =0xc4000003
      mov   x1, #1
      adr   x2, other
      hvc   #0
      cbnz  x0, again
      sub   x20, x20, #1
      cbnz  x20, again
      b     .
other:
      mov   x0, #7
      msr   icc_sre_el1, x0
      isb
      mrs   x1, icc_pmr_el1
      ldr   x10, =${RESULTS}
      ldr   x2, [x10]
      add   x2, x2, #1
      str   x2, [x10]
      str   x1, [x10, x2, lsl #3]
      mov   x0, #0x80
      msr   icc_pmr_el1, x0
      ldr   x0, =0x84000002
      hvc   #0
`;

describe('a vCPU', () => {
  it('that is started has its interface to the interrupt controller as after a reset, also for the second time', async () => {
    const machine = await machineOf(TWICE);
    machine.runTo(1_000_000);
    expect([0, 8, 16].map((at) => Number(machine.memory.read64(RESULTS + at)))).toEqual([2, 0, 0]);
  });

  it('that goes off takes its timers with it: nothing wakes a machine that waits', async () => {
    const machine = await machineOf(`
      ldr   x0, =0xc4000003
      mov   x1, #1
      adr   x2, other
      hvc   #0
1:    wfi
      b     1b
other:
      mrs   x0, cntvct_el0
      add   x0, x0, #1, lsl #12
      msr   cntv_cval_el0, x0
      mov   x0, #1
      msr   cntv_ctl_el0, x0
      ldr   x0, =0x84000002
      hvc   #0
`);
    expect(machine.run({ cost: 1_000_000 })).toEqual({ state: 'idle', wakeAt: Number.POSITIVE_INFINITY });
    expect(machine.power.states).toEqual(['runnable', 'stopped']);
    expect(machine.clock.ns).toBe(machine.instructions * 8);
  });
});
