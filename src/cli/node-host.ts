import { randomFillSync } from 'node:crypto';
import type { VmHost } from '../vm/host';

/** What Node lends a machine. */
export function nodeHost(): VmHost {
  return {
    time: {
      monotonic: () => performance.now() * 1e6,
      wall: () => BigInt(Date.now()) * 1_000_000n,
    },
    entropy: (into) => void randomFillSync(into),
    timeouts: {
      start(milliseconds, fire) {
        const timer = setTimeout(fire, milliseconds);
        return { cancel: () => clearTimeout(timer) };
      },
    },
    breathe: () => new Promise((resolve) => setImmediate(resolve)),
  };
}
