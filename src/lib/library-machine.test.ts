/** The library's machine in this process, with programs of a few instructions. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { blobOf } from '../../workers/snapshot-blob';
import { MemoryDisk } from '../storage/memory-disk';
import { CONFIG, PROGRAMS, programImage, testHost } from '../vm/bare-vm.testkit';
import { createVm as buildVm } from '../vm/vm-builder';
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

  it('goes to any moment of its run, to its present, and back from its end', async () => {
    const vm = await machineOf(PROGRAMS.echo, { clock: 'virtual' });
    await vm.start();
    await vm.type('ab');
    await vm.waitForText('b');
    const shares: number[] = [];
    await vm.travel({ to: 'time', time: 0 }, { onProgress: (share) => shares.push(share) });
    expect(vm.state).toBe('paused');
    expect(await vm.history()).toMatchObject({ away: true, reach: 0, now: { time: 0, moment: { instructions: 0 } } });
    expect((await vm.registers())[0]!.pc).toBe(0x4008_0000n);
    await vm.travel({ to: 'present' });
    // It ran before.
    expect(vm.state).toBe('running');
    expect((await vm.history()).away).toBe(false);
    await vm.type('.');
    await vm.waitForEnd();
    await vm.travel({ to: 'call' });
    expect(vm.state).toBe('paused');
    await vm.travel({ to: 'present' });
    expect(vm.state).toBe('off');
    expect(await vm.waitForEnd()).toMatchObject({ call: 'SYSTEM_OFF' });
    // Going on from its past it ends once more.
    const { moment } = (await vm.history()).now;
    await vm.travel({ to: 'moment', moment: { ...moment, instructions: moment.instructions - 9 } });
    await vm.resume();
    expect(await vm.waitForEnd()).toMatchObject({ call: 'SYSTEM_OFF' });
  });

  it('says what is no moment, and stays where it is', async () => {
    const vm = await machineOf(PROGRAMS.spin);
    await vm.start();
    await vm.pause();
    await expect(vm.travel({ to: 'yesterday' } as never)).rejects.toThrow(
      '“yesterday” cannot be the kind of moment to go to: choose time, moment, call, present.',
    );
    await expect(vm.travel({ to: 'time', time: '1' } as never)).rejects.toThrow('“1” cannot be the time to go to');
    await expect(vm.travel({ to: 'moment', moment: 3 } as never)).rejects.toThrow('3 cannot be the moment to go to');
    await expect(vm.travel({ to: 'call' })).rejects.toThrow('The firmware was not called before this moment');
    expect(vm.state).toBe('paused');
    expect((await vm.history()).away).toBe(false);
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

  it('gets what was typed before its start at its first instruction, and refuses it when it has ended', async () => {
    const counts: number[] = [];
    for (const wait of [0, 20]) {
      const vm = await machineOf(PROGRAMS.echo, { clock: 'virtual' });
      await vm.type('early');
      await new Promise((resolve) => setTimeout(resolve, wait));
      const started = vm.start();
      await vm.type(' bird.');
      await started;
      expect(await vm.waitForText('.')).toBe('early bird.');
      await vm.waitForEnd();
      counts.push((await vm.registers())[0]!.instructions);
      await expect(vm.type('x')).rejects.toThrow('The machine has ended, and what is typed would reach nobody: start it first.');
      await vm.start();
      await vm.type('y.');
      expect(await vm.waitForText('.')).toBe('y.');
    }
    expect(counts[0]).toBe(counts[1]);
  });

  it('starts again after its end as a fork and from a snapshot, too, with the disk it had', async () => {
    const vm = await machineOf(PROGRAMS.echo, { disk: { name: 'work', sizeMiB: 1 } });
    await vm.start();
    await vm.type('a');
    await vm.waitForText('a');
    const snapshot = await vm.snapshot();
    const others = [
      await vm.fork(),
      await createVm({ snapshot }),
      await createVm({ snapshot, disk: { name: 'own', sizeMiB: 1 } }),
    ];
    machines.push(...others);
    for (const other of others) {
      await other.start();
      for (const text of ['b.', 'c.']) {
        await other.type(text);
        expect(await other.waitForText('.')).toBe(text);
        await other.waitForEnd();
        expect(other.state).toBe('off');
        await other.start();
        expect(other.state).toBe('running');
      }
      const saved = await other.snapshot();
      expect(saved.size).toBeGreaterThan(0);
      await other.powerOff();
    }
  });

  it('does not start again with one of several disks', async () => {
    const two = await buildVm({
      config: CONFIG,
      images: { kernel: programImage(PROGRAMS.spin) },
      host: testHost(),
      disks: [new MemoryDisk(512), new MemoryDisk(1024)],
      onEvents: () => {},
    });
    await two.start();
    const snapshot = await blobOf(two.save());
    await two.stop();
    const vm = await createVm({ snapshot });
    machines.push(vm);
    await vm.start();
    await vm.powerOff();
    const end = await vm.waitForEnd();
    await expect(vm.start()).rejects.toThrow(
      'The machine cannot be started again: it has 2 disks, and only one outlives a machine. Make it from its snapshot again.',
    );
    expect([vm.state, await vm.waitForEnd()]).toEqual(['off', end]);
  });

  it('refuses what it cannot take in one sentence', async () => {
    const vm = await machineOf(PROGRAMS.spin);
    await vm.start();
    // What JavaScript lets through.
    const loose = vm as unknown as Record<string, (...given: unknown[]) => Promise<unknown>>;
    const wrong: [method: string, given: unknown[], sentence: string][] = [
      ['type', [7], '7 cannot be the text to type: give a string.'],
      ['waitForText', [undefined], 'undefined cannot be waited for: give a string or a RegExp.'],
      ['waitForText', ['x', 10], '10 cannot be the options: give an object such as { timeout: 60_000 }.'],
      ['waitForText', ['x', { timeout: '10' }], '“10” cannot be a timeout: give milliseconds'],
      ['waitForText', ['x', { timout: 10 }], 'There is no “timout” among the options; there are timeout, signal.'],
      ['waitForText', ['x', { signal: 'x' }], '“x” cannot be the signal: give the signal of an AbortController.'],
      ['waitForState', ['empty'], '“empty” cannot be the state of a machine: choose ready, loading, running, paused, off'],
      ['waitForState', [[]], 'An empty list of states cannot be waited for'],
      ['exec', [['ls']], '["ls"] cannot be the command: give a string.'],
      ['exec', ['ls', { signal: {} }], '{} cannot be the signal'],
      ['exec', ['ls', { onOutput: true }], 'true cannot be the onOutput: give a function.'],
      ['putFile', ['/x', 7], '7 cannot be the contents of a file: give a Uint8Array, a Blob or a string.'],
      ['putFile', [7, ''], '7 cannot be the path of a file'],
      ['getFile', [null], 'null cannot be the path of a file'],
      ['getFile', ['/x', { onProgress: 1 }], '1 cannot be the onProgress'],
      ['readMemory', [0, 4], '4 bytes from 0 on are not in the address space'],
      ['readMemory', [0n, 4, null], 'null cannot be the options'],
      ['readMemory', [0n, '8'], '“8” cannot be the length of what is read of memory: give a number, not a string.'],
      ['readMemory', [0n, 8, { vcpu: '0' }], '“0” cannot be the number of a vCPU: give a number, not a string.'],
      ['writeRegister', [7], '7 cannot be the assignment of a register'],
      ['powerOff', [true], 'true cannot be the options: give an object such as { graceful: true }.'],
      ['fork', [{ pause: true }], 'There is no “pause” among the options of a fork; there are paused, host'],
      ['fork', [{ worker: 7 }], '7 cannot be the worker: give an address (URL, string).'],
    ];
    for (const [method, given, sentence] of wrong) await expect(loose[method]!(...given), method).rejects.toThrow(sentence);
    expect(() => vm.on('stat' as 'state', () => {})).toThrow('“stat” cannot be the type of an event: choose state, console');
    expect(() => vm.on('state', 'x' as unknown as () => void)).toThrow('“x” cannot be a listener: give a function.');
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

  it('leaves nothing with the signal it was made with', async () => {
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, 'addEventListener');
    const removed = vi.spyOn(signal, 'removeEventListener');
    const machine = await createVm({ assembly: 'nop', signal });
    await machine.close();
    expect(added).toHaveBeenCalled();
    expect(removed.mock.calls.map(([, listener]) => listener)).toEqual(added.mock.calls.map(([, listener]) => listener));
  });
});
