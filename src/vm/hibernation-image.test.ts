import { describe, expect, it } from 'vitest';
import { MemoryDisk } from '../storage/memory-disk';
import { BUILD, sleeperDisk, writeMbr, writeSleeper } from './hibernated-disk.testkit';
import { readHibernationImage } from './hibernation-image';

const MIB = 1 << 20;

describe('the image of a hibernated Linux', () => {
  it('says its build, memory and CPUs', () => {
    expect(readHibernationImage(sleeperDisk())).toEqual({
      build: BUILD,
      physicalPages: 131072,
      pageBytes: 4096,
      cpus: 2,
      imagePages: 65536,
      bytes: 65556 * 4096,
      where: 0,
    });
  });

  it('is read with pages of another size, on a partition and in a file', () => {
    expect(readHibernationImage(sleeperDisk({ pageBytes: 65536, memoryMiB: 1024, cpus: 8 }))).toMatchObject({
      physicalPages: 16384,
      pageBytes: 65536,
      cpus: 8,
    });
    const disk = new MemoryDisk(16 * MIB);
    disk.write(MIB + 1080, Uint8Array.of(0x53, 0xef));
    writeMbr(disk, [[2048, 20480, 0x83]]);
    writeSleeper(disk, { start: 7 * MIB, device: MIB });
    expect(readHibernationImage(disk)).toMatchObject({ build: BUILD, where: 7 * MIB });
  });

  it('is not made up from garbage, wherever it lies, and reading it never throws', () => {
    const places = [1024, 1028, 4064, 4072, 3 * 4096, 3 * 4096 + 7, 5 * 4096, 5 * 4096 + 400, 5 * 4096 + 408, 5 * 4096 + 416];
    let state = 1;
    const chance = (): number => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return state >>> 16;
    };
    for (let round = 0; round < 400; round++) {
      const disk = sleeperDisk({ size: 64 * 1024 });
      const at = places[chance() % places.length]!;
      disk.write(
        at,
        Uint8Array.from({ length: 8 }, () => (chance() & 1 ? 0xff : chance() & 0xff)),
      );
      const image = readHibernationImage(disk);
      if (!image) continue;
      expect(Number.isSafeInteger(image.physicalPages * image.pageBytes)).toBe(true);
      expect(image.build.startsWith('#')).toBe(true);
    }
  });

  it.each([
    ['its map is beyond the disk', 4064],
    ['its header is beyond the disk', 3 * 4096],
    ['it has more pages than memory could have', 5 * 4096 + 400],
    ['its build is no text', 5 * 4096],
  ])('is not understood when %s', (_why, at) => {
    const disk = sleeperDisk();
    disk.write(at, new Uint8Array(8).fill(0xff));
    expect(readHibernationImage(disk)).toBeUndefined();
  });
});
