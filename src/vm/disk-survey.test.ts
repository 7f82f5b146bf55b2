import { describe, expect, it } from 'vitest';
import { writeSwapArea } from '../../guests/disk-layout';
import { MemoryDisk } from '../storage/memory-disk';
import { surveyDisk } from './disk-survey';
import { writeExt4, writeGpt, writeMbr, writeSleeper } from './hibernated-disk.testkit';

const MIB = 1 << 20;

describe('what is on a disk', () => {
  it('is nothing that is known, or nothing at all', () => {
    const disk = new MemoryDisk(4 * MIB);
    expect(surveyDisk(disk)).toEqual([{ number: 0, size: 4 * MIB, kind: 'empty' }]);
    disk.write(70_000, Uint8Array.of(1));
    expect(surveyDisk(disk)).toEqual([{ number: 0, size: 4 * MIB, kind: 'other' }]);
    expect(surveyDisk(new MemoryDisk(512))).toEqual([{ number: 0, size: 512, kind: 'empty' }]);
  });

  it('is swap over all of it, asleep or not', () => {
    const disk = new MemoryDisk(16 * MIB);
    writeSwapArea(disk, { start: 0, length: 16 * MIB, label: 'burrow', uuid: '' });
    expect(surveyDisk(disk)).toEqual([{ number: 0, size: 16 * MIB, kind: 'swap', label: 'burrow' }]);
    writeSleeper(disk);
    expect(surveyDisk(disk)).toMatchObject([{ kind: 'swap', asleep: true }]);
  });

  it('is what its partitions hold, by their numbers', () => {
    const disk = new MemoryDisk(400 * MIB);
    writeMbr(disk, [
      [2048, 32768, 0x82],
      [0, 0, 0],
      [65536, 300 * 2048, 0x83],
    ]);
    writeSwapArea(disk, { start: MIB, length: 16 * MIB, label: '', uuid: '' });
    writeExt4(disk, { block: 9 }, 32 * MIB, 300 * MIB);
    expect(surveyDisk(disk)).toMatchObject([
      { number: 1, size: 16 * MIB, kind: 'swap' },
      { number: 3, size: 300 * MIB, kind: 'ext4' },
    ]);
    const gpt = new MemoryDisk(64 * MIB);
    writeGpt(gpt, [[2048, 4095]]);
    expect(surveyDisk(gpt)).toEqual([{ number: 1, size: MIB, kind: 'empty' }]);
  });
});
