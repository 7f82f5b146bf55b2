import type { Place } from '../../debug/symbol-table';

/** The question about the exceptions that were taken, and its answer. */

/** What can be left out, and is counted. `firmware`: HVC and SMC. */
export const EXCEPTION_CLASSES = ['interrupts', 'system calls', 'firmware', 'faults', 'other'] as const;
export type ExceptionClass = (typeof EXCEPTION_CLASSES)[number];

export interface ExceptionsAsk {
  /** Whether exceptions are to be recorded from now on. It costs the machine a little while they are, and nothing otherwise. */
  record: boolean;
  /** What to leave out. */
  without: ExceptionClass[];
  /** Only of this vCPU. */
  vcpu?: number;
}

export interface ExceptionRow {
  seq: number;
  /** Machine time in ns, and instructions that all vCPUs had retired. */
  time: number;
  instructions: number;
  vcpu: number;
  class: ExceptionClass;
  fromEl: 0 | 1;
  /** `EL1`, or the firmware above it. */
  to: 'EL1' | 'firmware';
  /** What it was, in a few words: `SVC, x8 = 64`, `IRQ 27, virtual timer`, `Data Abort from EL0: write, translation fault at level 3`. */
  text: string;
  pc: bigint;
  /** The symbol that {@link pc} lies behind, if one is known. */
  place?: Place;
  far?: bigint;
  syndrome: number;
}

export interface ExceptionsAnswer {
  recording: boolean;
  /** Recorded so far, of which some thousands of the newest are kept. */
  count: number;
  counts: Record<ExceptionClass, number>;
  /** The newest of those that were asked for, oldest first, at most {@link EXCEPTION_ROWS}. */
  rows: ExceptionRow[];
  /** There are older ones of those that were asked for. */
  more: boolean;
}

export const EXCEPTION_ROWS = 200;
