import { beforeAll, describe, expect, it } from 'vitest';
import { SYS } from '../cpu/sysregs/storage';
import { readField } from '../cpu/vcpu-state';
import { collected } from '../storage/byte-reader';
import { MemoryDisk } from '../storage/memory-disk';
import { FIRST_VERSION, type NewSection } from '../storage/snapshot-format';
import { readSnapshot } from '../storage/snapshot-reader';
import { writeSnapshot } from '../storage/snapshot-writer';
import type { DeviceState } from '../storage/state-value';
import type { Machine } from './machine';
import { bareMachine } from './machine.testkit';
import { machineSections, restoreMachine } from './saved-machine';
import { stateHash } from './state-hash';
import { restore, saved as savedFile, transfer } from './transfer.testkit';

const machine = (vcpus: number, disks: MemoryDisk[] = []): Promise<Machine> => bareMachine({ vcpus, disks });

/** Instructions of a turn while vCPUs share the worker. */
const SLICE = 40_000;

/** A file of a machine whose sections were changed: `undefined` leaves one out. */
async function changed(machine: Machine, change: (section: NewSection) => NewSection | undefined): Promise<Uint8Array[]> {
  const sections = [...machineSections(machine)].map(change).filter((section) => section !== undefined);
  return [await collected(writeSnapshot(sections))];
}

/** The file with one state changed. */
const withState = (machine: Machine, name: string, change: (state: DeviceState) => unknown): Promise<Uint8Array[]> =>
  changed(machine, (section) =>
    section.name === name && 'state' in section
      ? ({ ...section, state: change(structuredClone(section.state) as DeviceState) } as NewSection)
      : section,
  );

