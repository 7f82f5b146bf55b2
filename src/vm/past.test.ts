import { describe, expect, it } from 'vitest';
import { stateHash } from '../machine/state-hash';
import type { TraceBatch } from './api/traced';
import { type BareVm, bareVm, PROGRAMS, programImage, testHost } from './bare-vm.testkit';

/** Prints letters, each of what was typed or the next of its own, and reads the counter. */
const LETTERS = `
      movz x9, #0x0900, lsl #16
      mov  w0, #'a'
again:
      str  w0, [x9]
      ldr  w1, [x9, #0x18]
      tbnz w1, #4, none
      ldr  w0, [x9]
none: add  w0, w0, #1
      mrs  x2, cntvct_el0
      add  x3, x3, x2
      and  w4, w0, #0x1f
      cmp  w4, #26
      b.ls spin
      mov  w0, #'a'
spin: mov  x5, #3000
1:    subs x5, x5, #1
      b.ne 1b
      b    again`;
const AGAIN = 0x4008_0008n;

const NOT_KEPT = 'what lies before is not kept';

/** A kernel that is too large to be recorded unasked. */
const LARGE = { config: { memoryMiB: 32, engine: 'jit', kernelFormat: 'flat' } } as const;
function largeKernel(): { kernel: Uint8Array } {
  const kernel = new Uint8Array(9 << 20).fill(1);
  kernel.set(programImage(PROGRAMS.spin));
  return { kernel };
}

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 1));
};

const stopped = async ({ vm, events }: BareVm, count: number): Promise<void> => {
  const stops = (): number => events.filter(({ type }) => type === 'stopped').length;
  await until(() => stops() >= count && vm.state === 'paused');
};

describe.each([
  ['realtime', 'interpreter'],
  ['virtual', 'jit'],
  ['realtime', 'jit'],
] as const)('stepping back (%s, %s)', (clock, engine) => {
  it('comes to the very states the machine was in, prints nothing twice, and goes on from there', async () => {
    const bare = await bareVm(LETTERS, { config: { clock, engine } });
    const { vm, text } = bare;
    await vm.setBreakpoints([{ address: AGAIN, enabled: true, condition: 'w0 == 0x65' }]);
    await vm.start();
    await stopped(bare, 1);
    expect(text()).toBe('abcd');
    const seen = [stateHash(vm.machine)];
    for (let steps = 0; steps < 12; steps++) {
      await vm.step('step', 0);
      seen.push(stateHash(vm.machine));
    }
    expect(text()).toBe('abcde');
    for (let place = seen.length - 2; place >= 0; place--) {
      await vm.step('back', 0);
      expect(stateHash(vm.machine)).toBe(seen[place]);
    }
    // Before the breakpoint as well, and to and fro.
    await vm.step('back', 0);
    await vm.step('step', 0);
    expect(stateHash(vm.machine)).toBe(seen[0]);
    for (let place = 1; place < seen.length; place++) {
      await vm.step('step', 0);
      expect(stateHash(vm.machine)).toBe(seen[place]);
    }
    expect(text()).toBe('abcde');
    await vm.setBreakpoints([{ address: AGAIN, enabled: true, condition: 'w0 == 0x68' }]);
    await vm.resume();
    await stopped(bare, 1 + 12 + 12 + 2 + 12 + 1);
    expect(text()).toBe('abcdefg');
    await vm.stop();
  });

  it('takes what is typed in the past as a new course', async () => {
    const bare = await bareVm(LETTERS, { config: { clock, engine } });
    const { vm, text } = bare;
    await vm.setBreakpoints([{ address: AGAIN, enabled: true, condition: 'w0 == 0x64' }]);
    await vm.start();
    await stopped(bare, 1);
    await vm.step('step', 0);
    await vm.step('back', 0);
    await vm.step('back', 0);
    vm.input(new TextEncoder().encode('P'));
    await vm.setBreakpoints([{ address: AGAIN, enabled: true, condition: 'w0 == 0x53' }]);
    await vm.resume();
    await stopped(bare, 5);
    expect(text()).toMatch(/^abcd.*QR$/);
    await vm.stop();
  });
});

it('says why there is no way back', async () => {
  const large = await bareVm('', { images: largeKernel(), ...LARGE });
  await large.vm.start();
  await until(() => large.vm.machine.instructions > 0);
  await large.vm.pause();
  expect(large.vm.history()).toEqual({
    now: expect.anything(),
    away: false,
    present: large.vm.machine.clock.ns,
    bytes: 0,
    backObstacles: [expect.stringMatching(NOT_KEPT)],
  });
  await expect(large.vm.travel({ to: 'call' })).rejects.toThrow(NOT_KEPT);
  await expect(large.vm.travel({ to: 'time', time: 0 })).rejects.toThrow(NOT_KEPT);
  await expect(large.vm.step('back', 0)).rejects.toThrow(NOT_KEPT);
  await large.vm.stop();
  const second = await bareVm('b .', { config: { vcpus: 2 } });
  await second.vm.start();
  await second.vm.pause();
  await expect(second.vm.step('back', 1)).rejects.toThrow('vCPU 1 has not run yet');
  await expect(second.vm.step('back', 2)).rejects.toThrow('There is no vCPU 2');
  await second.vm.stop();
});

