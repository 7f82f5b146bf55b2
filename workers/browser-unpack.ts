import type { Breathe } from '../src/storage/disk-contents';
import { isGzip, MAX_UNPACKED, Unpacked, unpackBreathing } from '../src/vm/kernel/compression';

/** Bytes of a packed file that are unpacked in one go: some hundred KiB come of them, in a millisecond or two. */
const UNPACKED_AT_ONCE = 0x10000;

/** Bytes as a stream, with a breath before each piece of it. */
function inPieces(bytes: Uint8Array, breathe: Breathe): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = 0;
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        await breathe();
        controller.enqueue(bytes.subarray(at, at + UNPACKED_AT_ONCE) as Uint8Array<ArrayBuffer>);
        at += UNPACKED_AT_ONCE;
        if (at >= bytes.length) controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}

/**
 * Unpacks gzip with the browser's own code, several times faster than ours, which then says what is wrong with a file that it refuses. Rejects
 * with a sentence, also for what unpacks to more than `limit` bytes, or when `signal` is aborted.
 */
export async function unpacked(
  bytes: Uint8Array,
  what: string,
  breathe: Breathe,
  { signal, limit = MAX_UNPACKED }: { signal?: AbortSignal; limit?: number } = {},
): Promise<Uint8Array> {
  if (!isGzip(bytes)) return bytes;
  const output = new Unpacked(what, bytes, limit);
  // Room for all of it may cost the host a collection of its garbage.
  await breathe();
  // A stream of a whole file comes in pieces of a megabyte and more, and all that comes of them at once.
  const reader = inPieces(bytes, breathe).pipeThrough(new DecompressionStream('gzip')).getReader();
  try {
    for (;;) {
      signal?.throwIfAborted();
      const { done, value } = await reader.read();
      if (done) return await output.wholeBreathing(breathe);
      output.add(value);
    }
  } catch (error) {
    // Otherwise it is unpacked to its end, for nobody.
    await reader.cancel().catch(() => {});
    // Compression Standard: what is no gzip, and also what follows its end, is a TypeError.
    if (!(error instanceof TypeError)) throw error;
  }
  return unpackBreathing(bytes, what, breathe, limit);
}
