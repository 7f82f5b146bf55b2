import { describe, expect, it } from 'vitest';
import type { Moment } from '../machine/input';
import { stateHash } from '../machine/state-hash';
import type { PastView } from './api/time-travel';
import { type BareVm, bareVm, PROGRAMS, testHost } from './bare-vm.testkit';

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 1));
};

/**
 * Works, writes what it counts to ever other pages, prints a letter, waits for its timer, and takes what is typed; every so often it asks the firmware for its version.
 */
const WANDERER = `
      movz x9, #0x0900, lsl #16
      movz x10, #0x4010, lsl #16
      mov  w20, #'a'
      mrs  x11, cntfrq_el0
      lsr  x11, x11, #9
      // The interrupt of the virtual timer is to end a WFI: nobody takes it.
      movz x2, #0x0800, lsl #16
      mov  w3, #0x12
      str  w3, [x2]
      movz x2, #0x080a, lsl #16
      str  wzr, [x2, #0x14]
      movz x2, #0x080b, lsl #16
      movn w3, #0
      str  w3, [x2, #0x80]
      movz w3, #0x0800, lsl #16
      str  w3, [x2, #0x100]
      mov  x3, #0xff
      msr  icc_pmr_el1, x3
      mov  x3, #1
      msr  icc_igrpen1_el1, x3
again:
      add  x12, x12, #1
      and  x13, x12, #0xff
      add  x14, x10, x13, lsl #12
      ldr  x15, [x14]
      add  x15, x15, x12
      str  x15, [x14]
      ldr  w1, [x9, #0x18]
      tbnz w1, #4, none
      ldr  w20, [x9]
none: str  w20, [x9]
      and  x13, x12, #7
      cbnz x13, spin
      movz x0, #0x8400, lsl #16
      hvc  #0
spin: movz x5, #3, lsl #16
1:    subs x5, x5, #1
      b.ne 1b
      msr  cntv_tval_el0, x11
      mov  x1, #1
      msr  cntv_ctl_el0, x1
wait: wfi
      mrs  x1, cntv_ctl_el0
      tbz  x1, #2, wait
      msr  cntv_ctl_el0, xzr
      b    again`;
/** `again`. */
const AGAIN = 0x4008_004cn;

interface Seen {
  moment: Moment;
  ns: number;
  hash: string;
}
const seenNow = ({ machine }: BareVm['vm']): Seen => ({
  moment: machine.moment,
  ns: machine.clock.ns,
  hash: stateHash(machine),
});
const pastOf = ({ events }: BareVm): PastView | undefined =>
  events.flatMap((event) => (event.type === 'past' ? [event.past] : [])).at(-1);

/** Runs with pauses, and something typed before some of them. */
async function wandered(bare: BareVm, pauses = 8): Promise<Seen[]> {
  const { vm } = bare;
  const seen: Seen[] = [];
  await vm.start();
  for (let pause = 1; pause <= pauses; pause++) {
    await until(() => vm.machine.instructions > pause * 12e6);
    if (pause % 3 === 0) vm.input(new TextEncoder().encode('PQR'));
    await vm.pause();
    seen.push(seenNow(vm));
    await vm.resume();
  }
  await vm.pause();
  seen.push(seenNow(vm));
  return seen;
}

