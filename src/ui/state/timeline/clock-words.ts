/** The strip's time and the machine's own, where they are not the same: after a wake the strip is longer, after a restore the machine is older. */
import type { Epochs } from './epochs';

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

/** Undefined where both are the same, or the machine has no time: it sleeps. */
export function differingClocks(epochs: Epochs, end: number): Clocks | undefined {
  const machine = epochs.toMachine(end);
  if (machine === undefined || Math.abs(machine - end) < SAME) return undefined;
  return machine < end ? { words: 'this run', strip: 'in all', machine } : { words: 'machine time', strip: 'seen here', machine };
}
