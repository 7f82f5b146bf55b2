import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openFileDisk, parseDiskOption, parseSize } from './file-disk';

let folder: string;
const at = (name: string) => join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'file-disk-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the option', () => {
  it('has sizes in bytes, K, M and G', () => {
    expect(['512', '64K', '600M', '2G', '1m'].map(parseSize)).toEqual([512, 65536, 600 * 2 ** 20, 2 ** 31, 2 ** 20]);
  });

  it.each([
    ['', 'The size “” is not a number of bytes such as 4096, 64K, 600M or 2G.'],
    ['600MB', 'The size “600MB” is not a number of bytes such as 4096, 64K, 600M or 2G.'],
    ['-1', 'The size “-1” is not a number of bytes such as 4096, 64K, 600M or 2G.'],
    ['1.5G', 'The size “1.5G” is not a number of bytes such as 4096, 64K, 600M or 2G.'],
    ['99999999999999G', 'The size “99999999999999G” is not a number of bytes such as 4096, 64K, 600M or 2G.'],
    ['0', 'The size “0” leaves no room on the disk.'],
    ['0M', 'The size “0M” leaves no room on the disk.'],
    ['1000', 'The size “1000” is not a multiple of 512 bytes.'],
  ])('refuses the size %o', (size, message) => {
    expect(() => parseSize(size)).toThrow(message);
  });

  it('is a file with or without a size', () => {
    expect(parseDiskOption('d.img')).toEqual({ path: 'd.img' });
    expect(parseDiskOption('d.img:size=1K')).toEqual({ path: 'd.img', size: 1024 });
    expect(parseDiskOption('C:\\disks\\d.img:size=1K')).toEqual({ path: 'C:\\disks\\d.img', size: 1024 });
    expect(parseDiskOption('odd:name')).toEqual({ path: 'odd:name' });
    expect(() => parseDiskOption('')).toThrow('The disk “” names no file.');
    expect(() => parseDiskOption(':size=1M')).toThrow('The disk “:size=1M” names no file.');
    expect(() => parseDiskOption('d.img:size=0')).toThrow('The size “0” leaves no room on the disk.');
  });
});

