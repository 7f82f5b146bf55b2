import type { Breathe } from '../storage/disk-contents';
import type { VmHost } from './host';

/** Work that goes on for so long lets the host's own events happen: with what is done between two questions, less than 16 ms pass. */
const MOST_NS = 8e6;

/** Nobody wants what is being done any more. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
}

/**
 * What long work asks every MiB or two: whether it is time to breathe. `signal` gives the work up: then the question throws, and whoever aborted
 * knows why.
 */
export function breather({ time, breathe }: Pick<VmHost, 'time' | 'breathe'>, signal?: { readonly aborted: boolean }): Breathe {
  let last = time.monotonic();
  return () => {
    if (signal?.aborted) throw new Cancelled('The work was cancelled.');
    if (time.monotonic() - last < MOST_NS) return undefined;
    return breathe().then(() => {
      last = time.monotonic();
    });
  };
}
