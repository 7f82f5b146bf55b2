import { expect, it } from 'vitest';
import { MemoryDisk } from './memory-disk';
import { BLOCK_BYTES, NotingDisk } from './noting-disk';

it('tells each block before its first change, and nothing else', () => {
  const disk = new NotingDisk(new MemoryDisk(10 * BLOCK_BYTES + 512));
  const told: [block: number, first: number | undefined][] = [];
  const listen = (block: number): void => {
    const byte = new Uint8Array(1);
    disk.read(block * BLOCK_BYTES, byte);
    told.push([block, byte[0]]);
  };
  disk.write(0, new Uint8Array(BLOCK_BYTES).fill(1));
  disk.note(listen);
  disk.write(BLOCK_BYTES - 1, new Uint8Array(2).fill(2));
  disk.write(0, new Uint8Array(1).fill(3));
  disk.discard(3 * BLOCK_BYTES, BLOCK_BYTES);
  disk.writeZeroes(10 * BLOCK_BYTES, 512);
  expect(() => disk.write(10 * BLOCK_BYTES, new Uint8Array(513))).toThrow('has 41472 bytes');
  expect(told).toEqual([
    [0, 1],
    [1, 0],
    [10, 0],
  ]);
  told.length = 0;
  disk.note(listen);
  disk.write(0, new Uint8Array(1).fill(4));
  disk.note(undefined);
  disk.write(BLOCK_BYTES, new Uint8Array(1).fill(4));
  expect(told).toEqual([[0, 3]]);
  expect([...disk.usedRanges!()]).toEqual([...disk.disk.usedRanges!()]);
});
