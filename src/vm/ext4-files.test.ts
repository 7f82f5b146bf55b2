import { describe, expect, it } from 'vitest';
import { MemoryDisk } from '../storage/memory-disk';
import { startsOfFiles } from './ext4-files';
import { type Ext4File, writeExt4, writeMbr, writeSleeper } from './hibernated-disk.testkit';
import { findSleepingArea } from './swap-signature';

const [MIB, GIB] = [1 << 20, 2 ** 30];

/** A disk that cannot tell where nothing was written, as those in files cannot, and that counts what is read. */
class BlindDisk extends MemoryDisk {
  override usedRanges = undefined as never;
  bytesRead = 0;
  override read(offset: number, into: Uint8Array): void {
    this.bytesRead += into.length;
    super.read(offset, into);
  }
}

function made(size: number, file: Ext4File, start = 0): BlindDisk {
  const disk = new BlindDisk(size);
  writeExt4(disk, file, start);
  return disk;
}

const startsOn = (disk: MemoryDisk, start = 0): number[] =>
  [...startsOfFiles(disk, { start, length: disk.size - start })].filter((offset) => offset !== undefined);

describe('files of an ext4', () => {
  it.each(['extents', 'index', 'blocks'] as const)('begin where their %s say', (list) => {
    expect(startsOn(made(16 * GIB, { block: 2_500_000, list }))).toEqual([2_500_000 * 4096]);
  });

  it('that cannot be swap are left out: small ones, and such as are not of whole pages', () => {
    expect(startsOn(made(GIB, { block: 7, bytes: 9 * 4096 }))).toEqual([]);
    expect(startsOn(made(GIB, { block: 7, bytes: 64 * MIB + 1 }))).toEqual([]);
  });

  it('are none where there is none, or its superblock is mad', () => {
    expect(startsOn(new MemoryDisk(GIB))).toEqual([]);
    expect(startsOn(new MemoryDisk(512))).toEqual([]);
    for (let at = 0; at < 1024; at += 2) {
      const disk = made(GIB, { block: 7 });
      disk.write(1024 + at, Uint8Array.of(255, 255));
      let [files, breaths] = [0, 0];
      for (const start of startsOfFiles(disk, { start: 0, length: disk.size })) start === undefined ? breaths++ : files++;
      expect(files).toBeLessThanOrEqual(1);
      expect(breaths).toBeLessThan(2 ** 25);
    }
  });
});

describe('a swap file that holds a sleeper', () => {
  it('is found anywhere on an ext4, and little is read for it', async () => {
    const block = (61 * GIB) / 4096 + 3;
    const disk = made(64 * GIB, { block });
    writeSleeper(disk, { start: block * 4096, device: 0 });
    disk.bytesRead = 0;
    let breaths = 0;
    const breathe = (): undefined => void breaths++;
    expect(await findSleepingArea(disk, breathe)).toMatchObject({ start: block * 4096, device: 0, pageBytes: 4096 });
    expect(disk.bytesRead).toBeLessThan(MIB);
    expect(breaths).toBeGreaterThan(0);
  });

  it('is found on a partition, whose pages are counted from its start', async () => {
    const block = (9 * GIB) / 4096;
    const disk = made(16 * GIB, { block, list: 'index' }, MIB);
    writeMbr(disk, [[2048, (16 * GIB - MIB) / 512, 0x83]]);
    writeSleeper(disk, { start: MIB + 9 * GIB, device: MIB });
    expect(await findSleepingArea(disk)).toMatchObject({ start: MIB + 9 * GIB, device: MIB });
  });
});
