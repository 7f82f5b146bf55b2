import { describe, expect, it } from 'vitest';
import { machineOf } from './machine.testkit';

/** vCPU 0 starts 1 and 2. 0 and 1 count for ever; 2 sleeps, interrupts masked, until nothing wakes it. */
const TWO_OF_FOUR = `
      ldr   x0, =0xc4000003
      mov   x1, #1
      adr   x2, busy
      hvc   #0
      ldr   x0, =0xc4000003
      mov   x1, #2
      adr   x2, sleeper
      hvc   #0
busy: b     busy
sleeper:
      wfi
      b     sleeper
`;

describe('what each vCPU has of the thread', () => {
  it('is what it spends, and what others spend while it could run', async () => {
    const machine = await machineOf(TWO_OF_FOUR, { vcpus: 4 });
    machine.run({ cost: 10_000_000 });
    const { spent, waited } = machine.shares;
    const all = spent.map(([el0, el1]) => el0! + el1!);
    expect(all.reduce((sum, cost) => sum + cost, 0)).toBe(machine.cost);
    // The two that work share alike, and one of them always waits for the other.
    expect(all[0]! / machine.cost).toBeCloseTo(0.5, 2);
    expect(all[1]! / machine.cost).toBeCloseTo(0.5, 2);
    expect(waited[0]! / machine.cost).toBeCloseTo(0.5, 2);
    expect(all[1]! + waited[1]!).toBeGreaterThan(machine.cost * 0.99);
    // The one that sleeps and the one that is off wait for nobody, but for the moment in which the sleeper was to run its first instruction.
    expect(waited[2]! / machine.cost).toBeLessThan(0.01);
    expect(waited[3]).toBe(0);
  });

  it('says whose turn it is: one of those that can run, or nobody', async () => {
    const machine = await machineOf(TWO_OF_FOUR, { vcpus: 4 });
    for (let i = 0; i < 10; i++) {
      machine.run({ cost: 30_000 });
      expect(machine.onTurn).toBeGreaterThanOrEqual(0);
      expect(machine.onTurn).toBeLessThanOrEqual(2);
    }
    const asleep = await machineOf('1: wfi\n b 1b', { vcpus: 1 });
    asleep.run({ cost: 30_000 });
    expect(asleep.onTurn).toBe(-1);
  });
});