describe.each([
  ['realtime', 'interpreter'],
  ['virtual', 'interpreter'],
  ['realtime', 'jit'],
  ['virtual', 'jit'],
] as const)('through time (%s, %s)', (clock, engine) => {
  it('comes to the states of the straight run, to and fro, and goes on to the present', async () => {
    const bare = await bareVm(WANDERER, { config: { clock, engine }, trace: true });
    const { vm, text } = bare;
    const seen = await wandered(bare);
    const present = seen.at(-1)!;
    const [printed, calls] = [text(), vm.callsByName.get('PSCI_VERSION')];
    // Far and near, in both directions.
    for (const index of [0, 6, 3, 5, 4, 1, 2]) {
      const { moment, ns, hash } = seen[index]!;
      await vm.travel({ to: 'moment', moment });
      expect([index, stateHash(vm.machine)]).toEqual([index, hash]);
      expect(pastOf(bare)).toMatchObject({ time: ns, moment, present: present.ns });
    }
    await vm.travel({ to: 'present' });
    expect(stateHash(vm.machine)).toBe(present.hash);
    expect(pastOf(bare)).toBeUndefined();
    // The same moment by its time, from both sides.
    const time = (seen[2]!.ns + seen[3]!.ns) / 2;
    await vm.travel({ to: 'time', time });
    const there = seenNow(vm);
    if (clock === 'realtime') expect(there.ns).toBeGreaterThanOrEqual(time);
    await vm.travel({ to: 'moment', moment: seen[0]!.moment });
    await vm.travel({ to: 'time', time });
    expect(seenNow(vm)).toEqual(there);
    // By running, with nothing told twice.
    expect(text()).toBe(printed);
    await vm.resume();
    await until(() => vm.machine.instructions > present.moment.instructions + 5e6);
    await vm.pause();
    expect(pastOf(bare)).toBeUndefined();
    expect(text().startsWith(printed)).toBe(true);
    expect(vm.callsByName.get('PSCI_VERSION')).toBeGreaterThanOrEqual(calls!);
    expect(bare.events.some(({ type }) => type === 'course')).toBe(false);
    await vm.stop();
  });

  it('looks back for the last call and the last breakpoint', async () => {
    const bare = await bareVm(WANDERER, { config: { clock, engine }, trace: true });
    const { vm, events } = bare;
    await wandered(bare, 5);
    const stop = () => events.flatMap((event) => (event.type === 'stopped' ? [event.stop] : [])).at(-1);
    let before = vm.machine.instructions;
    for (let calls = vm.callsByName.get('PSCI_VERSION')! - 1, times = 0; times < 3; calls--, times++) {
      await vm.travel({ to: 'call' });
      expect(stop()).toMatchObject({ reason: 'call', vcpu: 0 });
      expect(pastOf(bare)!.calls).toBe(calls);
      expect(vm.machine.instructions).toBeLessThan(before);
      before = vm.machine.instructions;
      // It stands before the HVC.
      await vm.step('step', 0);
      expect(pastOf(bare)!.calls).toBe(calls + 1);
      await vm.step('back', 0);
    }
    await vm.setBreakpoints([{ address: AGAIN, enabled: true, condition: 'x12 == 20' }]);
    await vm.travel({ to: 'breakpoint' });
    expect(stop()).toEqual({ vcpu: 0, reason: 'breakpoint', address: AGAIN });
    expect(vm.machine.engine.vcpus[0]!.x(12)).toBe(20n);
    const here = stateHash(vm.machine);
    await expect(vm.travel({ to: 'breakpoint' })).rejects.toThrow('Nobody came to a breakpoint before');
    expect(stateHash(vm.machine)).toBe(here);
    await vm.setBreakpoints([{ address: AGAIN, enabled: true }]);
    await vm.travel({ to: 'breakpoint' });
    expect(vm.machine.engine.vcpus[0]!.x(12)).toBe(19n);
    await vm.resume();
    await until(() => vm.state === 'paused');
    expect(vm.machine.engine.vcpus[0]!.x(12)).toBe(20n);
    expect(stateHash(vm.machine)).toBe(here);
    await vm.stop();
  });

  it('takes another course from the past when something is typed there', async () => {
    const bare = await bareVm(WANDERER, { config: { clock, engine }, trace: true });
    const { vm, events, text } = bare;
    const seen = await wandered(bare, 4);
    await vm.travel({ to: 'moment', moment: seen[1]!.moment });
    const { calls, unprinted, time } = pastOf(bare)!;
    expect(unprinted).toBeGreaterThan(0);
    const kept = text().slice(0, -unprinted);
    vm.input(new TextEncoder().encode('z'));
    expect(pastOf(bare)).toBeUndefined();
    const told = (): BareVm['events'] => events.slice(events.findIndex(({ type }) => type === 'course'));
    await vm.resume();
    await until(() => vm.machine.instructions > seen.at(-1)!.moment.instructions);
    await vm.pause();
    expect(told()[0]).toEqual({ type: 'course', time, calls, unprinted });
    expect(pastOf(bare)).toBeUndefined();
    // What followed is told as new, the calls with the numbers that are free again.
    const anew = told().flatMap((event) => (event.type === 'firmware' ? event.calls : []));
    expect(anew[0]?.seq).toBe(calls);
    expect(kept).not.toContain('z');
    expect(text().slice(kept.length + unprinted)).toMatch(/z/);
    // And it has a past as well.
    const { hash, moment } = seenNow(vm);
    await vm.travel({ to: 'moment', moment: seen[0]!.moment });
    expect(stateHash(vm.machine)).toBe(seen[0]!.hash);
    await vm.travel({ to: 'moment', moment });
    expect(stateHash(vm.machine)).toBe(hash);
    await vm.stop();
  });
});

