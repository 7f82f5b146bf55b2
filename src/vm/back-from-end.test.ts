import { describe, expect, it } from 'vitest';
import { stateHash } from '../machine/state-hash';
import { MemoryDisk } from '../storage/memory-disk';
import type { EndReason } from './api';
import type { PastView } from './api/time-travel';
import { type BareVm, bareVm, PROGRAMS, testHost } from './bare-vm.testkit';

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 1));
};
const pastOf = ({ events }: BareVm): PastView | undefined =>
  events.flatMap((event) => (event.type === 'past' ? [event.past] : [])).at(-1);
const endsOf = ({ events }: BareVm): EndReason[] => events.flatMap((event) => (event.type === 'ended' ? [event.end] : []));
const stopOf = ({ events }: BareVm) => events.flatMap((event) => (event.type === 'stopped' ? [event.stop] : [])).at(-1);
const x1 = ({ vm }: BareVm): bigint => vm.machine.engine.vcpus[0]!.x(1);

/** Counts to three, and calls the firmware: SYSTEM_OFF, or another function that lies near it. */
const ending = (call = 8): string => `
      mov  x1, #1
      mov  x1, #2
      mov  x1, #3
      movz x0, #0x8400, lsl #16
      movk x0, #${call}
      hvc  #0`;
const RESET = 9;
const HVC = 0x4008_0014n;

describe.each([
  ['realtime', 'interpreter'],
  ['virtual', 'interpreter'],
  ['realtime', 'jit'],
  ['virtual', 'jit'],
] as const)('from its end (%s, %s)', (clock, engine) => {
  const config = { clock, engine } as const;

  it('a machine is stepped back, and comes to the same end again by running', async () => {
    const bare = await bareVm(ending(), { config });
    const { vm } = bare;
    await vm.start();
    await vm.ended;
    const end = vm.end!;
    const hash = stateHash(vm.machine);
    expect(vm.history().backObstacles).toEqual([undefined]);
    await expect(vm.step('step', 0)).rejects.toThrow('switched off');
    await vm.step('back', 0);
    expect([vm.state, vm.end]).toEqual(['paused', undefined]);
    expect(vm.vcpus()[0]!.pc).toBe(HVC);
    // Its end is its present.
    expect(pastOf(bare)).toMatchObject({ calls: 0 });
    for (let steps = 0; steps < 3; steps++) await vm.step('back', 0);
    expect(x1(bare)).toBe(2n);
    await vm.resume();
    await until(() => vm.end !== undefined);
    expect(vm.end).toEqual(end);
    expect(stateHash(vm.machine)).toBe(hash);
    expect(pastOf(bare)).toBeUndefined();
    expect(endsOf(bare)).toEqual([end, end]);
    expect(vm.callsByName.get('SYSTEM_OFF')).toBe(1);
  });

  it('it goes to any moment, and by a journey to its present it has ended again', async () => {
    const bare = await bareVm(ending(), { config });
    const { vm } = bare;
    await vm.start();
    await vm.ended;
    const hash = stateHash(vm.machine);
    await vm.travel({ to: 'moment', moment: { instructions: 2, inputs: vm.machine.moment.inputs } });
    expect([vm.state, x1(bare)]).toEqual(['paused', 2n]);
    await vm.travel({ to: 'present' });
    expect([vm.state, stateHash(vm.machine)]).toEqual(['off', hash]);
    expect(endsOf(bare)).toHaveLength(2);
    // There it is already.
    await vm.travel({ to: 'present' });
    expect(endsOf(bare)).toHaveLength(2);
    await vm.travel({ to: 'call' });
    expect(vm.vcpus()[0]!.pc).toBe(HVC);
    await vm.travel({ to: 'time', time: pastOf(bare)!.present });
    expect([vm.state, endsOf(bare).length]).toEqual(['off', 3]);
  });

  it('whatever enters it in its past makes it another machine, which ends by itself', async () => {
    const bare = await bareVm(ending(), { config });
    const { vm } = bare;
    await vm.start();
    await vm.ended;
    await vm.travel({ to: 'call' });
    await vm.writeRegister('psci_version=0x10000');
    expect(pastOf(bare)).toBeUndefined();
    await vm.resume();
    await until(() => vm.end !== undefined);
    expect(endsOf(bare)).toHaveLength(2);
  });

  it('one that its host has stopped lives on from its present', async () => {
    const bare = await bareVm(PROGRAMS.calls, { config });
    const { vm, events } = bare;
    await vm.start();
    await until(() => vm.machine.instructions > 3000);
    await vm.stop();
    await vm.step('back', 0);
    expect(pastOf(bare)).toBeDefined();
    await vm.travel({ to: 'present' });
    expect([vm.state, vm.end]).toEqual(['paused', undefined]);
    const { instructions } = vm.machine;
    await vm.resume();
    await until(() => vm.machine.instructions > instructions + 3000);
    await vm.stop();
    expect(events.filter(({ type }) => type === 'ended')).toHaveLength(2);
  });

  it('a step over the call that switches it off is its end, at once', async () => {
    const bare = await bareVm(ending(), { config });
    const { vm } = bare;
    await vm.setBreakpoints([{ address: HVC, enabled: true }]);
    await vm.start();
    await until(() => vm.state === 'paused');
    await vm.step('step', 0);
    expect([vm.state, vm.end?.call]).toEqual(['off', 'SYSTEM_OFF']);
    // And so is the same step in its past.
    await vm.step('back', 0);
    await vm.step('step', 0);
    expect([vm.state, endsOf(bare).length, pastOf(bare)]).toEqual(['off', 2, undefined]);
  });

  it('a step over the call that resets it ends where it boots', async () => {
    const bare = await bareVm(ending(RESET), { config });
    const { vm, events } = bare;
    await vm.setBreakpoints([{ address: HVC, enabled: true }]);
    await vm.start();
    await until(() => vm.state === 'paused');
    await vm.step('step', 0);
    expect([vm.state, stopOf(bare)]).toMatchObject(['paused', { reason: 'step', vcpu: 0, address: 0x4008_0000n }]);
    expect(events.some((event) => event.type === 'notice' && event.sentence.includes('SYSTEM_RESET'))).toBe(true);
    await vm.step('back', 0);
    expect(vm.vcpus()[0]!.pc).toBe(HVC);
    await vm.stop();
  });

  it('one that has disks nobody holds for it is not, and says why', async () => {
    const { vm } = await bareVm(ending(), { config, disks: [new MemoryDisk(1 << 20)] });
    await vm.start();
    await vm.ended;
    expect(vm.history().backObstacles).toEqual([expect.stringContaining('its disks were given back')]);
    await expect(vm.step('back', 0)).rejects.toThrow('its disks were given back');
    await expect(vm.travel({ to: 'call' })).rejects.toThrow('its disks were given back');
    expect(vm.end?.how).toBe('off');
  });
});

