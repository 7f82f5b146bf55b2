import { describe, expect, it } from 'vitest';
import { MemoryDisk } from '../storage/memory-disk';
import { sleeperDisk, text, writeGpt, writeMbr, writeSleeper } from './hibernated-disk.testkit';
import { discardImage, findSleepingArea, holdsHibernationImage } from './swap-signature';

const MIB = 1 << 20;
const EXT4_MAGIC = Uint8Array.of(0x53, 0xef);

/** A disk with a file system: something in its first blocks. */
function fileSystem(size = 16 * MIB, start = 0, disk = new MemoryDisk(size)): MemoryDisk {
  disk.write(start + 1024 + 56, EXT4_MAGIC);
  return disk;
}

describe('sleepers are found', () => {
  it('on a whole disk, whatever the size of its pages', async () => {
    for (const pageBytes of [4096, 16384, 65536])
      expect(await findSleepingArea(sleeperDisk({ pageBytes }))).toEqual({
        start: 0,
        device: 0,
        pageBytes,
        image: 3 * pageBytes,
      });
  });

  it('on primary and logical partitions of an MBR', async () => {
    const primary = fileSystem(16 * MIB, MIB);
    writeMbr(primary, [
      [2048, 4096, 0x83],
      [6144, 8192, 0x82],
    ]);
    writeSleeper(primary, { start: 3 * MIB });
    expect(await findSleepingArea(primary)).toMatchObject({ start: 3 * MIB, device: 3 * MIB });

    const logical = fileSystem(16 * MIB, MIB);
    writeMbr(logical, [
      [2048, 4096, 0x83],
      [6144, 16384, 0x05],
    ]);
    writeMbr(
      logical,
      [
        [63, 2000, 0x83],
        [4096, 8192, 0x05],
      ],
      6144,
    );
    writeMbr(logical, [[64, 8000, 0x82]], 6144 + 4096);
    writeSleeper(logical, { start: (6144 + 4096 + 64) * 512 });
    expect(await findSleepingArea(logical)).toMatchObject({ start: (6144 + 4096 + 64) * 512 });
  });

  it('on partitions of a GPT', async () => {
    const disk = fileSystem(16 * MIB, MIB);
    writeGpt(disk, [
      [2048, 8191],
      [8192, 20479],
    ]);
    writeSleeper(disk, { start: 4 * MIB });
    expect(await findSleepingArea(disk)).toMatchObject({ start: 4 * MIB, device: 4 * MIB });
  });

  it('in a swap file, on a disk or in a partition, whose pages are those of the device', async () => {
    const disk = fileSystem();
    writeSleeper(disk, { start: 5 * MIB + 12288, device: 0 });
    expect(await findSleepingArea(disk)).toEqual({
      start: 5 * MIB + 12288,
      device: 0,
      pageBytes: 4096,
      image: 5 * MIB + 6 * 4096,
    });

    const partitioned = fileSystem(16 * MIB, MIB);
    writeMbr(partitioned, [[2048, 20480, 0x83]]);
    writeSleeper(partitioned, { start: 7 * MIB, device: MIB });
    expect(await findSleepingArea(partitioned)).toEqual({
      start: 7 * MIB,
      device: MIB,
      pageBytes: 4096,
      image: 7 * MIB + 3 * 4096,
    });
  });
});

describe('nobody sleeps', () => {
  it('on a disk that is blank, too small, awake, or only speaks of it', async () => {
    expect(await holdsHibernationImage(new MemoryDisk(16 * MIB))).toBe(false);
    expect(await holdsHibernationImage(new MemoryDisk(512))).toBe(false);
    const awake = sleeperDisk();
    awake.write(4086, text('SWAPSPACE2'));
    expect(await holdsHibernationImage(awake)).toBe(false);
    const words = fileSystem();
    words.write(2 * MIB + 4086, text('S1SUSPEND'));
    expect(await holdsHibernationImage(words)).toBe(false);
  });

  it('in a file that holds the image of another disk, whose sleeper is not one of this', async () => {
    const disk = fileSystem();
    writeSleeper(disk, { start: 5 * MIB });
    expect(await holdsHibernationImage(disk)).toBe(false);
    // Nor in a page that only says so, with the header of a swap area.
    const alone = fileSystem();
    writeSleeper(alone, { start: 5 * MIB, device: 0 });
    alone.write(5 * MIB + 5 * 4096, new Uint8Array(4096));
    expect(await holdsHibernationImage(alone)).toBe(false);
  });

  it('where nothing was written: that is not read, and the host breathes for each MiB of the rest', async () => {
    let [read, asked, most] = [0, 0, 0];
    class Counting extends MemoryDisk {
      override read(offset: number, into: Uint8Array): void {
        read += into.length;
        super.read(offset, into);
      }
    }
    const breathe = (): undefined => {
      most = Math.max(most, read);
      read = 0;
      asked++;
    };
    const disk = fileSystem(2 ** 40, 0, new Counting(2 ** 40));
    disk.write(2 ** 39, new Uint8Array(3 * MIB).fill(0x53));
    disk.write(2 ** 40 - 512, Uint8Array.of(1));
    expect(await findSleepingArea(disk, breathe)).toBeUndefined();
    expect({ asked, most: most < 1.2 * MIB }).toEqual({ asked: 5, most: true });
    // A disk that cannot tell is read through, up to a bound.
    const blind = Object.assign(fileSystem(6 * 2 ** 30, 0, new Counting(6 * 2 ** 30)), { usedRanges: undefined as never });
    asked = 0;
    await findSleepingArea(blind, breathe);
    expect(asked).toBe(4096);
  });

  it('on a disk whose tables are mad: partitions beyond its end, a chain of logical ones in a ring', async () => {
    const ring = fileSystem();
    writeMbr(ring, [[2048, 0xffffffff, 0x05]]);
    writeMbr(
      ring,
      [
        [0xfffffff0, 0xffffffff, 0x82],
        [0, 1, 0x05],
      ],
      2048,
    );
    expect(await holdsHibernationImage(ring)).toBe(false);
    const beyond = fileSystem();
    writeGpt(beyond, [[0xffffffffff, 0xffffffffffff]]);
    expect(await holdsHibernationImage(beyond)).toBe(false);
  });
});

describe('a sleeper that is given up', () => {
  it.each([4096, 65536])('leaves plain swap behind, and nothing else is touched (pages of %i)', async (pageBytes) => {
    const disk = fileSystem(16 * MIB, 8 * MIB);
    writeMbr(disk, [
      [2048, 8192, 0x82],
      [16384, 8192, 0x83],
    ]);
    const plain = new MemoryDisk(disk.size);
    for (const each of [disk, plain]) writeSleeper(each, { start: MIB, pageBytes });
    expect(await discardImage(disk)).toBe(true);
    expect(await holdsHibernationImage(disk)).toBe(false);
    const [now, before] = [disk, plain].map((each) => {
      const page = new Uint8Array(pageBytes);
      each.read(MIB, page);
      return page;
    });
    before!.set(text('SWAPSPACE2'), pageBytes - 10);
    expect(now).toEqual(before);
    expect(await discardImage(disk)).toBe(false);
  });
});
