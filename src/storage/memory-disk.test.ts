import { describe, expect, it } from 'vitest';
import type { BlockDevice } from './block-device';
import { encodeCbor } from './cbor';
import { MemoryDisk } from './memory-disk';
import { OverlayDisk } from './overlay-disk';
import { CHUNK_BYTES } from './sparse-chunks';
import type { DeviceState } from './state';

function read(disk: BlockDevice, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length).fill(0xee);
  disk.read(offset, bytes);
  return bytes;
}

/** `toEqual` takes a second for a chunk. */
const equal = (a: DeviceState, b: DeviceState) => Buffer.compare(encodeCbor(a), encodeCbor(b)) === 0;

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
    disk.discard(0, 4 * CHUNK_BYTES);
    expect(disk.used).toBe(0);
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

describe('an overlay', () => {
  const SIZE = 2 * CHUNK_BYTES + 512;
  function setUp() {
    const base = MemoryDisk.of(ones(SIZE), { name: 'base', readOnly: true });
    return { base, disk: new OverlayDisk(base) };
  }

  it('reads through and keeps writes to itself', () => {
    const { base, disk } = setUp();
    disk.write(100, Uint8Array.of(7, 8));
    expect(read(disk, 99, 4)).toEqual(Uint8Array.of(1, 7, 8, 1));
    expect(read(base, 99, 4)).toEqual(ones(4));
    expect(disk.used).toBe(CHUNK_BYTES);
    expect([disk.name, disk.size, disk.readOnly]).toEqual(['base', SIZE, false]);
  });

  it('writes in the short last chunk and over whole ones', () => {
    const { disk } = setUp();
    disk.write(2 * CHUNK_BYTES + 510, Uint8Array.of(5, 6));
    expect(read(disk, SIZE - 4, 4)).toEqual(Uint8Array.of(1, 1, 5, 6));
    disk.write(0, new Uint8Array(CHUNK_BYTES + 1).fill(9));
    expect(read(disk, CHUNK_BYTES - 1, 3)).toEqual(Uint8Array.of(9, 9, 1));
  });

  it('hides the base where zeros were written', () => {
    const { disk } = setUp();
    disk.writeZeroes(1, CHUNK_BYTES);
    expect(read(disk, 0, 2)).toEqual(Uint8Array.of(1, 0));
    expect(read(disk, CHUNK_BYTES, 2)).toEqual(Uint8Array.of(0, 1));
    disk.discard(0, SIZE);
    expect(read(disk, CHUNK_BYTES, 2)).toEqual(Uint8Array.of(0, 0));
    expect(read(disk, 2 * CHUNK_BYTES, 2)).toEqual(ones(2));
    disk.writeZeroes(CHUNK_BYTES + 5, 9);
    expect(disk.used).toBe(0);
    disk.write(CHUNK_BYTES + 5, Uint8Array.of(3));
    expect(read(disk, CHUNK_BYTES + 4, 3)).toEqual(Uint8Array.of(0, 3, 0));
    disk.revert();
    expect(read(disk, 0, SIZE).every((byte) => byte === 1)).toBe(true);
  });

  it('saves and restores its changes', () => {
    const { disk } = setUp();
    disk.write(100, Uint8Array.of(7));
    disk.writeZeroes(CHUNK_BYTES, CHUNK_BYTES);
    const state = structuredClone(disk.save());
    disk.write(100, Uint8Array.of(8));
    const other = setUp().disk;
    other.restore(state);
    expect(read(other, 100, 1)).toEqual(Uint8Array.of(7));
    expect(read(other, CHUNK_BYTES, 1)).toEqual(Uint8Array.of(0));
    expect(equal(other.save(), state)).toBe(true);
    expect(equal(disk.save(), state)).toBe(false);
    expect(() => new OverlayDisk(new MemoryDisk(512, { name: 'small' })).restore(state)).toThrow(
      `The saved changes are of a disk of ${SIZE} bytes, but “small” has 512.`,
    );
    expect(() => other.restore({ ...state, changes: [{ index: 99, content: null }] })).toThrow(/damaged at chunk 99/);
    expect(read(other, 100, 1)).toEqual(Uint8Array.of(7));
  });

  it('closes its base unless told to keep it', () => {
    const { base, disk } = setUp();
    new OverlayDisk(base, { keepBase: true }).close();
    expect(read(base, 0, 1)).toEqual(ones(1));
    disk.close();
    expect(() => read(base, 0, 1)).toThrow(/is closed/);
    expect(() => read(disk, 0, 1)).toThrow(/is closed/);
  });
});
