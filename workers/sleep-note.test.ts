import { afterEach, describe, expect, it, vi } from 'vitest';
import { abandonDisk, listDisks, markRunning, openDisk, removeDisk, writeSleep } from './disks';
import { FakeFolder } from './fake-storage.testkit';
import { parseNote, type Sleep } from './sleep-note';

const SLEEP: Sleep = { call: 'SYSTEM_OFF2', psci: '1.3', vcpus: 2, memoryMiB: 512, when: 1_700_000_000_000 };

function storage(): FakeFolder {
  const disks = new FakeFolder();
  vi.stubGlobal('navigator', { storage: { getDirectory: async () => ({ getDirectoryHandle: async () => disks }) } });
  return disks;
}

afterEach(() => vi.unstubAllGlobals());

async function makeDisk(name: string): Promise<void> {
  (await openDisk(name, 1)).close();
}

describe('notes of sleep', () => {
  it('are written in a browser without createWritable, and read again', async () => {
    const disks = storage();
    await makeDisk('den');
    await writeSleep('den', SLEEP);
    expect(await listDisks()).toMatchObject([{ name: 'den', hibernated: SLEEP }]);
    await writeSleep('den', undefined);
    expect((await listDisks())[0]).not.toHaveProperty('hibernated');
    expect([...disks.files.keys()]).toEqual(['den.img']);
  });

  it('cut off anywhere are known to be broken', () => {
    const whole = JSON.stringify(SLEEP);
    expect(parseNote(whole)).toEqual(SLEEP);
    for (let length = 0; length < whole.length; length++) expect(parseNote(whole.slice(0, length))).toBeUndefined();
    for (const odd of ['null', '[]', '7', '{"call":"SYSTEM_OFF2"}', whole.replace('1.3', '9.9'), whole.replace('512', '"512"')])
      expect(parseNote(odd)).toBeUndefined();
  });

  it('are told once if a tab was closed in mid-write', async () => {
    const disks = storage();
    await makeDisk('den');
    disks.put('den.json', '{"call":"SYSTEM_OFF2","psci":"1.');
    await markRunning('den', true);
    const told: string[] = [];
    const list = () => listDisks((name) => told.push(name));
    const [first] = await list();
    expect(first).not.toHaveProperty('hibernated');
    // Its machine had ended: that was no power cut.
    expect(first).not.toHaveProperty('interrupted');
    await list();
    expect(told).toEqual(['den']);
  });

  it('that find no room are told, and leave nothing that looks like a note', async () => {
    const disks = storage();
    await makeDisk('den');
    disks.room = 10;
    await expect(writeSleep('den', SLEEP)).rejects.toThrow(
      'The note of how the machine on disk “den” went to sleep was not kept: this browser grants the page no more space',
    );
    expect((await listDisks())[0]).not.toHaveProperty('hibernated');
  });

  it('that cannot be removed are told', async () => {
    const disks = storage();
    await makeDisk('den');
    await writeSleep('den', SLEEP);
    disks.stuck.add('den.json');
    await expect(writeSleep('den', undefined)).rejects.toThrow('“den” went to sleep cannot be removed: den.json is locked');
    await expect(removeDisk('den')).rejects.toThrow('The disk “den” was deleted, but not a note beside it: den.json is locked');
  });
});

describe('a disk', () => {
  it('that was made for a start that failed is removed, one that was there before stays', async () => {
    const disks = storage();
    const first = await openDisk('own', 1);
    await markRunning('own', true);
    await abandonDisk(first);
    expect(disks.files.size).toBe(0);

    await makeDisk('own');
    const again = await openDisk('own', 1);
    await markRunning('own', true);
    await abandonDisk(again);
    expect([...disks.files.keys()]).toEqual(['own.img']);
  });

  it('that finds no room leaves nothing behind', async () => {
    const disks = storage();
    disks.room = 1000;
    await expect(openDisk('own', 1)).rejects.toThrow('cannot grow');
    expect(disks.files.size).toBe(0);
  });

  it('says when its page was closed under a machine, and is deleted with its notes', async () => {
    const disks = storage();
    await makeDisk('own');
    expect(await markRunning('own', true)).toBe(false);
    expect(await listDisks()).toMatchObject([{ interrupted: true }]);
    await removeDisk('own');
    expect(disks.files.size).toBe(0);
    await expect(removeDisk('own')).rejects.toThrow('there is no such disk');
  });
});
