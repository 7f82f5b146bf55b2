import type { VmHost } from '../src/vm/host';
import { unpacked } from './browser-unpack';

/** A macrotask that comes at once: timers are clamped to 4 ms in nested use, messages are not. */
function makeBreath(): () => Promise<void> {
  const channel = new MessageChannel();
  const waiting: (() => void)[] = [];
  channel.port1.onmessage = () => waiting.shift()?.();
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      channel.port2.postMessage(undefined);
    });
}

const MAX_RANDOM = 65536;

function trueEntropy(into: Uint8Array): void {
  for (let at = 0; at < into.length; at += MAX_RANDOM) {
    const part = new Uint8Array(Math.min(MAX_RANDOM, into.length - at));
    crypto.getRandomValues(part);
    into.set(part, at);
  }
}

/** The VMM's host in a browser's worker. */
export function browserHost(): VmHost {
  return {
    time: {
      monotonic: () => performance.now() * 1e6,
      wall: () => BigInt(Date.now()) * 1_000_000n,
    },
    entropy: trueEntropy,
    timeouts: {
      start(milliseconds, fire) {
        const id = setTimeout(fire, milliseconds);
        return { cancel: () => clearTimeout(id) };
      },
    },
    pacesIdle: true,
    breathe: makeBreath(),
    unpack: (bytes, what, breathe, limit) => unpacked(bytes, what, breathe, { limit }),
  };
}
