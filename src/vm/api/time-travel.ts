import type { Moment } from '../../machine/input';

export type { Moment };

/**
 * Where a machine is to be brought in what is kept of its run. `time`: where machine time has come to so many ns; in idle time under the virtual clock, where that begins. `moment`: a point that was
 * told before. `present`: where it was before it was brought back. `breakpoint`, `call`, `write`: back to where somebody came to a breakpoint last, called the firmware, or wrote to what is watched.
 */
export type TravelTarget =
  | { readonly to: 'time'; readonly time: number }
  | { readonly to: 'moment'; readonly moment: Moment }
  | { readonly to: 'present' | 'breakpoint' | 'call' | 'write' };

/** A moment of a machine's run that somebody gave a name: machine time in ns. */
export interface NamedMoment {
  readonly name: string;
  readonly time: number;
}

/** Where a machine stands that was brought back in time. */
export interface PastView {
  /** Machine time, ns. */
  readonly time: number;
  readonly moment: Moment;
  /** Machine time of the present, ns. */
  readonly present: number;
  /** Calls of the firmware by now: those with this number and later ones are yet to come. */
  readonly calls: number;
  /** So many of the last bytes of the console were printed after this. */
  readonly unprinted: number;
}

/** What is kept of a machine's run. */
export interface HistoryAnswer {
  readonly now: { readonly time: number; readonly moment: Moment };
  /** That is before its present. */
  readonly away: boolean;
  /** Machine time of the present, ns. */
  readonly present: number;
  /** Of the first moment it can be brought to; left out: nothing is kept. */
  readonly reach?: number;
  /** Bytes of its memory and disks that are kept for that. */
  readonly bytes: number;
  /** By vCPU, why its last instruction cannot be stepped back over, as a sentence; undefined: it can. */
  readonly backObstacles: readonly (string | undefined)[];
}