/** Is reset by itself over and over; `HERE` is what it comes to before that. */
const RESETS = `
      mov  x5, #3000
1:    subs x5, x5, #1
      b.ne 1b
here: nop
      movz x0, #0x8400, lsl #16
      movk x0, #9
      hvc  #0`;
const HERE = 0x4008_000cn;

it('knows before a reset again what its kernel knew then', async () => {
  const { vm } = await bareVm(RESETS, { trace: true });
  vm.broughtVcpus = 2;
  await vm.start();
  await until(() => vm.broughtVcpus === undefined);
  await vm.travel({ to: 'time', time: 0 });
  expect(vm.broughtVcpus).toBe(2);
  await vm.stop();
});

it('hears once whether its guest was woken or has booted', async () => {
  for (const anew of [true, false]) {
    const { vm, events } = await bareVm(PROGRAMS.spin);
    vm.broughtVcpus = 2;
    // Whoever begins later was started in a guest that runs.
    for (const each of [anew, true, false]) vm.agent.onBegan(each);
    await vm.start();
    await vm.stop();
    expect(vm.broughtVcpus).toBe(anew ? undefined : 2);
    expect(events.filter(({ type }) => type === 'began')).toEqual([{ type: 'began', anew }]);
  }
});

it.each(['realtime', 'virtual'] as const)('steps back over resets and breakpoints (%s)', async (clock) => {
  const bare = await bareVm(RESETS, { config: { clock } });
  const { vm, events } = bare;
  await vm.setBreakpoints([{ address: HERE, enabled: true }]);
  await vm.start();
  await stopped(bare, 1);
  for (let boot = 2; boot <= 3; boot++) {
    await vm.resume();
    await stopped(bare, boot);
  }
  const seen = stateHash(vm.machine);
  await vm.step('back', 0);
  expect(events.filter(({ type }) => type === 'stopped').at(-1)).toMatchObject({ stop: { reason: 'back', address: HERE - 4n } });
  await vm.step('step', 0);
  expect(stateHash(vm.machine)).toBe(seen);
  // The breakpoint is still there.
  await vm.resume();
  await stopped(bare, 6);
  expect(vm.machine.engine.vcpus[0]!.pc).toBe(HERE);
  await vm.stop();
});

it.each(['realtime', 'virtual'] as const)('keeps what is typed while it steps back until it is there (%s)', async (clock) => {
  let meanwhile = (): void => {};
  const host = testHost();
  const breathe = (): Promise<void> => {
    meanwhile();
    return host.breathe();
  };
  const bare = await bareVm(LETTERS, { config: { clock }, host: { ...host, breathe } });
  const { vm, text } = bare;
  await vm.start();
  await until(() => vm.machine.instructions >= 12e6);
  await vm.pause();
  const before = vm.machine.instructions;
  let typed = 0;
  meanwhile = () => {
    if (typed === 0) vm.input(new TextEncoder().encode('P'));
    typed ||= vm.typed;
  };
  await vm.step('back', 0);
  meanwhile = () => {};
  expect(typed).toBe(1);
  expect(vm.machine.instructions).toBe(before - 1);
  expect(vm.state).toBe('paused');
  await vm.setBreakpoints([{ address: AGAIN, enabled: true, condition: 'w0 == 0x53' }]);
  await vm.resume();
  await stopped(bare, 2);
  expect(text()).toMatch(/QR$/);
  await vm.stop();
});

/** One step, and back: to the very state before. */
async function stepToAndFro({ vm }: BareVm): Promise<void> {
  const before = stateHash(vm.machine);
  await vm.step('step', 0);
  await vm.step('back', 0);
  expect(stateHash(vm.machine)).toBe(before);
}

const SOMEWHERE = [{ address: 0x7000_0000n, enabled: true }];

it.each(['realtime', 'virtual'] as const)('gives up what lies before too much that was typed (%s)', async (clock) => {
  const bare = await bareVm(LETTERS, { config: { clock } });
  const { vm } = bare;
  const { gate } = vm.machine;
  await vm.start();
  for (let chunk = 0; chunk < 17; chunk++) vm.input(new Uint8Array(1 << 20).fill(0x61));
  const typedAt = vm.machine.instructions;
  await until(() => vm.machine.instructions > typedAt + 5e6);
  expect(gate.count).toBeGreaterThanOrEqual(17);
  expect(gate.loggedBytes).toBeLessThanOrEqual(16 << 20);
  await vm.pause();
  await expect(vm.travel({ to: 'time', time: 0 })).rejects.toThrow(NOT_KEPT);
  // From there on it has a past. (Where it was paused a step of time may have come after its last instruction.)
  await vm.step('step', 0);
  await stepToAndFro(bare);
  await vm.stop();
});

