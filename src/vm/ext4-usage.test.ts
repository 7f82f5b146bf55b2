import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findMke2fs } from '../../guests/debian/home-disk';
import { MemoryDisk } from '../storage/memory-disk';
import { readerOf } from './ext4-superblock';
import { type Ext4Usage, ext4Usage } from './ext4-usage';
import { writeExt4 } from './hibernated-disk.testkit';

const MIB = 1 << 20;
const mke2fs = findMke2fs();
const dumpe2fs = mke2fs?.replace('mke2fs', 'dumpe2fs');

const usageOf = (disk: MemoryDisk): Ext4Usage | undefined =>
  ext4Usage(readerOf(disk, { start: 0, length: disk.size }), disk.size);

/** A file system made by mke2fs with a few files in it, and what dumpe2fs says of it. */
function made(mib: number, options: readonly string[]): { disk: MemoryDisk; told: Record<string, number> } {
  const folder = mkdtempSync(join(tmpdir(), 'dormouse-usage-'));
  try {
    const files = join(folder, 'files');
    mkdirSync(join(files, 'folder'), { recursive: true });
    writeFileSync(join(files, 'large'), new Uint8Array(3 * MIB + 5).fill(7));
    writeFileSync(join(files, 'folder/small'), 'acorn');
    const image = join(folder, 'image');
    const made = spawnSync(mke2fs!, ['-q', '-F', '-d', files, ...options, image, `${mib}M`], { encoding: 'utf8' });
    expect([made.status, made.stderr]).toEqual([0, '']);
    const { stdout } = spawnSync(dumpe2fs!, ['-h', image], { encoding: 'utf8' });
    const told = Object.fromEntries(
      [...stdout.matchAll(/^([^:\n]+): +(\d+)$/gm)].map(([, name, value]) => [name!, Number(value)]),
    );
    return { disk: MemoryDisk.of(new Uint8Array(readFileSync(image))), told };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe.skipIf(!mke2fs)(`space on a file system${mke2fs ? '' : ' (skipped: mke2fs is not here)'}`, () => {
  it.each([
    ['ext4', 300, ['-t', 'ext4', '-b', '4096', '-L', 'nest']],
    ['ext4', 64, ['-t', 'ext4', '-b', '1024']],
    ['ext4', 100, ['-t', 'ext4', '-b', '1024', '-O', 'sparse_super2']],
    ['ext3', 100, ['-t', 'ext3', '-b', '2048', '-m', '0']],
    ['ext2', 50, ['-t', 'ext2', '-b', '1024', '-O', '^sparse_super,^resize_inode']],
  ] as const)('is what the kernel counts: %s of %i MiB, %j', (kind, mib, options) => {
    const { disk, told } = made(mib, options);
    const usage = usageOf(disk)!;
    const blockBytes = told['Block size']!;
    expect(usage).toMatchObject({ kind, behind: false, files: 3, label: mib === 300 ? 'nest' : '' });
    const overhead = told['Overhead clusters'];
    // What mke2fs notes for ext4 is what the kernel works out when it mounts it; older ones note nothing.
    if (overhead !== undefined) expect(usage.size).toBe((told['Block count']! - overhead) * blockBytes);
    expect(usage.size - usage.used).toBe(told['Free blocks']! * blockBytes);
    expect(usage.used).toBeGreaterThan(3 * MIB);
    expect(usage.used).toBeLessThan(4 * MIB);
  });
});

describe('a file system that was made for harm', () => {
  it('is not understood, or has some numbers, and nothing is thrown', () => {
    for (let at = 0; at < 1024; at += 2) {
      const disk = new MemoryDisk(300 * MIB);
      writeExt4(disk, { block: 9 });
      disk.write(1024 + at, Uint8Array.of(255, 255));
      const usage = usageOf(disk);
      if (usage) for (const value of [usage.size, usage.used, usage.files]) expect(value).toBeGreaterThanOrEqual(0);
    }
  });
});
