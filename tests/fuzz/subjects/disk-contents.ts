import { writeSwapArea } from '../../../guests/disk-layout';
import { MemoryDisk } from '../../../src/storage/memory-disk';
import { surveyDisk } from '../../../src/vm/disk-survey';
import { imageOn, sleeperDisk, writeExt4, writeGpt, writeMbr } from '../../../src/vm/hibernated-disk.testkit';
import { refusalOf } from '../complaint';
import { Random } from '../random';
import type { Counts, Subject } from '../subject';

const DISKS = 20;
const MIB = 1 << 20;
const ODD = [0, 1, 2, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];

function mbr(): MemoryDisk {
  const disk = new MemoryDisk(48 * MIB);
  writeMbr(disk, [
    [2048, 16384, 0x82],
    [32768, 32 * 2048, 0x83],
  ]);
  writeSwapArea(disk, { start: MIB, length: 8 * MIB, label: 'burrow', uuid: '' });
  writeExt4(disk, { block: 9 }, 16 * MIB, 32 * MIB);
  return disk;
}

function gpt(): MemoryDisk {
  const disk = new MemoryDisk(16 * MIB);
  writeGpt(disk, [[2048, 4095]]);
  return disk;
}

/** Disks on which partitions, file systems, swap or a sleeper are damaged: what is on them is told, or that it cannot be. */
export const diskContents: Subject = {
  name: 'disk contents',
  cases: 'disks',
  batch: DISKS,
  async start() {
    const made = [mbr(), gpt(), sleeperDisk()].map((disk) => ({ disk, written: writtenBlocks(disk) }));
    return async (seed) => {
      const random = new Random(seed);
      const counts: Counts = { asleep: 0, awake: 0, refused: 0 };
      for (let n = 0; n < DISKS; n++) {
        const { disk, written } = random.pick(made);
        const undo: [at: number, bytes: Uint8Array][] = [];
        for (let changes = 1 + random.below(6); changes > 0; changes--) {
          const at = random.pick(written) + (random.below(random.chance(2) ? 512 : 4096) & ~3);
          const before = new Uint8Array(4);
          disk.read(at, before);
          undo.unshift([at, before]);
          const after = new DataView(new ArrayBuffer(4));
          after.setUint32(0, random.chance(2) ? random.pick(ODD) : random.next(), random.chance(2));
          disk.write(at, new Uint8Array(after.buffer));
        }
        try {
          surveyDisk(disk);
          counts[(await imageOn(disk)) ? 'asleep' : 'awake']!++;
        } catch (error) {
          refusalOf(error);
          counts.refused!++;
        }
        for (const [at, bytes] of undo) disk.write(at, bytes);
      }
      return counts;
    };
  },
};

/** Where a disk holds anything, in blocks of 4 KiB. */
function writtenBlocks(disk: MemoryDisk): number[] {
  const block = new Uint8Array(4096);
  return Array.from({ length: disk.size / 4096 }, (_, n) => n * 4096).filter((at) => {
    disk.read(at, block);
    return block.some((byte) => byte !== 0);
  });
}