/** A machine with a disk that has ended, and what was asked of who holds it. */
async function endedWithDisk({ refuses = false } = {}) {
  let breath = (): void => {};
  const host = testHost({
    breathe: async () => {
      breath();
      await new Promise((resolve) => setImmediate(resolve));
    },
  });
  const bare = await bareVm(PROGRAMS.echo, { disks: [new MemoryDisk(1 << 20)], host, trace: true });
  const asked: string[] = [];
  bare.vm.diskHolder = {
    giveBack: ({ how }) => void asked.push(`give ${how}`),
    takeBack: async () => {
      asked.push('take back');
      breath();
      if (refuses) throw new Error('Somebody else has the disk.');
    },
  };
  await bare.vm.start();
  bare.vm.input(new TextEncoder().encode('abc.'));
  await bare.vm.ended;
  return { ...bare, asked, onBreath: (action: () => void) => void (breath = action) };
}

describe('the disks of a machine that has ended', () => {
  it('are taken back before it goes anywhere, and given back when it ends again', async () => {
    const { vm, asked } = await endedWithDisk();
    expect(asked).toEqual(['give off']);
    expect(vm.history().backObstacles).toEqual([undefined]);
    await vm.step('back', 0);
    expect(asked).toEqual(['give off', 'take back']);
    await vm.travel({ to: 'present' });
    expect(asked).toEqual(['give off', 'take back', 'give off']);
    await vm.travel({ to: 'call' });
    await vm.stop();
    expect(asked.slice(3)).toEqual(['take back', 'give stopped-by-host']);
  });

  it('that cannot be had leave it as it had ended', async () => {
    const { vm, asked, events } = await endedWithDisk({ refuses: true });
    await expect(vm.travel({ to: 'call' })).rejects.toThrow('Somebody else has the disk.');
    expect([vm.state, vm.end?.how, vm.comesBack]).toEqual(['off', 'off', false]);
    expect(asked).toEqual(['give off', 'take back']);
    expect(events.filter(({ type }) => type === 'ended')).toHaveLength(1);
  });

  it('go back again if the way fails, and nothing that was typed on it is an input of the machine', async () => {
    const { vm, asked, onBreath } = await endedWithDisk();
    const before = vm.machine.moment;
    onBreath(() => {
      expect(vm.comesBack).toBe(true);
      vm.input(new TextEncoder().encode('late'));
    });
    await expect(vm.travel({ to: 'breakpoint' })).rejects.toThrow('Nobody came to a breakpoint');
    expect([vm.state, vm.end?.how, vm.comesBack]).toEqual(['off', 'off', false]);
    expect(asked).toEqual(['give off', 'take back', 'give off']);
    expect(vm.machine.moment).toEqual(before);
    expect(vm.typed).toBe(0);
    // The way is still there, and the end where it was.
    await vm.step('back', 0);
    await vm.travel({ to: 'present' });
    expect([vm.state, vm.machine.moment]).toEqual(['off', before]);
  });
});
