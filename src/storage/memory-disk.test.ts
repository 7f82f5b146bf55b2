import { describe, expect, it } from 'vitest';
import type { BlockDevice } from './block-device';
import { MemoryDisk } from './memory-disk';
import { CHUNK_BYTES } from './sparse-chunks';

function read(disk: BlockDevice, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length).fill(0xee);
  disk.read(offset, bytes);
  return bytes;
}

const ones = (length: number) => new Uint8Array(length).fill(1);

describe('a memory disk', () => {
  it('reads zeros until written and takes memory only where it was', () => {
    const disk = new MemoryDisk(1 << 30);
    expect(read(disk, 12345, 100)).toEqual(new Uint8Array(100));
    expect(disk.used).toBe(0);
    disk.write(CHUNK_BYTES - 3, Uint8Array.of(1, 2, 3, 4, 5));
    expect(read(disk, CHUNK_BYTES - 4, 7)).toEqual(Uint8Array.of(0, 1, 2, 3, 4, 5, 0));
    expect(disk.used).toBe(2 * CHUNK_BYTES);
  });

  it('keeps no reference to what was written', () => {
    const disk = new MemoryDisk(512);
    const bytes = Uint8Array.of(1);
    disk.write(0, bytes);
    bytes[0] = 2;
    expect(read(disk, 0, 1)).toEqual(Uint8Array.of(1));
  });

  it('zeroes ranges and gives whole chunks back', () => {
    const disk = new MemoryDisk(4 * CHUNK_BYTES);
    disk.write(0, ones(4 * CHUNK_BYTES));
    disk.writeZeroes(10, 2 * CHUNK_BYTES);
    expect(disk.used).toBe(3 * CHUNK_BYTES);
    expect(read(disk, 0, 4 * CHUNK_BYTES).filter((byte) => byte === 1).length).toBe(2 * CHUNK_BYTES);
    expect(read(disk, 9, 2)).toEqual(Uint8Array.of(1, 0));
    expect(read(disk, 2 * CHUNK_BYTES + 9, 2)).toEqual(Uint8Array.of(0, 1));
    disk.writeZeroes(0, 4 * CHUNK_BYTES);
    expect(disk.used).toBe(0);
  });

  it('says where something may be', () => {
    const disk = new MemoryDisk(2 ** 44);
    expect([...disk.usedRanges()]).toEqual([]);
    disk.write(2 ** 44 - 512, ones(1));
    disk.write(3 * CHUNK_BYTES - 1, ones(2));
    disk.write(5, ones(1));
    expect([...disk.usedRanges()]).toEqual([
      { start: 0, length: CHUNK_BYTES },
      { start: 2 * CHUNK_BYTES, length: 2 * CHUNK_BYTES },
      { start: 2 ** 44 - CHUNK_BYTES, length: CHUNK_BYTES },
    ]);
    expect(() => new MemoryDisk(2 ** 46)).toThrow('cannot have 70368744177664 bytes: the largest has 17592186044416 (16 TiB).');
  });

  it('can be made of given bytes', () => {
    const disk = MemoryDisk.of(ones(513), { readOnly: true, name: 'image' });
    expect(disk.size).toBe(1024);
    expect(read(disk, 512, 2)).toEqual(Uint8Array.of(1, 0));
    expect(() => disk.write(0, ones(1))).toThrow('The disk “image” is read-only.');
    expect(() => disk.writeZeroes(0, 1)).toThrow('The disk “image” is read-only.');
  });

  it('says what is wrong', () => {
    expect(() => new MemoryDisk(100, { name: 'odd' })).toThrow(
      'The disk “odd” cannot have 100 bytes: a size is a positive multiple of 512.',
    );
    expect(() => new MemoryDisk(0)).toThrow(/cannot have 0 bytes/);
    const disk = new MemoryDisk(1024);
    expect(() => read(disk, 1000, 100)).toThrow('The disk “memory” has 1024 bytes, not 100 at 1000.');
    expect(() => disk.write(-1, ones(1))).toThrow(/not 1 at -1/);
    disk.close();
    disk.close();
    expect(() => disk.flush()).toThrow('The disk “memory” is closed.');
    expect(() => read(disk, 0, 1)).toThrow('The disk “memory” is closed.');
  });
});
