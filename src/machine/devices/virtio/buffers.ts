/**
 * Reads and writes the segments of a chain as one stream of bytes: VIRTIO 1.2 section 2.7.4 forbids a device to care how
 * the driver cut a message into descriptors.
 */
import type { GuestMemory } from '../../device';
import type { Segment } from './queue';

export function totalLength(segments: readonly Segment[]): number {
  return segments.reduce((sum, segment) => sum + segment.length, 0);
}

/** A position in the readable part of a chain. */
export class SegmentReader {
  private index = 0;
  private offset = 0;
  private left: number;

  constructor(
    private readonly memory: GuestMemory,
    private readonly segments: readonly Segment[],
  ) {
    this.left = totalLength(segments);
  }

  /** Bytes not yet read. */
  get remaining(): number {
    return this.left;
  }

  /** A live view of the next bytes, at most `limit` of them and never across a segment's end; undefined at the end. */
  next(limit: number): Uint8Array | undefined {
    const segment = this.segments[this.index];
    if (segment === undefined) return undefined;
    const length = Math.min(limit, segment.length - this.offset);
    const view = this.memory.view(segment.address + this.offset, length);
    this.advance(segment, length);
    return view;
  }

  private advance(segment: Segment, length: number): void {
    this.offset += length;
    this.left -= length;
    if (this.offset === segment.length) {
      this.index++;
      this.offset = 0;
    }
  }

  /** Moves the read position forward, no further than the end. */
  skip(count: number): void {
    for (let left = count; left > 0; ) {
      const segment = this.segments[this.index];
      if (segment === undefined) return;
      const length = Math.min(left, segment.length - this.offset);
      this.advance(segment, length);
      left -= length;
    }
  }

  /** Copies the next `count` bytes, or as many as there are. */
  copy(count: number): Uint8Array {
    return this.copyTo(new Uint8Array(Math.min(count, this.left)));
  }

  /** Fills `into` with the next bytes, or as much of it as there are; returns that much of it. */
  copyTo(into: Uint8Array): Uint8Array {
    let done = 0;
    while (done < into.length) {
      const part = this.next(into.length - done);
      if (part === undefined) break;
      into.set(part, done);
      done += part.length;
    }
    return into.subarray(0, done);
  }
}

/** A position in the writable part of a chain. */
export class SegmentWriter {
  private index = 0;
  private offset = 0;
  private at = 0;
  /** Total bytes the device may write. */
  readonly capacity: number;

  constructor(
    private readonly memory: GuestMemory,
    private readonly segments: readonly Segment[],
  ) {
    this.capacity = totalLength(segments);
  }

  /** Bytes from the start to the write position. */
  get position(): number {
    return this.at;
  }

  /** Writes what fits of `bytes`; returns how many bytes that were. */
  write(bytes: Uint8Array): number {
    let done = 0;
    while (done < bytes.length) {
      const segment = this.segments[this.index];
      if (segment === undefined) break;
      const length = Math.min(bytes.length - done, segment.length - this.offset);
      this.memory.write(segment.address + this.offset, bytes.subarray(done, done + length));
      this.advance(segment, length);
      done += length;
    }
    return done;
  }

  /** Moves the write position forward without writing. */
  skipTo(position: number): void {
    while (this.at < position) {
      const segment = this.segments[this.index];
      if (segment === undefined) return;
      this.advance(segment, Math.min(position - this.at, segment.length - this.offset));
    }
  }

  private advance(segment: Segment, length: number): void {
    this.offset += length;
    this.at += length;
    if (this.offset === segment.length) {
      this.index++;
      this.offset = 0;
    }
  }
}
