import { describe, expect, it } from 'vitest';
import { MemoryDisk } from '../storage/memory-disk';
import { BUILD, imageOn, sleeperDisk, text, writeMbr, writeSleeper } from './hibernated-disk.testkit';

const MIB = 1 << 20;

describe('the image of a hibernated Linux', () => {
  it('says its build and memory', async () => {
    expect(await imageOn(sleeperDisk())).toEqual({
      build: BUILD,
      physicalPages: 131072,
      pageBytes: 4096,
      imagePages: 65536,
      bytes: 65556 * 4096,
      where: 0,
    });
  });

  it('is read as Debian’s Linux 7.3.4 wrote it, on 512 MiB', async () => {
    const disk = new MemoryDisk(1 << 20);
    const words = (...values: number[]): Uint8Array => new Uint8Array(BigUint64Array.from(values, BigInt).buffer);
    disk.write(1024, Uint8Array.from([1, 0, 0, 0, 0xff, 0x57, 2, 0]));
    disk.write(4096 - 36, Uint8Array.from([0x1e, 0x16, 0x12, 0x30, 1, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0]));
    disk.write(4096 - 20, text('SWAPSPACE2S1SUSPEND'));
    disk.write(4096, words(2, 3, 4, 5));
    disk.write(8192, text('#1 SMP PREEMPT Debian 7.3.4-1~bpo13+1 (2026-11-15)'));
    disk.write(8192 + 72, words(0x4226b000));
    disk.write(8192 + 400, words(131072, 0, 15874, 15911, 65171456));
    expect(await imageOn(disk)).toEqual({
      build: '#1 SMP PREEMPT Debian 7.3.4-1~bpo13+1 (2026-11-15)',
      physicalPages: 131072,
      pageBytes: 4096,
      imagePages: 15874,
      bytes: 65171456,
      where: 0,
    });
  });

  it('is read with pages of another size, on a partition and in a file', async () => {
    expect(await imageOn(sleeperDisk({ pageBytes: 65536, memoryMiB: 1024 }))).toMatchObject({
      physicalPages: 16384,
      pageBytes: 65536,
    });
    const disk = new MemoryDisk(16 * MIB);
    disk.write(MIB + 1080, Uint8Array.of(0x53, 0xef));
    writeMbr(disk, [[2048, 20480, 0x83]]);
    writeSleeper(disk, { start: 7 * MIB, device: MIB });
    expect(await imageOn(disk)).toMatchObject({ build: BUILD, where: 7 * MIB, offsetPages: (6 * MIB) / 4096 });
  });

  it('is not made up from garbage, wherever it lies, and reading it never throws', async () => {
    const places = [1024, 1028, 4064, 4072, 3 * 4096, 3 * 4096 + 7, 5 * 4096, 5 * 4096 + 400, 5 * 4096 + 416];
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
      const image = await imageOn(disk);
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
  ])('is not understood when %s', async (_why, at) => {
    const disk = sleeperDisk();
    disk.write(at, new Uint8Array(8).fill(0xff));
    expect(await imageOn(disk)).toBeUndefined();
  });
});
