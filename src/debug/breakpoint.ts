/** What is told to a debugger, and what it tells: plain data that survives structured clone. */

/** A place where whoever comes by stops, before the instruction there. */
export interface Breakpoint {
  /** Virtual address of an instruction, a multiple of 4; whatever is mapped there when somebody comes. */
  readonly address: bigint;
  readonly enabled: boolean;
  /** Stops only where this holds: see `condition.ts`. */
  readonly condition?: string;
}

/** A stretch of memory that is watched: whoever writes to it, a vCPU or a device, stops behind that. */
export interface Watchpoint {
  /** Physical address, in RAM, and bytes: 1 to {@link MOST_WATCHED_BYTES}. */
  readonly physical: number;
  readonly bytes: number;
}
export const MOST_WATCHED_BYTES = 4096;
export const MOST_WATCHPOINTS = 16;

/** What was written to watched memory. */
export interface WatchedWrite {
  /** Physical address of the first byte of those that are watched. */
  readonly physical: number;
  /** Up to 16 of them, as they were and, where that is known, as they are. */
  readonly before: Uint8Array;
  readonly after?: Uint8Array;
  /** The instruction that wrote; left out: a device did, or the host. */
  readonly pc?: bigint;
}

/**
 * How a paused machine can be let run a little. `step`: one instruction of the vCPU. `over`: the same, but a call or a system call with all it does. `out`: until
 * the function, or the exception handler, returns. `to`: until somebody comes to an address. `back`: to before the vCPU's last instruction.
 */
export type StepKind = 'step' | 'over' | 'out' | 'to' | 'back';

/**
 * Why a machine stands where it does. `write`: something watched was written. `call`, `moment`, `present`: it was brought there through time, to before a call of its firmware, to a moment that somebody chose, or to where it
 * had been.
 */
export interface Stop {
  readonly vcpu: number;
  readonly reason: 'breakpoint' | StepKind | 'call' | 'write' | 'moment' | 'present';
  /** Of the instruction that the vCPU runs next. */
  readonly address: bigint;
  /** Of `write`: behind it where the machine ran, before it where it was brought back. */
  readonly write?: WatchedWrite;
  /** It was to go to the one machine time (ns) and stands at the other: the run has nothing between. */
  readonly missed?: { readonly asked: number; readonly time: number };
}
