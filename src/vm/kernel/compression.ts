import { type Breathe, type Steps, withBreaths } from '../../cpu/stepwise';
import { LIMITS } from '../api';
import { Gathered } from '../gathered';

/**
 * Packed files, and what comes out of them. What unpacks them (unpackers.ts) is loaded when one is met.
 */

const MIB = 0x100000;
/** Where no machine is known yet: nothing larger fits into any, so a file of a few bytes cannot unpack to terabytes. */
export const MAX_UNPACKED = LIMITS.maxMemoryMiB * MIB;

export const ZSTD_MAGIC = 0xfd2fb528;

export const u32 = (bytes: Uint8Array, at: number): number =>
  at + 4 > bytes.length ? -1 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(at, true);

export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;
export const isZstd = (bytes: Uint8Array): boolean => u32(bytes, 0) === ZSTD_MAGIC;

/** Unpacks gzip: see {@link unpackBreathing}. */
export type Unpack = (bytes: Uint8Array, what: string, breathe: Breathe, limit: number) => Promise<Uint8Array>;

/**
 * Unpacks gzip or zstd, with breaths between, whose throwing gives it up. `what` names the file in errors, which are one sentence; `limit` is the memory in bytes
 * of the machine it is for.
 */
export async function unpackBreathing(
  bytes: Uint8Array,
  what: string,
  breathe: Breathe,
  limit = MAX_UNPACKED,
): Promise<Uint8Array> {
  const { unpacking } = await import('./unpackers');
  return withBreaths(unpacking(bytes, what, limit), breathe);
}

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
