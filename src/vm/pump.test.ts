import { describe, expect, it } from 'vitest';
import type { MachineInput } from '../machine/input';
import type { RunOutcome } from '../machine/scheduler';
import { stateHash } from '../machine/state-hash';
import { bareVm, PROGRAMS, testHost } from './bare-vm.testkit';
import type { VmHost } from './host';
import { Pump } from './pump';

const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A host on which everything seems to take long: each look at its clock is `step` ns later. */
function slowHost(step: number): VmHost {
  let now = 0;
  return testHost({ time: { monotonic: () => (now += step), wall: () => 0n } });
}

/** Works with system registers and devices until a count is down; takes what is typed into account. */
const WORK = `
    movz x9, #0x0900, lsl #16
    movz x8, #0x2, lsl #16
  next:
    mrs x0, cntvct_el0
    add x1, x1, x0
    ldr w2, [x9, #0x18]
    tbnz w2, #4, none
    ldr w3, [x9]
    add x1, x1, x3, lsl #32
  none:
    tst x8, #0x7fff
    b.ne quiet
    mov w4, #'t'
    str w4, [x9]
  quiet:
    subs x8, x8, #1
    b.ne next
    ${PROGRAMS.off}`;

async function workedOn(host: VmHost): Promise<{ hash: string; inputs: number[] }> {
  const inputs: number[] = [];
  let typed = 0;
  const { vm } = await bareVm(WORK, {
    config: { clock: 'virtual' },
    host,
    // Typed as an answer to what the guest says, whenever that is heard of.
    onEvents: (events) => {
      for (const event of events) if (event.type === 'console' && typed++ < 2) vm.input(Uint8Array.of(65 + typed));
    },
  });
  const input = vm.machine.input.bind(vm.machine);
  vm.machine.input = (given: MachineInput) => {
    inputs.push(vm.machine.instructions);
    input(given);
  };
  await vm.start();
  await vm.ended;
  return { hash: String(stateHash(vm.machine)), inputs };
}

/** A machine that has something to do every 1.3 ms, on a host whose timers count whole milliseconds; and how often it was looked after in `turns`. */
async function napping(turns: number): Promise<{ timers: number; periods: number }> {
  const period = 1.3e6;
  let [now, timers, next] = [0, 0, period];
  const host = testHost({
    time: { monotonic: () => now, wall: () => 0n },
    breathe: async () => void (now += 20e3),
    timeouts: {
      start(milliseconds, fire) {
        timers++;
        now += Math.max(0, Math.floor(milliseconds)) * 1e6;
        fire();
        return { cancel: () => {} };
      },
    },
  });
  const { vm } = await bareVm(PROGRAMS.wait, { host });
  const machine = {
    clock: {
      get ns() {
        return now;
      },
    },
    run(): RunOutcome {
      now += 10e3;
      if (now >= next) next += Math.ceil((now - next) / period) * period || period;
      return { state: 'idle', wakeAt: next };
    },
  };
  const pump = new Pump({
    machine: Object.setPrototypeOf(machine, vm.machine),
    host,
    clock: 'realtime',
    ran: () => {},
    limit: () => ({}),
    halts: () => false,
    rest: (until) => until,
  });
  for (let turn = 0; turn < turns; turn++) await pump.turn(async () => {});
  return { timers, periods: now / period };
}

describe('Pump', () => {
  it('wakes an idle machine once for each of its timers, though those of the host count whole milliseconds', async () => {
    const { timers, periods } = await napping(1000);
    expect(periods).toBeGreaterThan(200);
    expect(timers / periods).toBeLessThan(1.1);
  });

  it('under the virtual clock how often the host breathes changes nothing, inputs included', async () => {
    const quick = await workedOn(testHost());
    const slow = await workedOn(slowHost(5e6));
    expect(quick.inputs.length).toBeGreaterThan(0);
    expect(slow).toEqual(quick);
  });

  it('lets the host breathe however slow the guest’s work is on it', async () => {
    const host = slowHost(20e6);
    let breaths = 0;
    const breathe = host.breathe;
    host.breathe = () => {
      breaths++;
      return breathe();
    };
    const { vm } = await bareVm(PROGRAMS.flood, { host });
    await vm.start();
    await rest(30);
    await vm.stop();
    // Every look at the clock is late, so each stretch ends at the first: long before the quantum it began with.
    expect(breaths).toBeGreaterThan(0);
    expect(vm.machine.instructions / breaths).toBeLessThan(5000);
  });

  it('realtime: what is typed reaches a busy guest at once', async () => {
    const { vm, text } = await bareVm(PROGRAMS.echo);
    await vm.start();
    await rest(20);
    vm.input(new TextEncoder().encode('now.'));
    await vm.ended;
    expect(text()).toBe('now.');
  });

  it('a host that was frozen for an hour was a pause to the guest; the time of day goes on', async () => {
    let frozen = 0;
    const wallStart = 1_800_000_000_000_000_000n;
    const began = performance.now();
    const host = testHost({
      time: {
        monotonic: () => performance.now() * 1e6 + frozen,
        wall: () => wallStart + BigInt(Math.round((performance.now() - began) * 1e6 + frozen)),
      },
    });
    const { vm } = await bareVm(PROGRAMS.spin, { host });
    await vm.start();
    await rest(50);
    const before = vm.machine.clock.ns;
    frozen = 3600e9;
    await rest(100);
    expect(vm.machine.clock.ns - before).toBeLessThan(60e9);
    expect(vm.machine.clock.ns).toBeGreaterThan(before);
    expect(vm.machine.clock.wallTime() - wallStart).toBeGreaterThan(3_600_000_000_000n);
    await vm.stop();
  });
});
