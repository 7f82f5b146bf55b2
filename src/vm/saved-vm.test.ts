/** A VM through its file: as the page makes and reads it (a Blob), as the command line does (a file), and from one to the other. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blobOf, chunksOf } from '../../workers/snapshot-blob';
import { readSaved, writeSaved } from '../cli/saved-file';
import { decodeRegions, encodeRegions } from '../cpu/jit/pack-format';
import { stateHash } from '../machine/state-hash';
import { collected } from '../storage/byte-reader';
import { MemoryDisk } from '../storage/memory-disk';
import type { NewSection } from '../storage/snapshot-format';
import { readSnapshot } from '../storage/snapshot-reader';
import { writeSnapshot } from '../storage/snapshot-writer';
import type { DeviceState, StateValue } from '../storage/state-value';
import type { VmConfig, VmEvent } from './api';
import { bareVm, CONFIG, PROGRAMS, programImage, testHost } from './bare-vm.testkit';
import { BookmarkTaker, bookmarkSections } from './saved-bookmarks';
import { ScreenTaker, screenSections } from './saved-screen';
import { readSavedVm, type SavedVm } from './saved-vm';
import { takers } from './section-takers';
import type { Vm } from './vm';
import { vmFromSnapshot } from './vm-builder';

const VIRTUAL: VmConfig = { ...CONFIG, vcpus: 2, clock: 'virtual', guest: 'caf\u00e9' };
/** Draws random numbers without end, by TRNG_RND64 (0xc4000053), and adds them up in x20; counts in memory. */
const RANDOM = `
  movz x21, #0x4020, lsl #16
next:
  movz x0, #0xc400, lsl #16
  movk x0, #0x0053
  mov x1, #64
  hvc #0
  add x20, x20, x3
  str x20, [x21], #8
  b next`;

const MIB = 1 << 20;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dormouse-vm-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const from = (saved: SavedVm, config: Partial<VmConfig> = {}): Promise<Vm> =>
  vmFromSnapshot(saved, { config: { ...saved.config, ...config }, host: testHost(), onEvents: () => {} });

/** A VM's stretches are broken off when the host is slow. */
function runTo({ machine }: Vm, instructions: number): void {
  while (machine.instructions < instructions) machine.runTo(instructions);
}

