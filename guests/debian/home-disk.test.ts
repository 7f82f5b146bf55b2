import { describe, expect, it } from 'vitest';
import { MemoryDisk } from '../../src/storage/memory-disk';
import { surveyDisk } from '../../src/vm/disk-survey';
import { applyTemplate } from '../../src/vm/disk-template';
import { sha256 } from '../guest-files';
import { findMke2fs, HOME_DISK_MIB, makeHomeDisk } from './home-disk';
import { HOME_DISK } from './recipe';

const MIB = 2 ** 20;
const mke2fs = findMke2fs();

describe.skipIf(!mke2fs)(`the disk of the Debian guest${mke2fs ? '' : ' (skipped: mke2fs is not here)'}`, () => {
  it('is the same each time, small, and has swap and an empty file system', async () => {
    const template = await makeHomeDisk(mke2fs!);
    expect(sha256(await makeHomeDisk(mke2fs!))).toBe(sha256(template));
    expect(template.length).toBeLessThan(MIB);
    const disk = new MemoryDisk(HOME_DISK_MIB * MIB, { name: 'home' });
    await applyTemplate(disk, template);
    const [swap, home] = surveyDisk(disk);
    expect(swap).toEqual({ number: 1, size: HOME_DISK.swapMiB * MIB, kind: 'swap', label: HOME_DISK.swapLabel });
    expect(home).toMatchObject({ number: 2, size: HOME_DISK.homeMiB * MIB, kind: 'ext4', label: HOME_DISK.label });
    // The root, and lost+found in blocks of its own.
    expect(home!.files).toMatchObject({ count: 0, used: 5 * 4096 });
    expect(home!.files!.size).toBeGreaterThan(0.9 * HOME_DISK.homeMiB * MIB);
  });

  it('cannot be made by a program that fails, which is told in its words', async () => {
    await expect(makeHomeDisk('false')).rejects.toThrow('false failed with status 1');
  });
});
