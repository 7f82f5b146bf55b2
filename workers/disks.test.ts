import { afterEach, describe, expect, it, vi } from 'vitest';
import type { OpfsDisk } from '../src/storage/opfs-disk';
import {
  abandonDisk,
  forgetSleep,
  isNew,
  leaveDisk,
  listDisks,
  openDisk,
  removeDisk,
  settleDisk,
  sleepOn,
  takeBackDisk,
} from './disks';
import { FakeFolder, FakeLocks } from './fake-storage.testkit';
import type { Sleep } from './sleep-note';

const SLEEP: Sleep = { call: 'SYSTEM_OFF2', psci: '1.3', vcpus: 2, memoryMiB: 512, when: 1_700_000_000_000 };
const MIB = 1 << 20;

/** What all tabs share. `locks` false: in a browser without Web Locks. */
function storage({ locks = true } = {}): FakeFolder {
  const disks = new FakeFolder();
  const getDirectory = async () => ({ getDirectoryHandle: async () => disks });
  vi.stubGlobal('navigator', { storage: { getDirectory }, ...(locks ? { locks: new FakeLocks() } : {}) });
  return disks;
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

/** A machine came and went, asleep or not. */
async function runOn(name: string, sleep?: Sleep): Promise<void> {
  await leaveDisk(await begunOn(name), sleep);
}

/** A machine begins, on a disk that has what it is to begin with. */
async function begunOn(name: string): Promise<OpfsDisk> {
  const { disk } = await openDisk(name, MIB);
  await settleDisk(disk);
  return disk;
}

/** A page with a machine on the disk is closed: the browser closes the file. */
async function crashOn(disks: FakeFolder, name: string): Promise<void> {
  await begunOn(name);
  disks.files.get(`${name}.img`)!.open = false;
}

/** Lets others go on at every step of the storage, now and then several times. */
function shuffle(disks: FakeFolder, seed: number): void {
  let state = seed;
  disks.pause = async () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    for (let turns = state >>> 30; turns > 0; turns--) await Promise.resolve();
  };
}

describe('a disk whose machine is brought back from its end', () => {
  it('is opened again as it was left, and left again with the note of who sleeps there until that is awake', async () => {
    const disks = storage();
    const disk = await begunOn('den');
    disk.write(0, Uint8Array.of(1, 2, 3));
    await leaveDisk(disk, SLEEP);
    await takeBackDisk(disk);
    expect([...disks.files.keys()].sort()).toEqual(['den.img', 'den.json', 'den.running']);
    const bytes = new Uint8Array(3);
    disk.read(0, bytes);
    expect(bytes).toEqual(Uint8Array.of(1, 2, 3));
    await expect(openDisk('den', MIB)).rejects.toThrow('is in use');
    await leaveDisk(disk, undefined);
    expect([...disks.files.keys()].sort()).toEqual(['den.img', 'den.json']);
    expect(await sleepOn('den')).toEqual(SLEEP);
    await takeBackDisk(disk);
    await forgetSleep('den');
    await leaveDisk(disk, undefined);
    expect([...disks.files.keys()]).toEqual(['den.img']);
  });

  it('stays closed while another machine has it, and when that has written to it', async () => {
    storage();
    const disk = await begunOn('den');
    await leaveDisk(disk, undefined);
    const { disk: same } = await openDisk('den', MIB);
    await expect(takeBackDisk(disk)).rejects.toThrow('is in use');
    // Who only looked has changed nothing.
    await leaveDisk(same, undefined);
    await takeBackDisk(disk);
    await leaveDisk(disk, undefined);
    const { disk: changed } = await openDisk('den', MIB);
    changed.write(0, Uint8Array.of(9));
    await leaveDisk(changed, undefined);
    await expect(takeBackDisk(disk)).rejects.toThrow('its disk “den” has been used, changed or deleted since');
    expect(() => disk.read(0, new Uint8Array(1))).toThrow('closed');
    await removeDisk('den');
    await expect(takeBackDisk(disk)).rejects.toThrow('has been used, changed or deleted since');
  });
});

