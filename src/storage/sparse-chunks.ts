/** Bytes in chunks that exist only where something was written: what memory disks and overlays keep. */

/** Bytes in a chunk: a small multiple of what file systems write, so that one write rarely makes two chunks. */
export const CHUNK_BYTES = 65536;

/** A chunk's contents; `zero` is known to be zero without taking memory. */
export type ChunkContent = Uint8Array | 'zero';

/** One piece of a range, inside one chunk. `from` counts from the chunk's start, `at` from the range's start. */
export interface ChunkPiece {
  index: number;
  from: number;
  at: number;
  length: number;
}

/** Cuts a byte range at chunk borders. */
export function* chunkPieces(offset: number, length: number): Generator<ChunkPiece> {
  for (let at = 0; at < length; ) {
    const index = Math.floor((offset + at) / CHUNK_BYTES);
    const from = (offset + at) % CHUNK_BYTES;
    const part = Math.min(length - at, CHUNK_BYTES - from);
    yield { index, from, at, length: part };
    at += part;
  }
}

/** Chunks by their index. An index that is not there means "ask what lies below". */
export class SparseChunks {
  readonly #chunks = new Map<number, ChunkContent>();

  get(index: number): ChunkContent | undefined {
    return this.#chunks.get(index);
  }

  set(index: number, content: ChunkContent): void {
    this.#chunks.set(index, content);
  }

  delete(index: number): void {
    this.#chunks.delete(index);
  }

  clear(): void {
    this.#chunks.clear();
  }

  /** Bytes of memory the chunks take. */
  get bytes(): number {
    let chunks = 0;
    for (const content of this.#chunks.values()) if (content !== 'zero') chunks++;
    return chunks * CHUNK_BYTES;
  }

  /** All chunks, lowest index first, so that equal contents are listed equally. */
  entries(): [number, ChunkContent][] {
    return [...this.#chunks].sort(([a], [b]) => a - b);
  }
}
