import { Decompress } from 'fzstd';
import { Z_BUF_ERROR, Z_NO_FLUSH, Z_OK, Z_STREAM_END, ZStream, zlibInflate, zlibInflateEnd, zlibInflateInit2 } from 'pako';
import { atOnce, type Steps } from '../../cpu/stepwise';
import { isGzip, isZstd, MAX_UNPACKED, Unpacked, u32, ZSTD_MAGIC } from './compression';

/**
 * Unpacking, the same on every host. What follows the packed data is passed over: boot loaders and builds append device trees, signatures
 * and sizes. Sources: RFC 1952 (gzip), RFC 8878 (zstd).
 */

const CHUNK = 0x100000;
/** Of a zstd file at a time: the smallest blocks, of four bytes, unpack to 128 KiB each. */
const ZSTD_SLICE = 4096;
/** 15 bits of window, and 16 for “only with gzip's header and checksum”. */
const GZIP_WINDOW_BITS = 15 + 16;
/** Any of sixteen: frames that hold something else. */
const ZSTD_SKIPPABLE = 0x184d2a50;

/** Unpacks gzip or zstd, some of it at a time: see {@link unpackBreathing} of compression.ts. */
export const unpacking = (bytes: Uint8Array, what: string, limit: number): Steps<Uint8Array> =>
  isZstd(bytes) ? unzstd(bytes, what, limit) : inflateMembers(bytes, what, limit);

/** The same at once. */
export const unpack = (bytes: Uint8Array, what: string, limit = MAX_UNPACKED): Uint8Array =>
  atOnce(unpacking(bytes, what, limit));

const cutOff = (what: string, format: string, bytes: number, unpacked: number): Error =>
  new Error(
    `The ${what} is compressed with ${format} and cut off: the file ends after ${bytes} bytes, which unpack to ${unpacked}, and more must follow.`,
  );

const damaged = (what: string, format: string, at: number, bytes: number, reason: string): Error =>
  new Error(`The ${what} is compressed with ${format} and damaged at byte ${at} of ${bytes}: ${reason}.`);

/** All members that follow one another. */
function* inflateMembers(bytes: Uint8Array, what: string, limit: number): Steps<Uint8Array> {
  const output = new Unpacked(what, bytes, limit);
  let start = 0;
  do start += yield* inflateMember(bytes, start, output, what);
  while (isGzip(bytes.subarray(start)));
  return yield* output.whole();
}

/** Unpacks one gzip member. Returns how many bytes it has. */
function* inflateMember(bytes: Uint8Array, start: number, output: Unpacked, what: string): Steps<number> {
  const stream = new ZStream();
  zlibInflateInit2(stream, GZIP_WINDOW_BITS);
  stream.input = bytes.subarray(start);
  stream.next_in = 0;
  stream.avail_in = stream.input.length;
  for (;;) {
    stream.output = new Uint8Array(CHUNK);
    stream.next_out = 0;
    stream.avail_out = CHUNK;
    const status = zlibInflate(stream, Z_NO_FLUSH);
    output.add(stream.output.subarray(0, stream.next_out));
    yield;
    if (status === Z_STREAM_END) break;
    if (status !== Z_OK && status !== Z_BUF_ERROR)
      throw damaged(what, 'gzip', start + stream.next_in, bytes.length, stream.msg || 'it cannot be unpacked');
    if (stream.avail_out > 0 && stream.avail_in === 0) throw cutOff(what, 'gzip', bytes.length, output.length);
  }
  zlibInflateEnd(stream);
  return stream.next_in;
}

function* unzstd(bytes: Uint8Array, what: string, limit: number): Steps<Uint8Array> {
  const output = new Unpacked(what, bytes, limit);
  const frames = bytes.subarray(0, endOfFrames(bytes));
  let failure: unknown;
  const stream = new Decompress((part) => {
    try {
      output.add(part);
    } catch (error) {
      failure = error;
      throw error;
    }
  });
  for (let at = 0; at < frames.length; at += ZSTD_SLICE) {
    try {
      stream.push(frames.subarray(at, at + ZSTD_SLICE), at + ZSTD_SLICE >= frames.length);
    } catch (error) {
      if (failure) throw failure;
      if (endOfFrames(bytes) > bytes.length) throw cutOff(what, 'zstd', bytes.length, output.length);
      throw damaged(what, 'zstd', at, bytes.length, (error as Error).message);
    }
    yield;
  }
  if (endOfFrames(bytes) > bytes.length) throw cutOff(what, 'zstd', bytes.length, output.length);
  return yield* output.whole();
}

/** Where the zstd frames from the start of `bytes` end; beyond the bytes if they are cut off. */
function endOfFrames(bytes: Uint8Array): number {
  let at = 0;
  for (;;) {
    const magic = u32(bytes, at);
    if (magic === ZSTD_MAGIC) at = endOfFrame(bytes, at);
    else if (magic >= 0 && (magic & ~0xf) >>> 0 === ZSTD_SKIPPABLE) at += 8 + Math.max(0, u32(bytes, at + 4));
    else return at;
  }
}

const CONTENT_SIZE_BYTES = [0, 2, 4, 8] as const;
const DICTIONARY_BYTES = [0, 1, 2, 4] as const;
const RLE_BLOCK = 1;

/** RFC 8878, 3.1.1: header, blocks up to the one marked last, and perhaps a checksum. */
function endOfFrame(bytes: Uint8Array, start: number): number {
  const descriptor = bytes[start + 4];
  if (descriptor === undefined) return Number.POSITIVE_INFINITY;
  const single = (descriptor >> 5) & 1;
  const size = descriptor >> 6 === 0 ? single : CONTENT_SIZE_BYTES[(descriptor >> 6) as 1 | 2 | 3];
  let at = start + 5 + (single ? 0 : 1) + DICTIONARY_BYTES[(descriptor & 3) as 0 | 1 | 2 | 3] + size;
  for (;;) {
    if (at + 3 > bytes.length) return Number.POSITIVE_INFINITY;
    const header = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16);
    at += 3 + (((header >> 1) & 3) === RLE_BLOCK ? 1 : header >> 3);
    if (header & 1) return at + (descriptor & 4 ? 4 : 0);
  }
}
