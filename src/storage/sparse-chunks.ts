/** Bytes in chunks that exist only where something was written: what a disk in memory keeps. */

/** Bytes in a chunk: a small multiple of what file systems write, so that one write rarely makes two chunks. */
export const CHUNK_BYTES = 65536;

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
