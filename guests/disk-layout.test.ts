import { describe, expect, it } from 'vitest';
import { MemoryDisk } from '../src/storage/memory-disk';
import { partitionsOf } from '../src/vm/partitions';
import { PARTITION_TYPE, writePartitionTable, writeSwapArea } from './disk-layout';

const MIB = 2 ** 20;

describe('a partition table', () => {
  it('says where partitions lie, and by what number they are known', () => {
    const disk = new MemoryDisk(64 * MIB);
    const [swap, home] = [
      { start: MIB, length: 16 * MIB },
      { start: 17 * MIB, length: 47 * MIB },
    ];
    writePartitionTable(disk, 0x7473656e, [
      { type: PARTITION_TYPE.SWAP, ...swap },
      { type: PARTITION_TYPE.LINUX, ...home },
    ]);
    expect(partitionsOf(disk)).toEqual([
      { number: 1, ...swap },
      { number: 2, ...home },
    ]);
    const signature = new Uint8Array(4);
    disk.read(440, signature);
    expect(new TextDecoder().decode(signature)).toBe('nest');
  });

  it('has no room for a fifth', () => {
    const part = { type: PARTITION_TYPE.LINUX, start: MIB, length: MIB };
    expect(() => writePartitionTable(new MemoryDisk(8 * MIB), 1, Array(5).fill(part))).toThrow('4 partitions at most');
  });
});

describe('a swap area', () => {
  it('has what mkswap writes: version, last page, label, UUID, signature', () => {
    const disk = new MemoryDisk(4 * MIB);
    const uuid = '64f3a2c1-5b7e-4d09-8c46-1e0b9a7d3501';
    writeSwapArea(disk, { start: MIB, length: 2 * MIB, label: 'burrow', uuid });
    const page = Buffer.alloc(4096);
    disk.read(MIB, page);
    expect([page.readUInt32LE(1024), page.readUInt32LE(1028)]).toEqual([1, 511]);
    expect(page.toString('latin1', 1052, 1059)).toBe('burrow\0');
    expect(page.toString('hex', 1036, 1052)).toBe(uuid.replaceAll('-', ''));
    expect(page.toString('latin1', 4086)).toBe('SWAPSPACE2');
  });
});