describe('a disk in a file', () => {
  it('is created sparse, written, closed and opened again', () => {
    const path = at('d.img');
    const disk = openFileDisk(`${path}:size=64M`);
    expect([disk.size, disk.readOnly, disk.name]).toEqual([64 << 20, false, path]);
    disk.write(1_000_000, Uint8Array.of(1, 2, 3));
    disk.flush();
    disk.close();
    disk.close();
    expect(() => disk.flush()).toThrow(`The disk “${path}” is closed.`);
    expect(statSync(path).blocks * 512).toBeLessThan(1 << 20);

    for (const option of [path, `${path}:size=64M`]) {
      const again = openFileDisk(option);
      const bytes = new Uint8Array(5).fill(9);
      again.read(999_999, bytes);
      expect([...bytes]).toEqual([0, 1, 2, 3, 0]);
      again.close();
    }
  });

  it('writes zeros', () => {
    writeFileSync(at('d.img'), new Uint8Array(2048).fill(1));
    const disk = openFileDisk(at('d.img'));
    disk.writeZeroes(512, 1024);
    disk.discard(0, 512);
    disk.close();
    const bytes = readFileSync(at('d.img'));
    expect(bytes.subarray(512, 1536).every((byte) => byte === 0)).toBe(true);
    expect([bytes.length, bytes[511], bytes[1536]]).toEqual([2048, 1, 1]);
  });

  it('can be read-only', () => {
    writeFileSync(at('d.img'), new Uint8Array(512).fill(1));
    const disk = openFileDisk(at('d.img'), { readOnly: true });
    expect(() => disk.write(0, Uint8Array.of(1))).toThrow(`The disk “${at('d.img')}” is read-only.`);
    expect(() => disk.read(500, new Uint8Array(13))).toThrow(`The disk “${at('d.img')}” has 512 bytes, not 13 at 500.`);
    disk.close();
  });

  it('that can be written is one process’s alone, under any name, and is free again when closed or left by a dead one', () => {
    const path = at('d.img');
    const disk = openFileDisk(`${path}:size=1M`);
    symlinkSync(path, at('other.img'));
    for (const name of ['d.img', 'other.img']) {
      expect(() => openFileDisk(at(name))).toThrow(
        `The disk “${at(name)}” is in use by process ${process.pid} on ${hostname()}: end that one first (or, if it is no Dormouse, delete “${path}.lock”).`,
      );
    }
    disk.close();
    expect(existsSync(`${path}.lock`)).toBe(false);
    writeFileSync(`${path}.lock`, `${spawnSync(process.execPath, ['-e', '']).pid} - ${hostname()}\n`);
    openFileDisk(path).close();
    expect(existsSync(`${path}.lock`)).toBe(false);
  });

  it('is one process’s alone by a hard link in another folder, too', () => {
    const path = at('d.img');
    const disk = openFileDisk(`${path}:size=1M`);
    mkdirSync(at('dir'));
    const other = at('dir/other.img');
    linkSync(path, other);
    expect(() => openFileDisk(other)).toThrow(`The disk “${other}” is in use by process ${process.pid} on ${hostname()}`);
    // Whoever was refused leaves nothing that keeps others away.
    expect(existsSync(`${other}.lock`)).toBe(false);
    disk.close();
    openFileDisk(other).close();
    openFileDisk(path).close();
  });

  it('is shared by those who only read, also beside one who writes', () => {
    const disk = openFileDisk(`${at('d.img')}:size=1M`);
    const readers = [1, 2].map(() => openFileDisk(at('d.img'), { readOnly: true }));
    for (const opened of [disk, ...readers]) opened.close();
  });

  it('notices that the file was cut under it', () => {
    writeFileSync(at('d.img'), new Uint8Array(1024));
    const disk = openFileDisk(at('d.img'));
    truncateSync(at('d.img'), 512);
    expect(() => disk.read(0, new Uint8Array(1024))).toThrow(/ends at 512 instead of 1024 bytes\.$/);
    disk.close();
  });

  it.each([
    [
      'missing without a size',
      () => at('no.img'),
      'not-found',
      () => `The disk “${at('no.img')}” does not exist; write ${at('no.img')}:size=600M to create it.`,
    ],
    ['a directory', () => at('dir'), 'io', () => `The disk “${at('dir')}” is a directory.`],
    ['a directory with a size', () => at('dir:size=1M'), 'io', () => `The disk “${at('dir')}” is a directory.`],
    [
      'another size',
      () => at('d.img:size=1M'),
      'bad-size',
      () => `The disk “${at('d.img')}” has 1024 bytes already, not 1048576.`,
    ],
    [
      'not whole sectors',
      () => at('odd.img'),
      'bad-size',
      () => `The disk “${at('odd.img')}” has 1000 bytes, which is not a positive multiple of 512.`,
    ],
    [
      'an empty file',
      () => at('empty.img'),
      'bad-size',
      () => `The disk “${at('empty.img')}” has 0 bytes, which is not a positive multiple of 512.`,
    ],
    ['a device', () => '/dev/null', 'io', () => 'The disk “/dev/null” is not a regular file.'],
    [
      'no folder',
      () => at('none/d.img:size=1M'),
      'not-found',
      () => `The disk “${at('none/d.img')}” cannot be created: its folder does not exist.`,
    ],
    [
      'a file as folder',
      () => at('d.img/e.img:size=1M'),
      'not-found',
      () => `The disk “${at('d.img/e.img')}” cannot be created: its folder does not exist.`,
    ],
    [
      'a link to nowhere',
      () => at('link.img:size=1M'),
      'in-use',
      () => `The disk “${at('link.img')}” cannot be created: something of that name is there already.`,
    ],
    [
      'too large',
      () => at('big.img:size=9000000G'),
      'bad-size',
      () => 'The size “9000000G” is not a number of bytes such as 4096, 64K, 600M or 2G.',
    ],
  ])('says in one sentence: %s', (_, option, code, message) => {
    mkdirSync(at('dir'));
    writeFileSync(at('d.img'), new Uint8Array(1024));
    writeFileSync(at('odd.img'), new Uint8Array(1000));
    writeFileSync(at('empty.img'), '');
    symlinkSync(at('nowhere'), at('link.img'));
    let error: unknown;
    try {
      openFileDisk(option());
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ name: 'DiskError', code, message: message() });
  });

  it.skipIf(process.getuid?.() === 0)('says that a file may not be written', () => {
    writeFileSync(at('d.img'), new Uint8Array(512));
    chmodSync(at('d.img'), 0o400);
    expect(() => openFileDisk(at('d.img'))).toThrow(`The disk “${at('d.img')}” cannot be opened: permission denied.`);
    openFileDisk(at('d.img'), { readOnly: true }).close();
  });

  it('says that a file cannot be created, and leaves none behind that cannot have its size', () => {
    // A user who is root may write anything, but not into /proc.
    expect(() => openFileDisk('/proc/d.img:size=1M')).toThrow(/^The disk “\/proc\/d\.img” cannot be created: .*\.$/);
    expect(() => openFileDisk(at('huge.img:size=8388607G'))).toThrow(/cannot have 9007198180999168 bytes: .*\.$/);
    expect(existsSync(at('huge.img'))).toBe(false);
  });
});

describe('a file that is not there', () => {
  it('is proposed with the size that is usual for its guest', () => {
    const path = at('none.img');
    expect(() => openFileDisk(path, { usualSize: 1625 * 2 ** 20 })).toThrow(`write ${path}:size=1625M to create it.`);
  });

  it('is new when it was made, and not when it is opened again', () => {
    const path = at('fresh.img');
    const isNew = (option: string): boolean => {
      const disk = openFileDisk(option);
      disk.close();
      return disk.isNew;
    };
    expect([isNew(`${path}:size=1M`), isNew(path)]).toEqual([true, false]);
  });
});