describe('a saved machine', () => {
  let source: Machine;
  let target: Machine;
  let file: Uint8Array[];
  beforeAll(async () => {
    [source, target] = [await machine(3), await machine(3)];
    source.reset(0x4008_0000, 7);
    // A branch to itself on two vCPUs: they take turns.
    source.load(0x4008_0000, Uint8Array.of(0, 0, 0, 0x14), 'program');
    source.load(0x40ff_f000, new Uint8Array(4096).fill(9), 'last page');
    source.power.states[2] = 'runnable';
    source.engine.vcpus[2]!.pc = 0x4008_0000n;
    source.runTo(SLICE);
    file = [await savedFile(source)];
  });

  it('is the same machine where it is restored', async () => {
    target.load(0x4100_0000 - 8192, new Uint8Array(8192).fill(1), 'what was there');
    await restore(target, file);
    expect(stateHash(target)).toBe(stateHash(source));
    expect(target.power.states).toEqual(['runnable', 'stopped', 'runnable']);
  });

  it('clears what was touched since its memory was blank, and leaves the rest untouched', async () => {
    const fresh = await machine(3);
    const blankSince = fresh.memory.mark();
    fresh.load(0x4010_0000 - 10, new Uint8Array(4096).fill(1), 'what was there');
    const cleared: number[] = [];
    const fill = fresh.memory.fill.bind(fresh.memory);
    fresh.memory.fill = (pa, length, byte) => {
      cleared.push(length);
      fill(pa, length, byte);
    };
    await restoreMachine(fresh, readSnapshot(file), undefined, { blankSince });
    expect(cleared).toEqual([4096, 4096]);
    expect(stateHash(fresh)).toBe(stateHash(source));
  });

  it('goes on with the vCPU whose turn it was', async () => {
    await restore(target, file);
    for (const each of [source, target]) each.runTo(2 * SLICE);
    expect(target.retired).toEqual(source.retired);
    expect(target.retired[2]).toBeGreaterThan(0);
  });

  it('keeps what a suspended vCPU needs to wake', async () => {
    const other = await machine(3);
    other.power.check({
      states: ['suspended', 'stopped', 'stopped'],
      wakeUp: [{ vcpu: 0, entry: 0x4123_0000n, contextId: 9n }],
      pending: [],
    })();
    await transfer(other, target);
    target.power.wake(0);
    const vcpu = target.engine.vcpus[0]!;
    expect([target.power.states[0], vcpu.pc, vcpu.x(0)]).toEqual(['runnable', 0x4123_0000n, 9n]);
  });

  it('has sections by what they are of: another disk does not rename the others', async () => {
    const names = async (disks: number) =>
      [
        ...machineSections(
          await machine(
            1,
            Array.from({ length: disks }, () => new MemoryDisk(1 << 20)),
          ),
        ),
      ].map(({ name }) => name);
    expect(await names(0)).toEqual([
      'machine',
      'vcpu 0',
      ...['gic', 'uart', 'rtc', 'gpio', 'console', 'entropy', 'hvc', 'consoles', 'files', 'pci-ecam', 'timer 0'].map(
        (name) => `device ${name}`,
      ),
      'ram',
    ]);
    const one = await names(1);
    expect((await names(2)).filter((name) => !one.includes(name))).toEqual(['device disk 1']);
  });

  it('gives a device that is missing in the file its reset state', async () => {
    const other = await machine(3);
    other.uart.write(0x24, 4, 0x123);
    const [full, without] = [
      await savedFile(other),
      await changed(other, (each) => (each.name === 'device uart' ? undefined : each)),
    ];
    await restore(target, [full]);
    expect(target.uart.read(0x24, 4)).toBe(0x123);
    await restore(target, without);
    expect(target.uart.read(0x24, 4)).toBe(0);
  });

  it('takes a vCPU of before there were performance monitors, and has them as after a reset', async () => {
    const [vcpu] = target.engine.vcpus;
    const older = (minor: number) =>
      changed(source, (section) => {
        if (section.name !== 'vcpu 0' || !('state' in section)) return section;
        const fields = Object.entries(section.state as DeviceState).filter(([name]) => !name.startsWith('PM'));
        return { ...section, version: { major: 1, minor }, state: Object.fromEntries(fields) };
      });
    vcpu!.set64(SYS.PMCCNTR_EL0, 5n);
    await restore(target, await older(0));
    expect(readField(vcpu!, 'PMCCNTR_EL0')).toBe(0n);
    await expect(restore(target, await older(1))).rejects.toThrow('The saved state of vCPU 0 has no PMCR_EL0.');
  });

  it('does not fit a machine of another shape: each refusal is one sentence, and nothing but RAM is touched', async () => {
    const disk = [await savedFile(await machine(3, [new MemoryDisk(1 << 20)]))];
    await expect(restore(target, disk)).rejects.toThrow('The saved machine has a disk of 1048576 bytes, this one has no disk.');
    await expect(restore(await machine(2), file)).rejects.toThrow('The saved machine has 3 vCPUs, this one 2.');
    const refuses = async (altered: Promise<Uint8Array[]>, sentence: string | RegExp): Promise<void> => {
      await restore(target, file);
      const before = stateHash(target, false);
      await expect(restore(target, await altered)).rejects.toThrow(sentence);
      expect(stateHash(target, false)).toBe(before);
    };
    const without = (name: string) => changed(source, (section) => (section.name === name ? undefined : section));
    await refuses(without('ram'), 'The snapshot lacks its section “ram”.');
    await refuses(without('vcpu 2'), 'The snapshot lacks its section “vcpu 2”.');
    await refuses(without('machine'), 'The snapshot lacks its section “machine”.');
    await refuses(
      withState(source, 'device gic', () => ({})),
      /^The saved state of gicv3 has nothing as/,
    );
    await refuses(
      withState(source, 'device timer 2', () => 5),
      'The section “device timer 2” holds no state.',
    );
    const rename = (from: string, to: string) =>
      changed(source, (section) => (section.name === from ? { ...section, name: to } : section));
    await refuses(
      rename('device rtc', 'device flux capacitor'),
      'The snapshot has the device “flux capacitor”, which this machine lacks.',
    );
    await refuses(rename('device rtc', 'secret'), 'The snapshot has a section “secret”, which this Dormouse does not know.');
    const newer = (minor: number) =>
      changed(source, (section) => (section.name === 'device uart' ? { ...section, version: { major: 1, minor } } : section));
    await refuses(newer(2), 'The section “device uart” has version 1.2, newer than 1.1, which this Dormouse reads.');
    const vcpu = (name: string, value: unknown) => withState(source, 'vcpu 1', (state) => ({ ...state, [name]: value }));
    await refuses(vcpu('PSTATE.EL', 1000n), 'The saved state of vCPU 1 cannot be: PSTATE.EL is 0x3e8, not 0 or 1.');
    await refuses(vcpu('ZERO', 5n), 'The saved state of vCPU 1 has “ZERO”, which is unknown here.');
    await refuses(vcpu('PLANTED_REC', 5n), 'The saved state of vCPU 1 has “PLANTED_REC”, which is unknown here.');
    const power = (change: (power: DeviceState) => unknown) =>
      withState(source, 'machine', (state) => ({ ...state, power: change(state.power as DeviceState) }));
    await refuses(
      power((state) => ({ ...state, states: ['foo', 'stopped', 'stopped'] })),
      'The saved state of the firmware has “foo” as "state of vCPU 0" where runnable or stopped or suspended should be.',
    );
    await refuses(
      power((state) => ({ ...state, states: ['suspended', 'stopped', 'stopped'] })),
      'has 0 wake-up points, not 1',
    );
    await refuses(
      power(() => 7),
      /has 7 as "power" where an object should be/,
    );
    const time = (field: string, value: unknown) =>
      withState(source, 'machine', (state) => ({ ...state, scheduler: { ...(state.scheduler as DeviceState), [field]: value } }));
    await refuses(time('retired', 'many'), /has “many” as "retired" where 3 numbers should be/);
    await refuses(time('retired', [2 ** 50, 2 ** 50, 0]), /no machine lives to see/);
    const tooOld =
      'The saved machine has retired 1125899906842624 instructions, which no machine lives to see: 1125899906842623 is the most';
    await refuses(time('retired', [2 ** 50 - 1, 0, 1]), tooOld);
    await refuses(time('charged', 2 ** 50), /^The saved machine was charged 1125899906842624, which no machine lives to see/);
  });

  it('is saved as long as what is saved can be restored', async () => {
    const old = await machine(3);
    const scheduler = (state: DeviceState) => ({ ...(state.scheduler as DeviceState), retired: [2 ** 50 - 1, 0, 0] });
    await restore(old, await withState(source, 'machine', (state) => ({ ...state, scheduler: scheduler(state) })));
    await transfer(old, await machine(3));
    expect(old.run({ cost: 1 })).toEqual({ state: 'running' });
    await expect(savedFile(old)).rejects.toThrow(
      'The machine cannot be saved: it has retired 1125899906842624 instructions, which no machine lives to see',
    );
  });

  it('has its own disks first, whatever other disks follow', async () => {
    const disks = (...sizes: number[]): MemoryDisk[] => sizes.map((size) => new MemoryDisk(size));
    const one = [await savedFile(await machine(1, disks(1024)))];
    await restore(await machine(1, disks(1024, 512)), one);
    await restore(await machine(1, disks(512)), [await savedFile(await machine(1))]);
    const two = [await savedFile(await machine(1, disks(1024, 512)))];
    const refusal = 'The saved machine has a disk of 1024 bytes and a disk of 512 bytes, this one has a disk of';
    await expect(restore(await machine(1, disks(1024)), two)).rejects.toThrow(refusal);
    await expect(restore(await machine(1, disks(512, 1024)), two)).rejects.toThrow(refusal);
  });

  it('of version 1.0, whose devices were in other slots unless it has one disk, is refused if they were', async () => {
    const withDisks = (count: number): Promise<Machine> =>
      machine(
        1,
        Array.from({ length: count }, () => new MemoryDisk(512)),
      );
    const old = async (count: number): Promise<Uint8Array[]> =>
      changed(await withDisks(count), (section) =>
        section.name === 'machine' ? { ...section, version: FIRST_VERSION } : section,
      );
    await restore(await withDisks(1), await old(1));
    for (const [count, words] of [
      [0, 'no disk'],
      [2, 'a disk of 512 bytes and a disk of 512 bytes'],
    ] as const) {
      await expect(restore(await withDisks(count), await old(count))).rejects.toThrow(
        `The saved machine has ${words}, and an earlier Dormouse plugged its devices in elsewhere: of its saves only those with one disk can be read.`,
      );
    }
  });

  it('may carry sections nobody knows, if they say so, and those somebody else takes', async () => {
    const sections: NewSection[] = [
      { name: 'hint', optional: true, state: 1 },
      ...machineSections(source),
      { name: 'disk 0', parts: [Uint8Array.of(1, 2)] },
      { name: 'translations', optional: true, parts: [Uint8Array.of(3)] },
    ];
    const bytes = [await collected(writeSnapshot(sections))];
    await expect(restore(target, bytes)).rejects.toThrow(
      'The snapshot has a section “disk 0”, which this Dormouse does not know.',
    );
    const taken: number[] = [];
    await restoreMachine(target, readSnapshot(bytes), {
      take: async (section) => {
        if (section.name !== 'disk 0' || !('parts' in section)) return false;
        for await (const part of section.parts) taken.push(...part);
        return true;
      },
    });
    expect(taken).toEqual([1, 2]);
    expect(stateHash(target)).toBe(stateHash(source));
  });

  it.each<[string, (page: (number: number, count: number) => Uint8Array) => Uint8Array[], RegExp]>([
    ['beyond the end', (page) => [page(4095, 2)], /has a page 4096, beyond the 4096 of this machine/],
    ['twice', (page) => [page(5, 1), page(5, 1)], /has page 5 after page 5/],
    ['half', (page) => [page(5, 1).subarray(1)], /a part of 4099 bytes/],
    ['nothing', () => [Uint8Array.of(1)], /a part of 1 bytes/],
  ])('refuses memory that is %s', async (_, make, sentence) => {
    const page = (number: number, count: number): Uint8Array => {
      const part = new Uint8Array(4 + count * 4096);
      new DataView(part.buffer).setUint32(0, number, true);
      return part;
    };
    const altered = await changed(source, (section) => (section.name === 'ram' ? { name: 'ram', parts: make(page) } : section));
    await expect(restore(target, altered)).rejects.toThrow(sentence);
  });

  it('holds its machine while it is written: nothing runs, and inputs wait', async () => {
    const other = await machine(1);
    other.reset(0x4008_0000, 0);
    const release = other.hold();
    const before = stateHash(other);
    other.input({ type: 'console', bytes: Uint8Array.of(65) });
    expect(stateHash(other)).toBe(before);
    expect(() => other.runTo(10)).toThrow('The machine cannot run while it is being saved.');
    expect(() => other.hold()).toThrow('The machine is being saved already.');
    release();
    other.runTo(10);
    expect(other.uart.read(0, 4)).toBe(65);
  });
});
