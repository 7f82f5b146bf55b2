import { describe, expect, it } from 'vitest';
import { MemoryDisk } from '../src/storage/memory-disk';
import type { VmEvent } from '../src/vm/api';
import { CONFIG, PROGRAMS, programImage, testHost } from '../src/vm/bare-vm.testkit';
import type { Vm } from '../src/vm/vm';
import { createVm } from '../src/vm/vm-builder';
import { type Building, MachineSlot } from './machine-slot';

const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

class CountedDisk extends MemoryDisk {
  closed = 0;
  override close(): void {
    this.closed++;
    super.close();
  }
}

function slotWith(
  options: {
    farewell?: () => Promise<void>;
    takeBack?: () => Promise<void>;
    ready?: () => Promise<void>;
    abandon?: () => Promise<void>;
  } = {},
) {
  const events: VmEvent[] = [];
  const slot = new MachineSlot({
    async tell(batch) {
      events.push(...batch);
      await options.ready?.();
    },
    async farewell(_vm, disks) {
      for (const disk of disks) disk.close();
      await options.farewell?.();
    },
    async takeBack() {
      await options.takeBack?.();
    },
    async abandon(disks) {
      for (const disk of disks) disk.close();
      await options.abandon?.();
    },
  });
  return { slot, events };
}

const build =
  (program: string, delay = 0) =>
  async ({ disks, onEvents, signal }: Building): Promise<Vm> => {
    for (let waited = 0; waited < delay && !signal.aborted; waited += 5) await rest(5);
    return createVm({ config: CONFIG, images: { kernel: programImage(program) }, host: testHost(), disks, onEvents });
  };
const states = (events: readonly VmEvent[]): string[] =>
  events.flatMap((event) => (event.type === 'state' ? [event.state] : event.type === 'ended' ? ['ended'] : []));