describe('notes of sleep', () => {
  it('are written in a browser without createWritable, and read again', async () => {
    const disks = storage();
    await runOn('den', SLEEP);
    expect(await listDisks()).toMatchObject([{ name: 'den', hibernated: SLEEP }]);
    await forgetSleep('den');
    expect((await listDisks())[0]).not.toHaveProperty('hibernated');
    expect([...disks.files.keys()]).toEqual(['den.img']);
  });

  it('are told once if a tab was closed in mid-write', async () => {
    const disks = storage();
    await crashOn(disks, 'den');
    disks.put('den.json', '{"call":"SYSTEM_OFF2","psci":"1.');
    const told: string[] = [];
    const list = () => listDisks({ brokenNote: (name) => told.push(name), powerCut: (name) => told.push(`cut ${name}`) });
    const [first] = await list();
    expect(first).not.toHaveProperty('hibernated');
    // Its machine had ended: that was no power cut.
    expect(first).not.toHaveProperty('interrupted');
    await list();
    expect(told).toEqual(['den']);
  });

  it('that find no room are told, leave nothing that looks like a note, and do not keep the disk', async () => {
    const disks = storage();
    const disk = await begunOn('den');
    disks.room = 10;
    await expect(leaveDisk(disk, SLEEP)).rejects.toThrow(
      'The note of how the machine on disk “den” went to sleep was not kept: this browser grants the page no more space.',
    );
    const [left] = await listDisks();
    expect(left).toMatchObject({ inUse: false });
    for (const absent of ['hibernated', 'interrupted']) expect(left).not.toHaveProperty(absent);
  });

  it('that cannot be removed are told', async () => {
    const disks = storage();
    await runOn('den', SLEEP);
    disks.stuck.add('den.json');
    await expect(forgetSleep('den')).rejects.toThrow('“den” went to sleep cannot be removed: den.json is locked.');
    await expect(removeDisk('den')).rejects.toThrow('The disk “den” was deleted, but not a note beside it: den.json is locked.');
  });

  it('are there before the disk is let go of: no moment at which its tab is closed makes a power cut of a sleep', async () => {
    for (let steps = 0; ; steps++) {
      const disks = storage();
      const { disk } = await openDisk('den', MIB);
      // The tab is closed after so many steps: the storage never answers again.
      let left = steps;
      let closed = false;
      disks.pause = () => {
        closed ||= left-- <= 0;
        return closed ? new Promise(() => {}) : Promise.resolve();
      };
      const noted = (): boolean => (disks.files.get('den.json')?.bytes.length ?? 0) > 0;
      const done = leaveDisk(disk, SLEEP).then(() => true);
      const over = await Promise.race([done, new Promise<false>((resolve) => setTimeout(resolve, 0, false))]);
      expect(disks.files.get('den.img')!.open || noted()).toBe(true);
      if (over) return;
    }
  });
});