it('keeps the past only of who is debugged or traced, or of a guest that is small', async () => {
  const bare = await bareVm('', { images: largeKernel(), ...LARGE });
  const { vm } = bare;
  await vm.start();
  await until(() => vm.machine.instructions > 0);
  await vm.pause();
  expect(vm.history().reach).toBeUndefined();
  await stepToAndFro(bare);
  expect(vm.history().reach).toBeGreaterThan(0);
  await vm.stop();

  for (const [source, options] of [
    [PROGRAMS.spin, {}],
    ['', { images: largeKernel(), ...LARGE, trace: true }],
  ] as const) {
    const recorded = await bareVm(source, options);
    await recorded.vm.start();
    await until(() => recorded.vm.machine.instructions > 0);
    await recorded.vm.pause();
    expect(recorded.vm.history().reach).toBe(0);
    await recorded.vm.stop();
  }
});

it('takes back what was written to a register of the firmware', async () => {
  const { vm, events } = await bareVm(PROGRAMS.calls, { config: { engine: 'jit' } });
  await vm.setBreakpoints(SOMEWHERE);
  await vm.start();
  await until(() => vm.machine.instructions > 1e5);
  await vm.pause();
  const before = vm.machine.clock.ns;
  await vm.writeRegister('psci_version=1.1');
  await vm.resume();
  await until(() => vm.machine.clock.ns > before + 20e6);
  await vm.pause();
  const [present, calls] = [stateHash(vm.machine), vm.callsByName.get('PSCI_VERSION')!];
  expect(vm.registers.effectiveVersion).toBe('1.1');
  await vm.travel({ to: 'time', time: before / 2 });
  expect(vm.registers.effectiveVersion).not.toBe('1.1');
  expect(vm.callsByName.get('PSCI_VERSION')).toBeLessThan(calls);
  await vm.travel({ to: 'present' });
  expect(vm.registers.effectiveVersion).toBe('1.1');
  expect(vm.callsByName.get('PSCI_VERSION')).toBe(calls);
  expect(stateHash(vm.machine)).toBe(present);
  // Run, not put there.
  await vm.travel({ to: 'time', time: before / 2 });
  await vm.resume();
  await until(() => vm.machine.clock.ns > before + 40e6);
  expect(vm.registers.effectiveVersion).toBe('1.1');
  expect(events.some(({ type }) => type === 'course')).toBe(false);
  await vm.stop();
});

/** EL1 and EL0 in turns of some thousand instructions. */
const LEVELS = `
      adr  x0, vectors
      msr  vbar_el1, x0
      msr  spsr_el1, xzr
      adr  x0, user
      msr  elr_el1, x0
      eret
user: mov  x5, #5000
1:    subs x5, x5, #1
      b.ne 1b
      svc  #0
      b    user
      .balign 2048
vectors:
      .skip 0x400
      mov  x5, #3000
1:    subs x5, x5, #1
      b.ne 1b
      eret`;

const tracesOf = ({ events }: BareVm): TraceBatch[] => events.flatMap((event) => (event.type === 'trace' ? [event.trace] : []));

/** Settled segments and the last tail, in order: each begins where the one before ended, or later. */
function expectInOrder(batches: readonly TraceBatch[], from: number): void {
  let end = from;
  for (const { start, length } of [...batches.map(({ segments }) => segments), batches.at(-1)!.tail])
    for (let row = 0; row < start.length; row++) {
      expect(start[row]).toBeGreaterThanOrEqual(end);
      end = start[row]! + length[row]!;
    }
  expect(end).toBe(batches.at(-1)!.until);
}

it('tells no trace and no exception twice, and that of a new course as one', async () => {
  const bare = await bareVm(LEVELS, { config: { clock: 'virtual' }, trace: true });
  const { vm } = bare;
  const { exceptions, clock } = vm.machine;
  exceptions.recording = true;
  await vm.start();
  await until(() => vm.machine.instructions > 6e6);
  await vm.pause();
  const [present, seen, batches] = [clock.ns, exceptions.count, tracesOf(bare).length];
  expect(seen).toBeGreaterThan(100);
  for (let steps = 0; steps < 3; steps++) await vm.step('back', 0);
  // The list is of what had happened by then.
  expect(exceptions.count).toBeLessThanOrEqual(seen);
  expect(exceptions.count).toBeGreaterThan(seen - 3);
  expect(tracesOf(bare)).toHaveLength(batches);

  // Past the present it goes on as if it had never been away.
  await vm.resume();
  await until(() => clock.ns > present + 20e6);
  await vm.pause();
  expect(tracesOf(bare).every(({ anew }) => anew === undefined)).toBe(true);
  expectInOrder(tracesOf(bare), 0);
  expect(exceptions.at(seen).instructions).toBeGreaterThan(exceptions.at(seen - 1).instructions);

  const before = tracesOf(bare).length;
  await vm.step('back', 0);
  const course = clock.ns;
  vm.input(new Uint8Array(1));
  await vm.resume();
  await until(() => clock.ns > course + 60e6);
  await vm.pause();
  const after = tracesOf(bare).slice(before);
  expect(after.map(({ anew }) => anew).filter((anew) => anew !== undefined)).toEqual([course]);
  expect(after[0]!.anew).toBe(course);
  expectInOrder(after, course);
  await vm.stop();
});
