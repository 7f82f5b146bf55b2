import { describe, expect, it } from 'vitest';
import { DiskError } from './block-device';
import { openOpfsDisk, type SyncFileHandle } from './opfs-disk';

/** A file as the browser's worker has it: short counts allowed, one handle at a time. */
class FakeFile {
  bytes = new Uint8Array(0);
  open = false;
  flushes = 0;
  /** Most bytes one call moves. */
  limit = 100;
  quota = 1 << 20;
  /** What does not fit is passed over in silence, and written bytes are counted by an error's number: Chromium's private windows. */
  silent = false;

  async createSyncAccessHandle(): Promise<SyncFileHandle> {
    if (this.open) throw named('NoModificationAllowedError');
    this.open = true;
    return {
      read: (into, { at }) => {
        const part = this.bytes.subarray(at, at + Math.min(into.length, this.limit));
        into.set(part);
        return part.length;
      },
      write: (from, { at }) => {
        if (at + from.length > this.bytes.length && this.silent) return 2 ** 32 - 8;
        const part = from.subarray(0, this.limit);
        this.bytes.set(part, at);
        return part.length;
      },
      truncate: (size) => {
        if (size > this.quota && this.silent) return;
        if (size > this.quota) throw named('QuotaExceededError');
        const bytes = new Uint8Array(size);
        bytes.set(this.bytes.subarray(0, size));
        this.bytes = bytes;
      },
      getSize: () => this.bytes.length,
      flush: () => {
        this.flushes++;
      },
      close: () => {
        this.open = false;
      },
    };
  }
}

function named(name: string): Error {
  return Object.assign(new Error('The browser says no.'), { name });
}

describe('a disk in the private file system', () => {
  it('is created with its size, kept, and opened again', async () => {
    const file = new FakeFile();
    const disk = await openOpfsDisk(file, { name: 'debian', size: 2048 });
    expect(disk.size).toBe(2048);
    const data = Uint8Array.from({ length: 700 }, (_, i) => i & 0xff);
    disk.write(300, data);
    disk.close();
    disk.close();
    expect([file.open, file.flushes]).toEqual([false, 1]);

    const again = await openOpfsDisk(file, { name: 'debian' });
    expect(again.size).toBe(2048);
    const bytes = new Uint8Array(700);
    again.read(300, bytes);
    expect(bytes).toEqual(data);
    again.writeZeroes(300, 699);
    again.read(300, bytes);
    expect([...bytes.subarray(698)]).toEqual([0, data[699]]);
    again.discard(0, 2048);
    again.flush();
    expect(file.flushes).toBe(2);
  });

  it('reads into and writes from shared memory', async () => {
    const file = new FakeFile();
    const disk = await openOpfsDisk(file, { name: 'debian', size: 512 });
    const shared = new Uint8Array(new SharedArrayBuffer(250));
    shared.fill(7);
    disk.write(0, shared);
    shared.fill(0);
    disk.read(0, shared);
    expect(shared.every((byte) => byte === 7)).toBe(true);
  });

  it('cannot be open twice', async () => {
    const file = new FakeFile();
    const disk = await openOpfsDisk(file, { name: 'debian', size: 512 });
    const second = openOpfsDisk(file, { name: 'debian', size: 512 });
    await expect(second).rejects.toThrow(new DiskError('in-use', 'The disk “debian” is in use in another tab.'));
    await expect(second).rejects.toMatchObject({ code: 'in-use' });
    disk.close();
    await openOpfsDisk(file, { name: 'debian', size: 512 });
  });

  it.each([
    [{ size: 1 << 21 }, 'no-space', 'The disk “d” cannot grow to 2097152 bytes: this browser grants the page no more space.'],
    [{ size: 100 }, 'bad-size', 'The disk “d” cannot have 100 bytes: a size is a positive multiple of 512.'],
    [{}, 'bad-size', 'The disk “d” is empty and no size was given for it.'],
  ])('a new one cannot be made with %o', async (options, code, message) => {
    const file = new FakeFile();
    const opened = openOpfsDisk(file, { name: 'd', ...options });
    await expect(opened).rejects.toMatchObject({ code, message });
    expect(file.open).toBe(false);
  });

  it('is not made, nor written, where that fails without a word', async () => {
    const file = Object.assign(new FakeFile(), { silent: true });
    await expect(openOpfsDisk(file, { name: 'd', size: 1 << 21 })).rejects.toMatchObject({
      code: 'no-space',
      message: 'The disk “d” cannot grow to 2097152 bytes: this browser grants the page no more space.',
    });
    expect(file.open).toBe(false);
    const disk = await openOpfsDisk(file, { name: 'd', size: 1024 });
    file.bytes = file.bytes.slice(0, 512);
    expect(() => disk.write(500, new Uint8Array(20))).toThrow('The disk “d” takes no more bytes at 500.');
  });

  it('must have the size it is said to have', async () => {
    const file = new FakeFile();
    file.bytes = new Uint8Array(1024);
    await expect(openOpfsDisk(file, { name: 'd', size: 512 })).rejects.toThrow('The disk “d” has 1024 bytes, not 512.');
    file.bytes = new Uint8Array(700);
    await expect(openOpfsDisk(file, { name: 'd' })).rejects.toThrow(/cannot have 700 bytes/);
    expect(file.open).toBe(false);
  });

  it('puts other errors of the browser into a sentence', async () => {
    const source = { createSyncAccessHandle: () => Promise.reject(named('SecurityError')) };
    await expect(openOpfsDisk(source, { name: 'd' })).rejects.toMatchObject({
      code: 'io',
      message: 'The disk “d” cannot be opened: The browser says no.',
    });
  });

  it('notices a file that was cut short and a write that does not go', async () => {
    const file = new FakeFile();
    const disk = await openOpfsDisk(file, { name: 'd', size: 1024 });
    file.bytes = file.bytes.slice(0, 512);
    expect(() => disk.read(500, new Uint8Array(20))).toThrow('The disk “d” ends at 512 instead of 1024 bytes.');
    file.limit = 0;
    expect(() => disk.write(0, new Uint8Array(20))).toThrow('The disk “d” takes no more bytes at 0.');
    disk.close();
    expect(() => disk.flush()).toThrow('The disk “d” is closed.');
  });

  it('can be read-only', async () => {
    const file = new FakeFile();
    file.bytes = new Uint8Array(512);
    const disk = await openOpfsDisk(file, { name: 'd', readOnly: true });
    for (const change of [() => disk.write(0, new Uint8Array(1)), () => disk.writeZeroes(0, 1), () => disk.discard(0, 1)]) {
      expect(change).toThrow('The disk “d” is read-only.');
    }
  });
});
