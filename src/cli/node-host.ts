import { randomFillSync } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { ClockChoice } from '../vm/api';
import type { VmHost } from '../vm/host';

/** More than fits into the largest machine; keeps a file of a few bytes from unpacking to terabytes. */
const MAX_UNPACKED_BYTES = 3072 * 2 ** 20;

/** The first words of the fraction of the golden ratio: numbers with nothing up their sleeve. */
const SEED = [0x9e3779b9, 0x7f4a7c15, 0xf39cc060, 0x5cedc834] as const;

/**
 * Entropy that is the same in every run: xoshiro128** (Blackman and Vigna, "Scrambled linear pseudorandom number
 * generators") from a fixed seed, the bytes of each output in little-endian order. For `--clock virtual` only: it hides nothing.
 */
export function fixedEntropy(seed: readonly number[] = SEED): (into: Uint8Array) => void {
  const s = Uint32Array.from(seed);
  const rotate = (value: number, by: number): number => ((value << by) | (value >>> (32 - by))) >>> 0;
  let [word, left] = [0, 0];
  const next = (): number => {
    const result = Math.imul(rotate(Math.imul(s[1]!, 5), 7), 9) >>> 0;
    const shifted = s[1]! << 9;
    s[2]! ^= s[0]!;
    s[3]! ^= s[1]!;
    s[1]! ^= s[2]!;
    s[0]! ^= s[3]!;
    s[2]! ^= shifted;
    s[3] = rotate(s[3]!, 11);
    return result;
  };
  return (into) => {
    for (let i = 0; i < into.length; i++) {
      if (left === 0) [word, left] = [next(), 4];
      into[i] = word & 0xff;
      word >>>= 8;
      left--;
    }
  };
}

const unpack = promisify<Uint8Array, { maxOutputLength: number }, Buffer>(gunzip);

/** What Node lends a machine. Under the virtual clock nothing of it reaches the guest but {@link fixedEntropy}. */
export function nodeHost(clock: ClockChoice): VmHost {
  return {
    time: {
      monotonic: () => performance.now() * 1e6,
      wall: () => BigInt(Date.now()) * 1_000_000n,
    },
    entropy: clock === 'virtual' ? fixedEntropy() : (into) => void randomFillSync(into),
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
