/** Saved machines as blobs: a browser keeps those outside of the page's and the worker's memory, and hands them around without a copy. */

/** What is collected in memory before it becomes the browser's. */
const COLLECTED_BYTES = 16 << 20;
/** What is read at once. */
const READ_BYTES = 1 << 20;

/** All chunks as one blob; no more than some of them are in memory at once. */
export async function blobOf(chunks: AsyncIterable<Uint8Array>): Promise<Blob> {
  const blobs: Blob[] = [];
  let waiting: Uint8Array[] = [];
  let bytes = 0;
  const collect = (): void => {
    blobs.push(new Blob(waiting as Uint8Array<ArrayBuffer>[]));
    waiting = [];
    bytes = 0;
  };
  for await (const chunk of chunks) {
    waiting.push(chunk);
    bytes += chunk.length;
    if (bytes >= COLLECTED_BYTES) collect();
  }
  collect();
  return new Blob(blobs, { type: 'application/octet-stream' });
}

/** A blob's bytes, piece by piece. */
export async function* chunksOf(blob: Blob): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < blob.size; at += READ_BYTES) yield new Uint8Array(await blob.slice(at, at + READ_BYTES).arrayBuffer());
}