describe('a disk', () => {
  it('whose tab was closed before it had what it was to begin with is nobody’s: it is not listed, and made anew', async () => {
    for (const look of [true, false]) {
      const disks = storage();
      const { disk } = await openDisk('own', MIB);
      disk.write(0, Uint8Array.of(1));
      disks.files.get('own.img')!.open = false;
      if (look) {
        expect(await listDisks()).toEqual([]);
        expect([...disks.files.keys()]).toEqual([]);
      }
      const again = await openDisk('own', MIB);
      // No machine was ever there that could have been interrupted.
      expect([isNew(again.disk), again.interrupted, disks.files.get('own.img')!.bytes[0]]).toEqual([true, false, 0]);
      await settleDisk(again.disk);
      await leaveDisk(again.disk, undefined);
      expect([...disks.files.keys()]).toEqual(['own.img']);
      expect(isNew((await openDisk('own', MIB)).disk)).toBe(false);
    }
  });

  it('that was made for a start that failed is removed, one that was there before stays', async () => {
    const disks = storage();
    const first = await openDisk('own', MIB);
    expect(isNew(first.disk)).toBe(true);
    await abandonDisk(first.disk);
    expect(disks.files.size).toBe(0);

    await runOn('own');
    const again = await openDisk('own', MIB);
    expect(isNew(again.disk)).toBe(false);
    await abandonDisk(again.disk);
    expect([...disks.files.keys()]).toEqual(['own.img']);
  });

  it('that finds no room leaves nothing behind', async () => {
    const disks = storage();
    disks.room = 1000;
    await expect(openDisk('own', MIB)).rejects.toThrow('cannot grow');
    expect(disks.files.size).toBe(0);
  });

  it('says when its page was closed under a machine, once, whoever looks first, and is deleted with its notes', async () => {
    const disks = storage();
    const told: string[] = [];
    const list = () => listDisks({ brokenNote: () => {}, powerCut: (name) => told.push(name) });
    await crashOn(disks, 'own');
    expect(await list()).toMatchObject([{ interrupted: true }]);
    expect((await list())[0]).not.toHaveProperty('interrupted');
    expect((await openDisk('own', MIB)).interrupted).toBe(false);
    // Closed again, and started without a look.
    disks.files.get('own.img')!.open = false;
    const { disk, interrupted } = await openDisk('own', MIB);
    expect(interrupted).toBe(true);
    await leaveDisk(disk, undefined);
    expect((await list())[0]).not.toHaveProperty('interrupted');
    expect(told).toEqual(['own']);
    await removeDisk('own');
    expect(disks.files.size).toBe(0);
    await expect(removeDisk('own')).rejects.toThrow('there is no such disk');
  });

  it('whose page was closed after its machine fell asleep was not interrupted, whoever looks first', async () => {
    const disks = storage();
    await runOn('den', SLEEP);
    disks.put('den.running', '');
    expect((await openDisk('den', MIB)).interrupted).toBe(false);
  });

  it.each([
    ['abandoned', () => abandonDisk],
    ['left', () => (disk: Parameters<typeof leaveDisk>[0]) => leaveDisk(disk, SLEEP)],
  ])('that cannot be flushed when it is %s is let go of all the same, and that is told', async (_, way) => {
    const disks = storage();
    await runOn('den');
    const { disk } = await openDisk('den', MIB);
    disks.broken.add('den.img');
    await expect(way()(disk)).rejects.toThrow('The disk “den” cannot be flushed: the device is gone.');
    expect(disks.files.has('den.running')).toBe(false);
    expect(await listDisks()).toMatchObject([{ inUse: false }]);
    expect(disks.files.has('den.json')).toBe(way() !== abandonDisk);
  });
});

describe.each([
  ['with Web Locks, in two tabs', true],
  ['without them, in one worker', false],
])('disks at work at the same time, %s', (_, locked) => {
  it('are opened, listed and left as if it were one after the other', async () => {
    for (let seed = 1; seed <= 60; seed++) {
      const disks = storage({ locks: locked });
      await runOn('den', SLEEP);
      await runOn('own');
      let other = { listDisks, openDisk };
      if (locked) {
        vi.resetModules();
        other = await import('./disks');
      }
      shuffle(disks, seed);
      const [here, opened, there] = await Promise.all([listDisks(), other.openDisk('own', MIB), other.listDisks()]);
      expect(here).toMatchObject([{ name: 'den', inUse: false, hibernated: SLEEP }, { name: 'own' }]);
      expect(there).toMatchObject([
        { name: 'den', inUse: false, hibernated: SLEEP },
        { name: 'own', inUse: true },
      ]);
      const [before, , after] = await Promise.all([listDisks(), leaveDisk(opened.disk, SLEEP), other.listDisks()]);
      expect(before[1]).toMatchObject({ inUse: true });
      expect(after[1]).toMatchObject({ inUse: false, hibernated: SLEEP });
      expect([...before, ...after].some(({ interrupted }) => interrupted)).toBe(false);
    }
  });
});
