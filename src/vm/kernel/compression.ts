import { Decompress } from 'fzstd';
import { Z_BUF_ERROR, Z_NO_FLUSH, Z_OK, Z_STREAM_END, ZStream, zlibInflate, zlibInflateEnd, zlibInflateInit2 } from 'pako';
import { atOnce, type Breathe, type Steps, withBreaths } from '../../cpu/stepwise';
import { LIMITS } from '../api';
import { Gathered } from '../gathered';

/**
 * Unpacking, the same on every host. What follows the packed data is passed over: boot loaders and builds append device trees, signatures
 * and sizes. Sources: RFC 1952 (gzip), RFC 8878 (zstd).
 */

const MIB = 0x100000;
/** Where no machine is known yet: nothing larger fits into any, so a file of a few bytes cannot unpack to terabytes. */
const MAX_UNPACKED = LIMITS.maxMemoryMiB * MIB;
const CHUNK = MIB;
/** Of a zstd file at a time: the smallest blocks, of four bytes, unpack to 128 KiB each. */
const ZSTD_SLICE = 4096;
/** 15 bits of window, and 16 for “only with gzip's header and checksum”. */
const GZIP_WINDOW_BITS = 15 + 16;

const ZSTD_MAGIC = 0xfd2fb528;
/** Any of sixteen: frames that hold something else. */
const ZSTD_SKIPPABLE = 0x184d2a50;

const u32 = (bytes: Uint8Array, at: number): number =>
  at + 4 > bytes.length ? -1 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(at, true);

export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;
export const isZstd = (bytes: Uint8Array): boolean => u32(bytes, 0) === ZSTD_MAGIC;

/** Unpacks gzip or zstd. `what` names the file in errors, which are one sentence; `limit` is the memory in bytes of the machine it is for. */
export const unpack = (bytes: Uint8Array, what: string, limit?: number): Uint8Array => atOnce(steps(bytes, what, limit));

/** The same, with breaths between, whose throwing gives it up. */
export const unpackBreathing = (bytes: Uint8Array, what: string, breathe: Breathe, limit?: number): Promise<Uint8Array> =>
  withBreaths(steps(bytes, what, limit), breathe);

const steps = (bytes: Uint8Array, what: string, limit = MAX_UNPACKED): Steps<Uint8Array> =>
  isZstd(bytes) ? unzstd(bytes, what, limit) : inflateMembers(bytes, what, limit);

/** Files of programs are packed to a tenth at best: who says more is no kernel, or a bomb, and gets memory as it needs it. */
const MOST_EXPECTED = 10;

/** How many bytes a gzip file of one member unpacks to, by its last four bytes; 0 if these say nothing likely. */
function expectedBytes(packed: Uint8Array): number {
  if (!isGzip(packed) || packed.length < 4) return 0;
  const said = u32(packed, packed.length - 4);
  return said <= packed.length * MOST_EXPECTED ? said : 0;
}

/** Collects what comes out, up to what fits into a machine: more is refused with a sentence. */
export class Unpacked {
  private readonly gathered: Gathered;

  constructor(
    private readonly what: string,
    private readonly packed: Uint8Array,
    private readonly limit: number = MAX_UNPACKED,
  ) {
    this.gathered = new Gathered(Math.min(expectedBytes(packed), limit));
  }

  get length(): number {
    return this.gathered.length;
  }

  add(part: Uint8Array): void {
    if (this.length + part.length > this.limit)
      throw new Error(
        `The ${this.what} of ${this.packed.length} bytes unpacks to more than the ${Math.floor(this.limit / MIB)} MiB of memory that ` +
          `${this.limit === MAX_UNPACKED ? 'a machine can have: give another' : 'this machine has: give it more memory, or another'} ${this.what}.`,
      );
    this.gathered.add(part);
  }

  /** All of it. To be asked once. */
  whole(): Steps<Uint8Array> {
    return this.gathered.whole();
  }

  wholeBreathing(breathe: Breathe): Promise<Uint8Array> {
    return this.gathered.wholeBreathing(breathe);
  }
}

const cutOff = (what: string, format: string, bytes: number, unpacked: number): Error =>
  new Error(
    `The ${what} is compressed with ${format} and cut off: the file ends after ${bytes} bytes, which unpack to ${unpacked}, and more must follow.`,
  );

const damaged = (what: string, format: string, at: number, bytes: number, reason: string): Error =>
  new Error(`The ${what} is compressed with ${format} and damaged at byte ${at} of ${bytes}: ${reason}.`);

/** Unpacks gzip: all members that follow one another. Throws one sentence that names `what`. */
export const gunzip = (bytes: Uint8Array, what: string, limit = MAX_UNPACKED): Uint8Array =>
  atOnce(inflateMembers(bytes, what, limit));

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
