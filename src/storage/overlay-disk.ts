/**
 * A disk that keeps its writes apart from a base it never changes (copy on write): many machines can share one base, and
 * a machine's own changes can be saved, restored or thrown away.
 */

import type { BlockDevice } from './block-device';
import { closedError, DiskError, requireRange } from './block-device';
import { CHUNK_BYTES, chunkPieces, SparseChunks } from './sparse-chunks';
import type { DeviceState, StateValue } from './state';

export class OverlayDisk implements BlockDevice {
  readonly name: string;
  readonly size: number;
  readonly readOnly = false;
  readonly #changes = new SparseChunks();
  #closed = false;

  /** @param base is read, never written; it is closed with the overlay unless `keepBase` */
  constructor(
    private readonly base: BlockDevice,
    private readonly options: { name?: string; keepBase?: boolean } = {},
  ) {
    this.name = options.name ?? base.name;
    this.size = base.size;
  }

  /** Bytes of memory the changes take. */
  get used(): number {
    return this.#changes.bytes;
  }

  read(offset: number, into: Uint8Array): void {
    this.#check(offset, into.length);
    for (const piece of chunkPieces(offset, into.length)) {
      const target = into.subarray(piece.at, piece.at + piece.length);
      const chunk = this.#changes.get(piece.index);
      if (chunk === undefined) this.base.read(offset + piece.at, target);
      else if (chunk === 'zero') target.fill(0);
      else target.set(chunk.subarray(piece.from, piece.from + piece.length));
    }
  }

  write(offset: number, from: Uint8Array): void {
    this.#check(offset, from.length);
    for (const piece of chunkPieces(offset, from.length)) {
      const whole = piece.length === CHUNK_BYTES;
      this.#own(piece.index, whole).set(from.subarray(piece.at, piece.at + piece.length), piece.from);
    }
  }

  flush(): void {
    if (this.#closed) throw closedError(this.name);
  }

  discard(offset: number, length: number): void {
    this.#check(offset, length);
    // Only whole chunks: a partial one would have to be copied from the base to forget a part of it.
    for (const piece of chunkPieces(offset, length)) if (piece.length === CHUNK_BYTES) this.#changes.set(piece.index, 'zero');
  }

  writeZeroes(offset: number, length: number): void {
    this.#check(offset, length);
    for (const piece of chunkPieces(offset, length)) {
      if (piece.length === CHUNK_BYTES) this.#changes.set(piece.index, 'zero');
      else if (this.#changes.get(piece.index) !== 'zero') {
        this.#own(piece.index, false).fill(0, piece.from, piece.from + piece.length);
      }
    }
  }

  /** Throws the changes away: the disk reads as its base again. */
  revert(): void {
    if (this.#closed) throw closedError(this.name);
    this.#changes.clear();
  }

  /** The changes as plain data for a snapshot; copies. */
  save(): DeviceState {
    const changes = this.#changes
      .entries()
      .map(([index, content]): StateValue => ({ index, content: content === 'zero' ? null : content.slice() }));
    return { size: this.size, chunkBytes: CHUNK_BYTES, changes };
  }

  /** Replaces the changes by saved ones. Throws a DiskError if they belong to a disk of another shape. */
  restore(state: DeviceState): void {
    if (this.#closed) throw closedError(this.name);
    const { size, chunkBytes, changes } = state;
    if (size !== this.size || chunkBytes !== CHUNK_BYTES || !Array.isArray(changes)) {
      throw new DiskError(
        'bad-size',
        `The saved changes are of a disk of ${String(size)} bytes, but “${this.name}” has ${this.size}.`,
      );
    }
    const chunks = Math.ceil(this.size / CHUNK_BYTES);
    const restored = new SparseChunks();
    for (const change of changes) {
      const { index, content } = change as { index?: StateValue; content?: StateValue };
      const known = content === null || (content instanceof Uint8Array && content.length === CHUNK_BYTES);
      if (typeof index !== 'number' || !Number.isInteger(index) || index < 0 || index >= chunks || !known) {
        throw new DiskError('io', `The saved changes of the disk “${this.name}” are damaged at chunk ${String(index)}.`);
      }
      restored.set(index, content === null ? 'zero' : content.slice());
    }
    this.#changes.clear();
    for (const [index, content] of restored.entries()) this.#changes.set(index, content);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#changes.clear();
    if (!this.options.keepBase) this.base.close();
  }

  /** The chunk to write in, copied from the base first unless it will be `overwritten` as a whole. */
  #own(index: number, overwritten: boolean): Uint8Array {
    const present = this.#changes.get(index);
    if (present !== undefined && present !== 'zero') return present;
    const chunk = new Uint8Array(CHUNK_BYTES);
    if (present === undefined && !overwritten) {
      const start = index * CHUNK_BYTES;
      this.base.read(start, chunk.subarray(0, Math.min(CHUNK_BYTES, this.size - start)));
    }
    this.#changes.set(index, chunk);
    return chunk;
  }

  #check(offset: number, length: number): void {
    if (this.#closed) throw closedError(this.name);
    requireRange(this, offset, length);
  }
}
