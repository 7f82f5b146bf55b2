/** The strip's time and the machine's own, where they are not the same: after a wake the strip is longer, after a restore the machine is older. */
import type { PastView } from '../../../vm/api/time-travel';
import { formatSpan } from '../format';
import type { Epochs } from './epochs';
import { lengthWords } from './lane-words';
import type { Timeline } from './timeline';

/** Difference (ns) below which the two are one. */
const SAME = 1e6;

export interface Clocks {
  /** What the machine's own time is called. */
  readonly words: 'this run' | 'machine time';
  /** What the strip's is: all runs, or as far as this page saw it. */
  readonly strip: 'in all' | 'seen here';
  /** Machine time (ns) at the end of the strip. */
  readonly machine: number;
}

/** Undefined where both are the same. Of a machine that sleeps it is the time at which it fell asleep. */
export function differingClocks(epochs: Epochs, end: number): Clocks | undefined {
  const machine = epochs.stoodAt(end);
  if (machine === undefined || Math.abs(machine - end) < SAME) return undefined;
  return machine < end ? { words: 'this run', strip: 'in all', machine } : { words: 'machine time', strip: 'seen here', machine };
}

/**
 * Machine time (ns) where the machine stands, as all that tells it does: by the timeline, so that no two differ.
 * @param counted what the machine told of itself, for where there is no timeline
 */
export function standsAt(
  { vcpus, epochs, end }: Pick<Timeline, 'vcpus' | 'epochs' | 'end'>,
  past: PastView | undefined,
  counted: number,
): number {
  if (past) return past.time;
  return (vcpus > 0 ? epochs.stoodAt(end) : undefined) ?? counted;
}

/** A life of so many ns as the chip beside the console says it; of less than a second in units that show something. */
export const lifeWords = (ns: number): string => (ns < 1e9 ? lengthWords(ns) : formatSpan(ns));