describe('a VM and its file', () => {
  it('notes what code was hot, which the restored machine knows; code that a file brings is left out', async () => {
    const config: VmConfig = { ...VIRTUAL, engine: 'jit' };
    const loop = 'next: add x1, x1, #1\n add x2, x2, x1\n b next';
    const { vm } = await bareVm(loop, { config, images: { kernel: programImage(loop) } });
    runTo(vm, 3_000_001);
    const first = await readSavedVm(vm.save());
    await first.close();
    const made = first.regions!;
    expect(made.packs.length).toBe(1);
    const code = Uint8Array.of(0, 1, 2, 3);
    async function* withCode(): AsyncGenerator<NewSection> {
      for await (const section of readSnapshot(vm.save())) {
        if ('state' in section || section.name !== 'regions') yield section as NewSection;
        else {
          const { packs, ...rest } = decodeRegions((await collected(section.parts)).slice());
          yield { ...section, parts: [encodeRegions({ ...rest, packs: packs.map(({ regions }) => ({ regions, code })) })] };
        }
      }
    }
    const saved = await readSavedVm(writeSnapshot(withCode()));
    expect(saved.regions).toEqual(made);
    const again = await from(saved);
    expect(again.machine.jit!.regions).toEqual(made);
  });

  it('goes from the page to the command line and back, on either engine, and runs on as if nothing had happened', async () => {
    const { vm } = await bareVm(RANDOM, { config: VIRTUAL, images: { kernel: programImage(RANDOM), append: 'quiet' } });
    runTo(vm, 123_457);
    vm.machine.input({ type: 'key', key: 'power' });
    runTo(vm, 150_001);
    const blob = await blobOf(vm.save());
    expect(new Uint8Array(await blob.arrayBuffer())).toEqual(await collected(vm.save()));

    // The page's file, restored by the command line's path…
    const path = join(folder, 'm.dormouse');
    const written = await writeSaved(path, chunksOf(blob));
    expect([written, readFileSync(path).length]).toEqual([blob.size, blob.size]);
    const onCli = await from(await readSaved(path), { engine: 'jit' });
    expect(onCli.state).toBe('paused');
    expect(stateHash(onCli.machine)).toBe(stateHash(vm.machine));
    runTo(onCli, 200_003);

    // … and the command line's, restored by the page's.
    await writeSaved(path, onCli.save());
    const saved = await readSavedVm(chunksOf(new Blob([readFileSync(path)])));
    expect(saved.config).toMatchObject({ ...VIRTUAL, engine: 'jit', psci: '1.3' });
    expect(saved.images).toEqual({ kernel: programImage(RANDOM), append: 'quiet' });
    const onPage = await from(saved);
    for (const each of [vm, onPage]) runTo(each, 400_000);
    expect(onPage.machine.engine.vcpus[0]!.x(20)).not.toBe(0n);
    expect(onPage.machine.instructions).toBe(400_000);
    expect(stateHash(onPage.machine)).toBe(stateHash(vm.machine));
  });

  it('is let go of when it does not fit, and the sentence says why', async () => {
    const { vm } = await bareVm(PROGRAMS.spin, { disks: [new MemoryDisk(1 << 20)] });
    const bytes = await collected(vm.save());
    let closed = 0;
    function* source(): Generator<Uint8Array> {
      try {
        for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
      } finally {
        closed++;
      }
    }
    await expect(from(await readSavedVm(source()))).rejects.toThrow(
      'The saved machine has a disk of 1048576 bytes, this one has no disk.',
    );
    await expect(from(await readSavedVm(source()), { vcpus: 9 })).rejects.toThrow('9 vCPUs are not possible');
    expect(closed).toBe(2);
  });

  it('tells its disks by name and size, in its order', async () => {
    const disks = [new MemoryDisk(1024, { name: 'there/nap.img' }), new MemoryDisk(512, { name: 'z'.repeat(300) })];
    const { vm } = await bareVm(PROGRAMS.spin, { disks });
    const { disks: told } = await readSavedVm([await collected(vm.save())]);
    expect(told).toEqual([
      { name: 'nap.img', size: 1024 },
      { name: 'z'.repeat(255), size: 512 },
    ]);
  });

  it.each<[string, StateValue, object | string]>([
    ['without names, as versions 1.0 and 1.1 are', [{ size: 512 }], [{ size: 512 }]],
    ['with a name that is none', [{ size: 512, name: 7 }], 'The saved state of disk 0 has 7 as "name" where text of up to 255'],
    ['with an endless name', [{ size: 512, name: 'z'.repeat(256) }], /^The saved state of disk 0 has “z{40}” as "name"/],
    [
      'with too many disks',
      Array(29).fill({ size: 512 }),
      'has a list of 29 as "disks" where a list of up to 28 objects should be.',
    ],
  ])('is read %s', async (_, disks, told) => {
    const { vm } = await bareVm(PROGRAMS.spin);
    async function* changed(): AsyncGenerator<NewSection> {
      for await (const section of readSnapshot([await collected(vm.save())])) {
        if (section.name !== 'vm' || !('state' in section)) yield section;
        else yield { name: 'vm', state: { ...(section.state as DeviceState), disks } };
      }
    }
    const read = readSavedVm([await collected(writeSnapshot(changed()))]).then((saved) => saved.disks);
    if (Array.isArray(told)) expect(await read).toEqual(told);
    else await expect(read).rejects.toThrow(told as string);
  });

  it('takes one disk more, which has its reset state, and goes on as it would have, by the virtual clock', async () => {
    const disk = (name: string): MemoryDisk => new MemoryDisk(MIB, { name });
    const { vm } = await bareVm(RANDOM, { config: VIRTUAL, images: { kernel: programImage(RANDOM) }, disks: [disk('nap')] });
    runTo(vm, 100_001);
    const bytes = await collected(vm.save());
    const restore = async (disks: MemoryDisk[]): Promise<Vm> => {
      const saved = await readSavedVm([bytes]);
      return vmFromSnapshot(saved, { config: saved.config, host: testHost(), disks, onEvents: () => {} });
    };
    const [same, more] = [await restore([disk('nap')]), await restore([disk('nap'), disk('more')])];
    const fresh = await bareVm(RANDOM, { config: VIRTUAL, disks: [disk('nap'), disk('more')] });
    const stateOf = ({ machine }: Vm, name: string): DeviceState => new Map(machine.persistents()).get(name)!.save();
    expect(stateOf(more, 'disk 1')).toEqual(stateOf(fresh.vm, 'disk 1'));
    for (const each of [vm, same, more]) runTo(each, 300_000);
    expect(stateHash(same.machine)).toBe(stateHash(vm.machine));
    expect(more.machine.engine.vcpus[0]!.x(20)).toBe(vm.machine.engine.vcpus[0]!.x(20));
    // Saved again it has both.
    expect((await readSavedVm([await collected(more.save())])).disks.map(({ name }) => name)).toEqual(['nap', 'more']);
  });

  it('has a past from where it goes on', async () => {
    const { vm } = await bareVm(RANDOM, { images: { kernel: programImage(RANDOM) } });
    runTo(vm, 100_001);
    const saved = await readSavedVm([await collected(vm.save())]);
    const options = { config: saved.config, host: testHost(), onEvents: () => {}, trace: true };
    const restored = await vmFromSnapshot(saved, options);
    expect(restored.history().reach).toBeUndefined();
    const from = restored.machine.clock.ns;
    await restored.resume();
    while (restored.machine.instructions < 3_000_000) await new Promise((resolve) => setTimeout(resolve, 1));
    await restored.pause();
    expect(restored.history().reach).toBe(from);
    await restored.travel({ to: 'time', time: from });
    expect(restored.machine.clock.ns).toBe(from);
    await restored.stop();
  });

  it('goes on counting the requests to its agent, so that no answer to the saved machine is taken for one to the restored', async () => {
    const { vm } = await bareVm(PROGRAMS.spin, { config: { clock: 'virtual' } });
    const first = vm.agent.nextId;
    vm.agent.nextId += 3;
    const bytes = await collected(vm.save());
    expect((await from(await readSavedVm([bytes]))).agent.nextId).toBe(first + 3);
  });

  it('is written and read with breaths on the way: at most 2 MiB of disk or memory lie between two', async () => {
    /** Bytes that were moved since the host was asked for the time. */
    let [moved, most, asked, breaths] = [0, 0, 0, 0];
    const host = testHost();
    host.time = {
      ...host.time,
      monotonic: () => {
        most = Math.max(most, moved);
        moved = 0;
        return ++asked * 5e6;
      },
    };
    host.breathe = async () => {
      breaths++;
    };
    class Watched extends MemoryDisk {
      override usedRanges = undefined as never;
      override read(offset: number, into: Uint8Array): void {
        moved += into.length;
        super.read(offset, into);
      }
      override write(offset: number, from: Uint8Array): void {
        moved += from.length;
        super.write(offset, from);
      }
    }
    const disk = new Watched(40 * MIB);
    disk.write(20 * MIB, new Uint8Array(3 * MIB).fill(1));
    const { vm } = await bareVm(PROGRAMS.spin, { host, disks: [disk] });
    vm.machine.load(0x4000_0000, new Uint8Array(15 * MIB).fill(9), 'filling');
    [asked, breaths, moved, most] = [0, 0, 0, 0];
    const bytes = await collected(vm.save());
    expect({ most, enough: breaths >= 20 }).toEqual({ most: 2 * MIB, enough: true });
    for (const emptyDisks of [new Set([new Watched(40 * MIB)]), undefined]) {
      [breaths, most] = [0, 0];
      const saved = await readSavedVm([bytes]);
      const disks = emptyDisks ? [...emptyDisks] : [disk];
      const options = { config: saved.config, host, disks, ...(emptyDisks ? { emptyDisks } : {}), onEvents: () => {} };
      await vmFromSnapshot(saved, options);
      expect({ most: most <= 2 * MIB, enough: breaths >= 10 }).toEqual({ most: true, enough: true });
    }
    // Whoever gives up is heard at the next breath.
    const saved = await readSavedVm([bytes]);
    const signal = { aborted: true };
    const given = vmFromSnapshot(saved, { config: saved.config, host, disks: [disk], onEvents: () => {}, signal });
    await expect(given).rejects.toThrow('The work was cancelled.');
  });

  it('of a running machine is made while that stands still, however it is asked for, and the machine goes on', async () => {
    const { vm } = await bareVm(PROGRAMS.spin, { config: VIRTUAL });
    await vm.start();
    const file = vm.save();
    let bytes = 0;
    let instructions: number | undefined;
    const resumed = vm.pause().then(() => vm.resume());
    for await (const chunk of file) {
      bytes += chunk.length;
      instructions ??= vm.machine.instructions;
      await new Promise((resolve) => setImmediate(resolve));
      expect(vm.machine.instructions).toBe(instructions);
    }
    await resumed;
    expect(bytes).toBeGreaterThan(1000);
    // One that is given up, one while another is made, and one that outlives the time it was given.
    for await (const _ of vm.save()) break;
    const both = await Promise.all([collected(vm.save()), collected(vm.save())]);
    expect(both.map(({ length }) => length > 1000)).toEqual([true, true]);
    const late = await vm.whileStill(async () => {
      const late = vm.save();
      await late.next();
      return late;
    });
    await expect(collected(late)).rejects.toThrow('The machine went on before it was saved whole');
    while (vm.machine.instructions === instructions) await new Promise((resolve) => setImmediate(resolve));
    expect(vm.state).toBe('running');
    await vm.stop();
    await expect(collected(vm.save())).rejects.toThrow('The machine cannot be saved: it is switched off.');
  });

  it('carries sections of its host', async () => {
    const { vm } = await bareVm(PROGRAMS.spin);
    const bytes = await collected(vm.save([{ name: 'note', state: { text: 'hello' } }]));
    await expect(from(await readSavedVm([bytes]))).rejects.toThrow(
      'The snapshot has a section “note”, which this Dormouse does not know.',
    );
    let found: unknown;
    const saved = await readSavedVm([bytes]);
    const others = {
      take: async (section: { name: string; state?: unknown }) => {
        if (section.name !== 'note') return false;
        found = section.state;
        return true;
      },
    };
    await vmFromSnapshot(saved, { config: saved.config, host: testHost(), onEvents: () => {}, others });
    expect(found).toEqual({ text: 'hello' });
  });

  it('says how many vCPUs its kernel knows that was woken, and files of before say nothing of it', async () => {
    const { vm } = await bareVm(PROGRAMS.spin, { config: { ...VIRTUAL, vcpus: 4 } });
    expect((await from(await readSavedVm(vm.save()))).broughtVcpus).toBeUndefined();
    vm.broughtVcpus = 2;
    const bytes = await collected(vm.save());
    expect((await from(await readSavedVm([bytes]))).broughtVcpus).toBe(2);
    const withCount = async function* (broughtVcpus: StateValue, minor: number): AsyncGenerator<NewSection> {
      for await (const section of readSnapshot([bytes])) {
        if (section.name !== 'vm' || !('state' in section)) yield section as NewSection;
        else {
          const { broughtVcpus: _, ...state } = section.state as DeviceState;
          const version = { major: 1, minor };
          yield { name: 'vm', version, state: broughtVcpus === null ? state : { ...state, broughtVcpus } };
        }
      }
    };
    expect((await from(await readSavedVm(writeSnapshot(withCount(null, 2))))).broughtVcpus).toBeUndefined();
    for (const wrong of [0, 9, 1.5, 'two'])
      await expect(readSavedVm(writeSnapshot(withCount(wrong, 3)))).rejects.toThrow(/broughtVcpus|knows no vCPU/);
  });

  it('is restored without what it is whole without and is of another version, and says so', async () => {
    const images = { kernel: programImage(PROGRAMS.spin), symbols: [{ name: 'start', address: 0x4008_0000n }] };
    const { vm } = await bareVm(PROGRAMS.spin, { images, config: { ...VIRTUAL, engine: 'jit' } });
    const shown = { text: 'lab> ', rows: 24, columns: 80 };
    const bytes = await collected(vm.save([...screenSections(shown), ...bookmarkSections([{ name: 'here', time: 1 }])]));
    async function* later(optional: boolean): AsyncGenerator<NewSection> {
      for await (const section of readSnapshot([bytes])) {
        const named = ['regions', 'labels', 'screen', 'bookmarks'].includes(section.name);
        yield (named ? { ...section, optional, version: { major: 2, minor: 0 } } : section) as NewSection;
      }
    }
    const saved = await readSavedVm(writeSnapshot(later(true)));
    const [screen, marks, events] = [new ScreenTaker(), new BookmarkTaker(), [] as VmEvent[]];
    const others = takers(screen, marks);
    const onEvents = (batch: VmEvent[]) => void events.push(...batch);
    const restored = await vmFromSnapshot(saved, { config: saved.config, host: testHost(), onEvents, others });
    expect(stateHash(restored.machine)).toBe(stateHash(vm.machine));
    expect([screen.screen, marks.bookmarks, saved.images.symbols]).toEqual([undefined, [], undefined]);
    const told = events.flatMap((event) => (event.type === 'notice' ? [event.sentence] : []));
    expect(told).toEqual(
      ['regions', 'labels', 'screen', 'bookmarks'].map(
        (name) =>
          `The section “${name}” has version 2.0, newer than 1.0, which this Dormouse reads: the machine was restored without it.`,
      ),
    );
    await expect(readSavedVm(writeSnapshot(later(false)))).rejects.toThrow('The section “regions” has version 2.0, newer');
  });
});
