import { describe, expect, it } from 'vitest';
import type { VmEvent } from './api';
import type { Stop } from './api/debugging';
import { type BareVm, bareVm, PROGRAMS } from './bare-vm.testkit';

const ENTRY = 0x4008_0000n;
/** Counts in a loop, and calls. */
const COUNTER = `
      movz x9, #0x4008, lsl #16
      add  sp, x9, #0x1000
      mov  x0, #0
      mov  x1, #0
loop: add  x0, x0, #1
      bl   leaf
      b    loop
leaf: add  x1, x1, #1
      ret`;
const LOOP = ENTRY + 16n;
const LEAF = ENTRY + 28n;

const stops = (events: readonly VmEvent[]): Stop[] => events.flatMap((event) => (event.type === 'stopped' ? [event.stop] : []));

async function untilStopped({ vm, events }: BareVm, count: number): Promise<Stop> {
  while (stops(events).length < count || vm.state !== 'paused') await new Promise((resolve) => setTimeout(resolve, 1));
  return stops(events)[count - 1]!;
}

describe.each(['realtime', 'virtual'] as const)('a machine that is debugged (%s)', (clock) => {
  it('stops at a breakpoint and says so before it is paused, steps, and goes on', async () => {
    const bare = await bareVm(COUNTER, { config: { clock } });
    const { vm, events } = bare;
    await vm.setBreakpoints([{ address: LOOP, enabled: true, condition: 'x0 == 1000' }]);
    await vm.start();
    expect(await untilStopped(bare, 1)).toEqual({ vcpu: 0, reason: 'breakpoint', address: LOOP });
    const [stopped, paused] = events.filter(
      (event) => event.type === 'stopped' || (event.type === 'state' && event.state === 'paused'),
    );
    expect([stopped?.type, paused?.type]).toEqual(['stopped', 'state']);
    expect(vm.vcpus()[0]!.x[0]).toBe(1000n);

    await vm.step('step', 0);
    await vm.step('over', 0);
    expect(stops(events).slice(1)).toEqual([
      { vcpu: 0, reason: 'step', address: LOOP + 4n },
      { vcpu: 0, reason: 'over', address: LOOP + 8n },
    ]);
    expect(vm.state).toBe('paused');
    await vm.step('to', 0, LEAF);
    await vm.step('out', 0);
    expect(stops(events).at(-1)).toEqual({ vcpu: 0, reason: 'out', address: LOOP + 8n });
    expect(vm.vcpus()[0]!.x.slice(0, 2)).toEqual([1002n, 1002n]);

    await vm.setBreakpoints([{ address: LOOP, enabled: true }]);
    await vm.resume();
    expect(await untilStopped(bare, 6)).toMatchObject({ reason: 'breakpoint' });
    await vm.reset();
    expect(await untilStopped(bare, 7)).toMatchObject({ reason: 'breakpoint', address: LOOP });
    expect(vm.vcpus()[0]!.x[0]).toBe(0n);
    await vm.stop();
  });

  it('runs for a step that takes long, and is paused by its person', async () => {
    const { vm, events } = await bareVm(`bl .+8\n b .\n b .`, { config: { clock } });
    await vm.start();
    await vm.pause();
    await vm.reset();
    await vm.pause();
    await vm.step('to', 0, ENTRY + 0x40n);
    expect(vm.state).toBe('running');
    await vm.pause();
    expect(vm.state).toBe('paused');
    expect(stops(events)).toEqual([]);
    await vm.stop();
  });
});

it('is not stepped while it runs, nor given breakpoints that make no sense', async () => {
  const { vm } = await bareVm(PROGRAMS.spin);
  await vm.start();
  await expect(vm.step('step', 0)).rejects.toThrow('The machine cannot be stepped: it is running.');
  await vm.pause();
  await expect(vm.step('step', 3)).rejects.toThrow('There is no vCPU 3: the machine has 1, counted from 0.');
  await expect(vm.setBreakpoints([{ address: 1n, enabled: true }])).rejects.toThrow('There can be no instruction at 0x1');
  await vm.stop();
});

it('under the virtual clock keeps what is typed at a breakpoint until the turn is over, as without one', async () => {
  const bare = await bareVm(PROGRAMS.echo, { config: { clock: 'virtual' } });
  const { vm } = bare;
  await vm.setBreakpoints([{ address: ENTRY + 4n, enabled: true }]);
  await vm.start();
  await untilStopped(bare, 1);
  vm.input(new TextEncoder().encode('ab.'));
  expect([vm.typed, vm.machine.uart.waiting]).toEqual([3, 0]);
  await vm.setBreakpoints([]);
  await vm.resume();
  await vm.ended;
  expect(bare.text()).toBe('ab.');
});
