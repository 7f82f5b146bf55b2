import { describe, expect, it } from 'vitest';
import { stateHash } from '../machine/state-hash';
import { MemoryDisk } from '../storage/memory-disk';
import { type BareVm, bareVm, testHost } from './bare-vm.testkit';

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

const stopped = async ({ vm, events }: BareVm, count: number): Promise<void> => {
  const stops = (): number => events.filter(({ type }) => type === 'stopped').length;
  while (stops() < count || vm.state !== 'paused') await new Promise((resolve) => setTimeout(resolve, 1));
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
  const large = await bareVm('b .', { config: { memoryMiB: 256 } });
  await large.vm.start();
  await large.vm.pause();
  await expect(large.vm.step('back', 0)).rejects.toThrow('A machine with 256 MiB cannot be stepped back');
  await large.vm.stop();
  const written = await bareVm('b .', { disks: [new MemoryDisk(1 << 20)] });
  await written.vm.start();
  await written.vm.pause();
  await expect(written.vm.step('back', 0)).rejects.toThrow('A machine with a disk cannot be stepped back');
  await written.vm.stop();
  const second = await bareVm('b .', { config: { vcpus: 2 } });
  await second.vm.start();
  await second.vm.pause();
  await expect(second.vm.step('back', 1)).rejects.toThrow('vCPU 1 has not run yet');
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
  while (vm.machine.instructions < 12e6) await new Promise((resolve) => setTimeout(resolve, 1));
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