/** Counts, and has a place that it comes by one time of eight. */
const COUNTER = `
      mov  x0, #0
again:
      add  x0, x0, #1
      and  x1, x0, #7
      cbnz x1, again
      nop
      b    again`;
/** Works for a while, then says what is typed, and waits for it: its interrupt is to end a WFI, and nobody takes it. */
const LISTENER = `
      movz x9, #0x0900, lsl #16
      movz x2, #0x0800, lsl #16
      mov  w3, #0x12
      str  w3, [x2]
      // The UART's is SPI 1.
      mov  w3, #2
      str  w3, [x2, #0x84]
      str  w3, [x2, #0x104]
      mov  w3, #0x10
      str  w3, [x9, #0x38]
      mov  x3, #0xff
      msr  icc_pmr_el1, x3
      mov  x3, #1
      msr  icc_igrpen1_el1, x3
      movz x5, #8, lsl #16
1:    subs x5, x5, #1
      b.ne 1b
wait: wfi
      ldr  w1, [x9, #0x18]
      tbnz w1, #4, wait
      ldr  w0, [x9]
      str  w0, [x9]
      b    wait`;

describe.each([
  ['realtime', 'interpreter'],
  ['virtual', 'interpreter'],
  ['realtime', 'jit'],
  ['virtual', 'jit'],
] as const)('in the past (%s, %s)', (clock, engine) => {
  it('every step is one instruction, from breakpoints as well, and leads to where the machine was', async () => {
    const { vm } = await bareVm(COUNTER, { config: { clock, engine } });
    const seen = new Map<string, string>();
    const stands = async (): Promise<void> => {
      await until(() => vm.state === 'paused');
      const [moment, hash] = [JSON.stringify(vm.machine.moment), stateHash(vm.machine)];
      expect([moment, seen.get(moment) ?? hash]).toEqual([moment, hash]);
      seen.set(moment, hash);
    };
    await vm.setBreakpoints([{ address: 0x4008_0008n, enabled: true }]);
    await vm.start();
    await stands();
    const way =
      'go back present step step step back back back step step step step go back back go step present step back step go';
    for (const how of way.split(' ')) {
      const before = vm.machine.instructions;
      if (how === 'go') await vm.resume();
      else if (how === 'present') await vm.travel({ to: 'present' });
      else await vm.step(how === 'back' ? 'back' : 'step', 0);
      if (how === 'step' || how === 'back') {
        expect(vm.state).toBe('paused');
        expect(vm.machine.instructions).toBe(before + (how === 'step' ? 1 : -1));
      }
      await stands();
    }
    await vm.stop();
  });

  it('runs through what came while it waited, once it had been in its past before', async () => {
    const bare = await bareVm(LISTENER, { config: { clock, engine } });
    const { vm, text } = bare;
    await vm.start();
    await until(() => vm.machine.engine.vcpus[0]!.waiting);
    await vm.pause();
    const time = vm.machine.clock.ns / 100;
    await vm.travel({ to: 'time', time });
    await vm.travel({ to: 'present' });
    await vm.resume();
    // It has looked at its devices by then, and waits.
    await new Promise((resolve) => setTimeout(resolve, 30));
    for (const [index, letter] of [...'ab'].entries()) {
      vm.input(new TextEncoder().encode(letter));
      await until(() => text().length > index && vm.machine.engine.vcpus[0]!.waiting);
    }
    await vm.pause();
    const present = seenNow(vm);
    await vm.travel({ to: 'time', time });
    await vm.resume();
    await until(() => pastOf(bare) === undefined);
    await vm.pause();
    expect(vm.machine.instructions).toBe(present.moment.instructions);
    await vm.travel({ to: 'time', time });
    await vm.travel({ to: 'moment', moment: present.moment });
    expect(seenNow(vm)).toEqual(present);
    expect(text()).toBe('ab');
    await vm.stop();
  });
});