describe('MachineSlot', () => {
  it('a second start while the first loads is refused and leaves the first its disk', async () => {
    const { slot } = slotWith();
    const disk = new CountedDisk(512);
    const first = slot.load(async () => [disk], build(PROGRAMS.spin, 30));
    await expect(slot.load(async () => [new CountedDisk(512)], build(PROGRAMS.spin))).rejects.toThrow('being loaded already');
    const vm = await first;
    expect(disk.closed).toBe(0);
    await vm.start();
    await expect(slot.load(async () => [], build(PROGRAMS.spin))).rejects.toThrow('power it off first');
    await vm.stop();
    await rest(0);
    expect(disk.closed).toBe(1);
  });

  it('a cancelled start lets go of its disk once, and another can follow at once', async () => {
    const { slot, events } = slotWith();
    const disk = new CountedDisk(512);
    const first = slot.load(async () => [disk], build(PROGRAMS.spin, 10_000)).catch((error: Error) => error.message);
    await rest(10);
    expect(() => slot.living).toThrow('still loading');
    expect(await slot.cancel()).toBe(true);
    expect(await first).toBe('The start was cancelled.');
    expect(disk.closed).toBe(1);
    expect(await slot.cancel()).toBe(false);
    const vm = await slot.load(async () => [], build(PROGRAMS.spin));
    await vm.start();
    await vm.stop();
    while (states(events).at(-1) !== 'ended') await rest(5);
    expect(states(events)).toEqual(['loading', 'empty', 'loading', 'running', 'off', 'ended']);
  });

  it('a machine that cannot be built leaves nothing behind', async () => {
    const { slot, events } = slotWith();
    const disk = new CountedDisk(512);
    const failing = slot.load(
      async () => [disk],
      () => Promise.reject(new Error('The kernel is no kernel.')),
    );
    await expect(failing).rejects.toThrow('The kernel is no kernel.');
    expect(disk.closed).toBe(1);
    await slot.tell([]);
    expect(states(events)).toEqual(['loading', 'empty']);
    expect(() => slot.living).toThrow('No machine is running.');
  });

  it('all of an old machine is told before anything of the next, however slow its farewell and the listener are', async () => {
    const { slot, events } = slotWith({ farewell: () => rest(30), ready: () => rest(5) });
    const first = await slot.load(async () => [], build(PROGRAMS.off));
    await first.start();
    await first.ended;
    const second = await slot.load(async () => [], build(PROGRAMS.spin));
    await second.start();
    await rest(60);
    await second.stop();
    await rest(100);
    expect(states(events)).toEqual(['loading', 'running', 'off', 'ended', 'loading', 'running', 'off', 'ended']);
  });

  it('a farewell that fails is told with the end, and does not block the place', async () => {
    const { slot, events } = slotWith({ farewell: () => Promise.reject(new Error('The note could not be written.')) });
    const vm = await slot.load(async () => [], build(PROGRAMS.off));
    await vm.start();
    await vm.ended;
    await slot.load(async () => [], build(PROGRAMS.spin));
    await slot.tell([]);
    expect(events.filter(({ type }) => type === 'notice')).toEqual([
      { type: 'notice', sentence: 'The note could not be written.', tone: 'error' },
    ]);
  });

  it('a machine that has ended is brought back with its disks, alone in its place, and its next end lets go of them again', async () => {
    const asked: string[] = [];
    let open = (): void => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    const { slot, events } = slotWith({
      farewell: async () => void asked.push('farewell'),
      takeBack: () => {
        asked.push('take back');
        return opened;
      },
    });
    const vm = await slot.load(async () => [new CountedDisk(512)], build(PROGRAMS.off));
    await vm.start();
    await vm.ended;
    const back = slot.standing.step('back', 0);
    while (asked.length < 2) await rest(1);
    await expect(slot.load(async () => [], build(PROGRAMS.spin))).rejects.toThrow('is being brought back from its end');
    slot.clear();
    open();
    await back;
    expect(slot.living).toBe(vm);
    await vm.travel({ to: 'present' });
    while (states(events).filter((state) => state === 'ended').length < 2) await rest(1);
    expect(asked).toEqual(['farewell', 'take back', 'farewell']);
    expect(states(events).slice(-4)).toEqual(['ended', 'paused', 'off', 'ended']);
    const next = await slot.load(async () => [], build(PROGRAMS.spin));
    await next.stop();
  });

  it('a listener that never settles keeps neither the farewell from being taken, nor the place, nor a start from being given up', async () => {
    const farewells: unknown[] = [];
    const never = new Promise<void>(() => {});
    const { slot, events } = slotWith({ farewell: async () => void farewells.push(slot.last), ready: () => never });
    const disk = new CountedDisk(512);
    const vm = await slot.load(async () => [disk], build(PROGRAMS.flood));
    await vm.start();
    await rest(10);
    await vm.stop();
    await vm.ended;
    await rest(0);
    expect(farewells).toEqual([vm]);
    expect(disk.closed).toBe(1);
    const cancelled = slot.load(async () => [], build(PROGRAMS.spin, 10_000)).catch((error: Error) => error.message);
    expect(await slot.cancel()).toBe(true);
    expect(await cancelled).toBe('The start was cancelled.');
    const next = await slot.load(async () => [], build(PROGRAMS.off));
    await next.start();
    await next.ended;
    await rest(0);
    expect(farewells).toEqual([vm, next]);
    expect(states(events)).toEqual(['loading']);
  });

  it('what cannot be let go of after a start that failed is told', async () => {
    const { slot, events } = slotWith({ abandon: () => Promise.reject(new Error('The disk cannot be flushed.')) });
    await expect(
      slot.load(
        async () => [],
        () => Promise.reject(new Error('No kernel.')),
      ),
    ).rejects.toThrow('No kernel.');
    await slot.tell([]);
    expect(events).toContainEqual({ type: 'notice', sentence: 'The disk cannot be flushed.', tone: 'error' });
  });

  it('starts, cancels and stops at random times: promises settle, every disk is closed once', async () => {
    let seed = 4711;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      return Math.floor((seed / 2 ** 32) * below);
    };
    const { slot, events } = slotWith({ farewell: () => rest(random(4)), ready: () => rest(random(3)) });
    const disks: CountedDisk[] = [];
    const settled: Promise<unknown>[] = [];
    for (let i = 0; i < 120; i++) {
      const choice = random(5);
      if (choice < 2) {
        const opening = async (): Promise<CountedDisk[]> => {
          await rest(random(4));
          const disk = new CountedDisk(512);
          disks.push(disk);
          return [disk];
        };
        const program = random(2) ? PROGRAMS.off : PROGRAMS.spin;
        settled.push(
          slot
            .load(opening, build(program, random(10)))
            .then((vm) => vm.start())
            .catch((error: Error) => expect(error.message).toMatch(/^(A machine is|The start was|The machine cannot) .*\.$/)),
        );
      } else if (choice === 2) settled.push(slot.cancel());
      else if (slot.last) settled.push(slot.last.stop());
      if (random(2)) await rest(random(8));
    }
    await slot.cancel();
    await Promise.all(settled);
    await slot.last?.stop();
    await slot.tell([]);
    await rest(30);
    expect(disks.length).toBeGreaterThan(5);
    expect(disks.map((disk) => disk.closed)).toEqual(disks.map(() => 1));
    // Between two “loading” there is always the end of what the first began.
    const told = states(events).filter((state) => ['loading', 'empty', 'ended'].includes(state));
    for (let i = 0; i < told.length; i++) expect(told[i] === 'loading').toBe(i % 2 === 0);
  }, 60_000);
});
