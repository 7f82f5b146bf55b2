/** A disk in memory that takes space only where it was written. It is gone when its owner is. */
import type { BlockDevice, UsedRange } from './block-device';
import { closedError, requireDiskSize, requireRange, requireWritable } from './block-device';
import { CHUNK_BYTES, chunkPieces } from './sparse-chunks';

export interface MemoryDiskOptions {
  name?: string;
  readOnly?: boolean;
}

export class MemoryDisk implements BlockDevice {
  readonly name: string;
  readonly readOnly: boolean;
  /** By index; what is not there is zero. */
  private readonly chunks = new Map<number, Uint8Array>();
  private shut = false;

  /** @param size bytes, a positive multiple of 512 */
  constructor(
    readonly size: number,
    options: MemoryDiskOptions = {},
  ) {
    this.name = options.name ?? 'memory';
    this.readOnly = options.readOnly ?? false;
    requireDiskSize(this.name, size);
  }

  /** A disk with these contents (copied), filled up with zeros to the next sector. */
  static of(contents: Uint8Array, options: MemoryDiskOptions = {}): MemoryDisk {
    const disk = new MemoryDisk(Math.max(512, Math.ceil(contents.length / 512) * 512), options);
    disk.store(0, contents);
    return disk;
  }

  /** Bytes of memory in use. */
  get used(): number {
    return this.chunks.size * CHUNK_BYTES;
  }

  read(offset: number, into: Uint8Array): void {
    this.check(offset, into.length);
    for (const piece of chunkPieces(offset, into.length)) {
      const target = into.subarray(piece.at, piece.at + piece.length);
      const chunk = this.chunks.get(piece.index);
      if (chunk === undefined) target.fill(0);
      else target.set(chunk.subarray(piece.from, piece.from + piece.length));
    }
  }

  write(offset: number, from: Uint8Array): void {
    this.check(offset, from.length);
    requireWritable(this);
    this.store(offset, from);
  }

  flush(): void {
    if (this.shut) throw closedError(this.name);
  }

  discard(offset: number, length: number): void {
    this.check(offset, length);
    requireWritable(this);
    // Nothing more: giving the chunks back would show, and files cannot do the same.
  }

  writeZeroes(offset: number, length: number): void {
    this.check(offset, length);
    requireWritable(this);
    for (const piece of chunkPieces(offset, length)) {
      const chunk = this.chunks.get(piece.index);
      if (piece.length === CHUNK_BYTES) this.chunks.delete(piece.index);
      else if (chunk !== undefined) chunk.fill(0, piece.from, piece.from + piece.length);
    }
  }

  *usedRanges(): Generator<UsedRange> {
    const indexes = [...this.chunks.keys()].sort((a, b) => a - b);
    for (let at = 0; at < indexes.length; ) {
      let end = at + 1;
      while (indexes[end] === indexes[at]! + end - at) end++;
      const start = indexes[at]! * CHUNK_BYTES;
      yield { start, length: Math.min(this.size - start, (end - at) * CHUNK_BYTES) };
      at = end;
    }
  }

  close(): void {
    this.shut = true;
    this.chunks.clear();
  }

  private store(offset: number, from: Uint8Array): void {
    for (const piece of chunkPieces(offset, from.length)) {
      let chunk = this.chunks.get(piece.index);
      if (chunk === undefined) this.chunks.set(piece.index, (chunk = new Uint8Array(CHUNK_BYTES)));
      chunk.set(from.subarray(piece.at, piece.at + piece.length), piece.from);
    }
  }

  private check(offset: number, length: number): void {
    if (this.shut) throw closedError(this.name);
    requireRange(this, offset, length);
  }
}