it('tells how far it has come, and is where it was when it is given up', async () => {
  const host = testHost();
  let breathed = (): void => {};
  const breathe = (): Promise<void> => {
    breathed();
    return host.breathe();
  };
  const bare = await bareVm(PROGRAMS.spin, { config: { engine: 'jit' }, host: { ...host, breathe } });
  const { vm } = bare;
  await vm.start();
  await until(() => vm.machine.instructions > 49e6);
  await vm.pause();
  const here = seenNow(vm);
  const shares: number[] = [];
  await vm.travel({ to: 'time', time: here.ns * 0.75 }, (share) => shares.push(share));
  expect(shares.length).toBeGreaterThan(4);
  expect(shares).toEqual([...shares].sort((a, b) => a - b));
  expect(shares[0]).toBeGreaterThanOrEqual(0);
  expect(shares.at(-1)).toBeLessThanOrEqual(1);
  // From the past, and from the present.
  const past = seenNow(vm);
  for (const from of [past, here]) {
    await vm.travel(from === here ? { to: 'present' } : { to: 'moment', moment: past.moment });
    const signal = { aborted: false };
    breathed = () => {
      signal.aborted = true;
    };
    await expect(vm.travel({ to: 'time', time: here.ns / 2 }, undefined, signal)).rejects.toThrow('was given up');
    breathed = () => {};
    expect(seenNow(vm)).toEqual(from);
  }
  expect(vm.history()).toMatchObject({ reach: 0, present: here.ns });
  await vm.resume();
  await until(() => vm.machine.instructions > here.moment.instructions);
  await vm.stop();
});

describe('the present', () => {
  const away = async (): Promise<BareVm['vm']> => {
    const { vm } = await bareVm(PROGRAMS.spin, { trace: true });
    await vm.start();
    await until(() => vm.machine.instructions > 5e6);
    return vm;
  };
  const half = (vm: BareVm['vm']) => ({ to: 'time', time: vm.machine.clock.ns / 2 }) as const;

  it('goes on by itself for a machine that ran when it left it', async () => {
    const vm = await away();
    await vm.travel(half(vm));
    await vm.travel(half(vm));
    expect(vm.state).toBe('paused');
    const { present } = vm.history();
    await vm.travel({ to: 'present' });
    expect(vm.state).toBe('running');
    await until(() => vm.machine.clock.ns > present + 1e6);
    await vm.stop();
  });

  it('stands still for one that was paused, before it left or in its past', async () => {
    const vm = await away();
    await vm.pause();
    await vm.travel(half(vm));
    await vm.travel({ to: 'present' });
    expect(vm.state).toBe('paused');
    await vm.resume();
    await vm.travel(half(vm));
    await vm.resume();
    await vm.pause();
    await vm.travel({ to: 'present' });
    expect(vm.state).toBe('paused');
    await vm.stop();
  });
});

it('says that it stands elsewhere than it was sent, where nothing ran', async () => {
  const bare = await bareVm(WANDERER, { config: { clock: 'virtual' }, trace: true });
  const { vm, events } = bare;
  await wandered(bare, 2);
  const stop = () => events.flatMap((event) => (event.type === 'stopped' ? [event.stop] : [])).at(-1)!;
  let missed: { asked: number; time: number } | undefined;
  // Somewhere the machine waits for its timer.
  for (let asked = vm.machine.clock.ns / 2; !missed; asked += 1e5) {
    await vm.travel({ to: 'time', time: asked });
    missed = stop().missed;
    if (missed && missed.time > missed.asked - 1e5) missed = undefined;
  }
  expect(missed.time).toBe(vm.machine.clock.ns);
  await vm.travel({ to: 'time', time: missed.time });
  expect(stop().missed).toBeUndefined();
  await vm.stop();
});
