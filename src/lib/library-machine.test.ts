/** The library's machine in this process, with programs of a few instructions. */
import { afterEach, describe, expect, it } from 'vitest';
import { PROGRAMS } from '../vm/bare-vm.testkit';
import { createVm } from './node-entry';
import type { Machine, VmEvent, VmOptions } from './public-types';

const machines: Machine[] = [];
async function machineOf(assembly: string, options: VmOptions = {}): Promise<Machine> {
  const machine = await createVm({ assembly, memory: 16, engine: 'interpreter', ...options });
  machines.push(machine);
  return machine;
}
afterEach(async () => {
  for (const machine of machines.splice(0)) await machine.close();
});

describe('a machine of the library', () => {
  it('is started, heard, typed at, and ends; and starts again', async () => {
    const vm = await machineOf(PROGRAMS.echo);
    const events: VmEvent['type'][] = [];
    const stop = vm.on('state', ({ type }) => events.push(type));
    expect(vm.state).toBe('ready');
    for (let round = 0; round < 2; round++) {
      await vm.start();
      expect(vm.state).toBe('running');
      await vm.type('hello, world');
      expect(await vm.waitForText(/o, (?=w)/g)).toBe('hello, ');
      expect(await vm.waitForText('ld')).toBe('world');
      await vm.type('.');
      expect(await vm.waitForEnd()).toMatchObject({ how: 'off', call: 'SYSTEM_OFF' });
      expect(await vm.waitForText('.')).toBe('.');
      await expect(vm.waitForText('more')).rejects.toThrow(/^The machine ended before the console showed more: /);
      expect(vm.state).toBe('off');
      if (round === 0) expect(events.splice(0)).toContain('state');
      stop();
    }
    expect(events).toEqual([]);
  });

  it('has its state when a command has settled', async () => {
    const vm = await machineOf(PROGRAMS.spin);
    await vm.start();
    for (let round = 0; round < 3; round++) {
      await vm.pause();
      expect(vm.state).toBe('paused');
      await vm.resume();
      expect(vm.state).toBe('running');
    }
    await vm.reset();
    expect(vm.state).toBe('running');
    await vm.powerOff();
    expect(vm.state).toBe('off');
    await expect(vm.pause()).rejects.toThrow('No machine is running.');
  });

  it('gives up waiting after a time, or when told to', async () => {
    const vm = await machineOf(PROGRAMS.spin);
    await vm.start();
    const late = vm.waitForText('x', { timeout: 20 });
    await expect(late).rejects.toMatchObject({
      name: 'TimeoutError',
      message: expect.stringMatching(/^Within 0.02 s there was no “x”/),
    });
    const controller = new AbortController();
    const aborted = vm.waitForState(['off', 'paused'], { signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(aborted).rejects.toThrow('enough');
    await expect(vm.ready({ timeout: Number.NaN })).rejects.toThrow('NaN cannot be a timeout');
    await expect(vm.exec('ls', { timeout: 50 })).rejects.toThrow('The guest agent is not running');
  });

  it('closes whatever is under way', async () => {
    const vm = await machineOf(PROGRAMS.spin);
    await vm.start();
    const waiting = vm.waitForText('x');
    const closed = vm.close();
    await expect(waiting).rejects.toThrow('The machine was closed.');
    await closed;
    await vm.close();
    for (const call of [vm.start(), vm.pause(), vm.snapshot(), vm.fork(), vm.registers(), vm.ready(), vm.readMemory(0n, 1)])
      await expect(call).rejects.toThrow('The machine was closed.');
    expect(vm.state).toBe('off');
  });

  it('forks as it is, or as told', async () => {
    const vm = await machineOf(PROGRAMS.echo, { clock: 'virtual' });
    await expect(vm.fork()).rejects.toThrow('No machine is running.');
    await vm.start();
    await vm.type('a');
    await vm.waitForText('a');
    const running = await vm.fork();
    const paused = await vm.fork({ paused: true });
    machines.push(running, paused);
    expect([running.state, paused.state, vm.state]).toEqual(['running', 'paused', 'running']);
    await running.type('b.');
    expect(await running.waitForText('b.')).toBe('b.');
    await running.waitForEnd();
    await vm.type('c');
    expect(await vm.waitForText('c')).toBe('c');
    await expect(vm.fork({ worker: 'x' })).rejects.toThrow('The option worker is for browsers');
  });

  it('is not made when nobody wants it any more', async () => {
    const signal = AbortSignal.abort(new Error('too late'));
    await expect(createVm({ assembly: 'nop', signal })).rejects.toThrow('too late');
    const controller = new AbortController();
    const machine = createVm({ assembly: 'nop', signal: controller.signal });
    machine.then(
      (made) => made.close(),
      () => {},
    );
    controller.abort(new Error('not now'));
    await expect(machine).rejects.toThrow('not now');
  });
});
