import { describe, expect, it } from 'vitest';
import { MemoryDisk } from '../storage/memory-disk';
import type { VmEvent } from './api';
import { bareVm, PROGRAMS, testHost } from './bare-vm.testkit';
import type { Vm } from './vm';

const ended = (events: readonly VmEvent[]): number => events.filter(({ type }) => type === 'ended').length;
const states = (events: readonly VmEvent[]): string[] => events.flatMap((event) => (event.type === 'state' ? [event.state] : []));
const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Counts how many pumps run a machine at once. */
function watchPumps(vm: Vm): { most: number } {
  const watched = { most: 0 };
  let now = 0;
  const { pump } = vm as unknown as { pump: { turn: (...given: unknown[]) => Promise<void> } };
  const original = pump.turn.bind(pump);
  pump.turn = async (...given) => {
    watched.most = Math.max(watched.most, ++now);
    try {
      await original(...given);
    } finally {
      now--;
    }
  };
  return watched;
}

describe('commands to a machine', () => {
  it('pause and resume, given at once, leave one pump and settle both', async () => {
    const { vm, events } = await bareVm(PROGRAMS.spin);
    const pumps = watchPumps(vm);
    await vm.start();
    await Promise.all([vm.pause(), vm.resume(), vm.pause(), vm.resume()]);
    expect(vm.state).toBe('running');
    await rest(30);
    await vm.stop();
    expect(pumps.most).toBe(1);
    expect(states(events)).toEqual(['running', 'paused', 'running', 'paused', 'running', 'off']);
  });

  it('two stops are one end', async () => {
    const { vm, events } = await bareVm(PROGRAMS.spin);
    await vm.start();
    await Promise.all([vm.stop(), vm.stop(), vm.pause().catch(() => {}), vm.stop()]);
    expect(ended(events)).toBe(1);
    expect(await vm.ended).toMatchObject({ how: 'stopped-by-host' });
    expect(events.at(-1)?.type).toBe('ended');
  });

  it('a machine that was never started can be switched off', async () => {
    const { vm, events } = await bareVm(PROGRAMS.spin);
    await vm.stop();
    expect(ended(events)).toBe(1);
    await expect(vm.start()).rejects.toThrow('The machine cannot be started: it is switched off.');
  });

  it('is refused in a sentence what its state does not allow', async () => {
    const { vm } = await bareVm(PROGRAMS.spin);
    await expect(vm.pause()).rejects.toThrow('The machine cannot be paused: it has not been started.');
    await expect(vm.resume()).rejects.toThrow('The machine cannot go on: it has not been started.');
    await vm.start();
    await expect(vm.start()).rejects.toThrow('The machine cannot be started: it is running.');
    await vm.stop();
    await expect(vm.reset()).rejects.toThrow('The machine cannot be reset: it is switched off.');
    await expect(vm.whileStill(() => 1)).rejects.toThrow('The machine cannot be saved: it is switched off.');
  });

  it('a machine that ends by itself settles the commands that wait', async () => {
    const { vm, events } = await bareVm(PROGRAMS.off);
    const outcomes = await Promise.allSettled([vm.start(), vm.ended, vm.ended.then(() => vm.pause()), vm.stop()]);
    expect(outcomes).toHaveLength(4);
    expect(ended(events)).toBe(1);
  });

  it('a save that fails leaves the machine running, its time too', async () => {
    const { vm } = await bareVm(PROGRAMS.spin);
    await vm.start();
    await expect(
      vm.whileStill(() => {
        throw new Error('The disk is full.');
      }),
    ).rejects.toThrow('The disk is full.');
    expect(vm.state).toBe('running');
    const { ns } = vm.machine.clock;
    await rest(50);
    expect(vm.machine.clock.ns).toBeGreaterThan(ns);
    await vm.stop();
  });

  it('one that fails has told what it did before it rejects, also of a machine that stands still', async () => {
    const { vm, events } = await bareVm(PROGRAMS.spin);
    await vm.start();
    await vm.pause();
    vm.machine.onReset = () => {
      vm.machine.options.onFault('The disk makes trouble.');
      throw new Error('The kernel is gone.');
    };
    await expect(vm.reset()).rejects.toThrow('The kernel is gone.');
    expect(events.at(-1)).toMatchObject({ type: 'notice', sentence: 'The disk makes trouble.' });
    await vm.stop();
  });

  it('nothing runs while it is saved, and commands wait for that', async () => {
    const { vm } = await bareVm(PROGRAMS.spin);
    await vm.start();
    const order: string[] = [];
    const saved = vm.whileStill(async () => {
      const before = vm.machine.instructions;
      await rest(30);
      expect(vm.machine.instructions).toBe(before);
      order.push('saved');
    });
    const paused = vm.pause().then(() => order.push('paused'));
    await Promise.all([saved, paused]);
    expect(order).toEqual(['saved', 'paused']);
    await vm.stop();
  });

  it('a save given while another is being read waits for its end', async () => {
    const { vm } = await bareVm(PROGRAMS.spin);
    await vm.start();
    const order: string[] = [];
    const read = async (name: string): Promise<number> => {
      let bytes = 0;
      for await (const chunk of vm.save()) {
        if (bytes === 0) order.push(`${name} begins`);
        bytes += chunk.length;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      order.push(`${name} ends`);
      return bytes;
    };
    const first = read('first');
    while (order.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    const both = await Promise.all([first, read('second')]);
    expect(order).toEqual(['first begins', 'first ends', 'second begins', 'second ends']);
    expect(Math.min(...both)).toBeGreaterThan(1000);
    await vm.stop();
  });

  it('a fault of ours ends the machine once and settles what waits', async () => {
    const { vm, events } = await bareVm(PROGRAMS.spin);
    await vm.start();
    vm.machine.run = () => {
      throw new Error('a bug');
    };
    await vm.ended;
    expect(vm.end).toMatchObject({ how: 'crashed', sentence: 'Dormouse itself failed: a bug.' });
    await vm.stop();
    await expect(vm.resume()).rejects.toThrow('it has crashed');
    expect(ended(events)).toBe(1);
  });

  it('a listener that throws does not stop the machine', async () => {
    const complaints: unknown[] = [];
    const queue = globalThis.queueMicrotask;
    globalThis.queueMicrotask = (callback) => {
      try {
        callback();
      } catch (error) {
        complaints.push(error);
      }
    };
    try {
      const { vm } = await bareVm(PROGRAMS.spin, {
        onEvents: () => {
          throw new Error('the listener broke');
        },
      });
      await vm.start();
      await rest(20);
      await vm.stop();
      expect(vm.end?.how).toBe('stopped-by-host');
      expect(complaints.length).toBeGreaterThan(0);
    } finally {
      globalThis.queueMicrotask = queue;
    }
  });

  it('an idle machine takes a command though no sleep of its host ends', async () => {
    const { vm } = await bareVm(PROGRAMS.wait, { host: testHost({ timeouts: { start: () => ({ cancel: () => {} }) } }) });
    await vm.start();
    while (!vm.machine.engine.vcpus[0]!.waiting) await rest(1);
    await rest(30);
    await vm.pause();
    await vm.resume();
    await rest(30);
    await vm.stop();
    expect(vm.end?.how).toBe('stopped-by-host');
  });

  it('a reset machine boots again, paused or not', async () => {
    const { vm, text, events } = await bareVm(PROGRAMS.echo);
    await vm.start();
    vm.input(new TextEncoder().encode('a'));
    while (!text().includes('a')) await rest(5);
    await vm.reset();
    await vm.pause();
    await vm.reset();
    expect(vm.state).toBe('running');
    vm.input(new TextEncoder().encode('b.'));
    expect(await vm.ended).toMatchObject({ how: 'off' });
    expect(text()).toBe('ab.');
    // Each is told, between what was printed before it and what comes after.
    const told = events.filter(({ type }) => type === 'notice' || type === 'console');
    const reset = {
      type: 'notice',
      sentence: 'The machine resets (cold): its user pressed the reset button.',
      tone: 'info',
      over: true,
    };
    expect(told.filter(({ type }) => type === 'notice')).toEqual([reset, reset]);
    expect(told[0]?.type).toBe('console');
    expect(told.at(-1)?.type).toBe('console');
  });

  it('random commands at random times: all settle, one pump, one end, nothing after it', async () => {
    let seed = 20261127;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      return Math.floor((seed / 2 ** 32) * below);
    };
    const programs = [PROGRAMS.spin, PROGRAMS.wait, PROGRAMS.flood, PROGRAMS.calls, PROGRAMS.off, PROGRAMS.echo];
    for (let round = 0; round < 30; round++) {
      const disk = new MemoryDisk(65536);
      const { vm, events } = await bareVm(programs[round % programs.length]!, {
        config: { clock: round % 2 === 0 ? 'realtime' : 'virtual' },
        disks: [disk],
        onEvents: () => (random(2) === 0 ? rest(random(4)) : undefined),
      });
      const pumps = watchPumps(vm);
      const commands: (() => Promise<unknown>)[] = [
        () => vm.start(),
        () => vm.pause(),
        () => vm.resume(),
        () => vm.reset(),
        () => vm.whileStill(() => rest(random(3))),
        () => vm.whileStill(() => Promise.reject(new Error('cannot be written'))),
        () => vm.writeRegister('psci_version=1.1'),
        async () => vm.input(Uint8Array.of(0x61 + random(26))),
      ];
      const settled: Promise<void>[] = [];
      const refusals: string[] = [];
      const give = (command: Promise<unknown>): void => {
        settled.push(
          command.then(
            () => {},
            (error: Error) => void refusals.push(error.message),
          ),
        );
      };
      give(vm.start());
      for (let i = 0; i < 25; i++) {
        give(commands[random(commands.length)]!());
        if (random(3) === 0) await rest(random(5));
        if (i > 18 && random(6) === 0) give(vm.stop());
      }
      give(vm.stop());
      give(vm.stop());
      await Promise.all(settled);
      for (const sentence of refusals) expect(sentence).toMatch(/^The machine cannot .*\.$|^cannot be written$/);
      await vm.ended;
      const { instructions } = vm.machine;
      await rest(15);
      expect(vm.machine.instructions).toBe(instructions);
      expect(pumps.most).toBeLessThanOrEqual(1);
      expect(ended(events)).toBe(1);
      expect(events.at(-1)?.type).toBe('ended');
    }
  });
});
