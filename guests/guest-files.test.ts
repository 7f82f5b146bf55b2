import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type GuestIndexEntry, gzipGuestFile, replaceGuestFolder, updateIndex, withGuest } from './guest-files';

const entry = (name: string, title = name): GuestIndexEntry => ({
  name,
  title,
  description: '',
  bytes: 0,
  defaults: { vcpus: 1, memoryMiB: 64, diskMiB: 16 },
  agent: false,
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dormouse-guests-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('the index of guests', () => {
  it('keeps the other guests and their order', () => {
    const index = withGuest(withGuest({ guests: [entry('lab')] }, entry('debian')), entry('lab', 'new'));
    expect(index.guests.map(({ name, title }) => [name, title])).toEqual([
      ['lab', 'new'],
      ['debian', 'debian'],
    ]);
  });

  it('is merged on disk', async () => {
    await updateIndex(folder, entry('lab'));
    await updateIndex(folder, entry('debian'));
    const index = JSON.parse(await readFile(join(folder, 'index.json'), 'utf8'));
    expect(index.guests.map(({ name }: GuestIndexEntry) => name)).toEqual(['lab', 'debian']);
    expect(await readdir(folder)).toEqual(['index.json']);
  });
});

describe('gzipGuestFile', () => {
  it('describes what is served and what it unpacks to, and is the same every time', () => {
    const content = new Uint8Array(10_000).fill(65);
    const { packed, description } = gzipGuestFile('Image.gz', content);
    expect(new Uint8Array(gunzipSync(packed))).toEqual(content);
    expect(description).toMatchObject({ path: 'Image.gz', bytes: packed.length, compression: 'gzip', unpackedBytes: 10_000 });
    expect(gzipGuestFile('Image.gz', content)).toEqual({ packed, description });
  });
});

describe('replaceGuestFolder', () => {
  it('puts a whole new folder in the place of the old one', async () => {
    await replaceGuestFolder(folder, 'debian', { old: 'x', both: '1' });
    await replaceGuestFolder(folder, 'debian', { both: '2' });
    expect(await readdir(join(folder, 'debian'))).toEqual(['both']);
    expect(await readFile(join(folder, 'debian/both'), 'utf8')).toBe('2');
  });

  it('leaves the old one alone if the new one cannot be written', async () => {
    await replaceGuestFolder(folder, 'debian', { kernel: 'good' });
    await expect(replaceGuestFolder(folder, 'debian', { kernel: 'bad', 'no/such/folder': 'x' })).rejects.toThrow();
    expect(await readFile(join(folder, 'debian/kernel'), 'utf8')).toBe('good');
    expect(await readdir(folder)).toEqual(['debian']);
  });
});
