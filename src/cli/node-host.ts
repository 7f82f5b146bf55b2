import { randomFillSync } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { VmHost } from '../vm/host';

/** More than fits into the largest machine; keeps a file of a few bytes from unpacking to terabytes. */
const MAX_UNPACKED_BYTES = 3072 * 2 ** 20;

const unpack = promisify<Uint8Array, { maxOutputLength: number }, Buffer>(gunzip);

/** What Node lends a machine. */
export function nodeHost(): VmHost {
  return {
    time: {
      monotonic: () => performance.now() * 1e6,
      wall: () => BigInt(Date.now()) * 1_000_000n,
    },
    entropy: (into) => void randomFillSync(into),
    gunzip: (bytes) => unpack(bytes, { maxOutputLength: MAX_UNPACKED_BYTES }),
    timeouts: {
      start(milliseconds, fire) {
        const timer = setTimeout(fire, milliseconds);
        return { cancel: () => clearTimeout(timer) };
      },
    },
    breathe: () => new Promise((resolve) => setImmediate(resolve)),
  };
}
