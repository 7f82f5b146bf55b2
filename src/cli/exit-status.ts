import type { EndReason } from '../vm/api';

/** What the process says to its parent. Statuses of signals are 128 and their number, as a shell has them. */
export const EXIT = {
  /** SYSTEM_OFF, or the person quit. */
  OFF: 0,
  /** Dormouse itself failed, or the machine cannot go on. */
  FAULT: 1,
  /** Bad arguments or files. */
  USAGE: 2,
  /** SYSTEM_OFF2. */
  HIBERNATED: 20,
  /** SYSTEM_RESET or SYSTEM_RESET2, with --no-reboot. */
  RESET: 21,
  /** --max-seconds are over; the status of coreutils' `timeout`. */
  MAX_SECONDS: 124,
} as const;

/** Signals that stop the machine, with their numbers. */
export const STOP_SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;
export type StopSignal = keyof typeof STOP_SIGNALS;

export const statusOfSignal = (signal: StopSignal): number => 128 + STOP_SIGNALS[signal];
/** Standard output was closed by its reader, as SIGPIPE would have told. */
export const BROKEN_PIPE_STATUS = 128 + 13;

const STATUS_OF_END: Record<EndReason['how'], number> = {
  off: EXIT.OFF,
  hibernated: EXIT.HIBERNATED,
  reset: EXIT.RESET,
  crashed: EXIT.FAULT,
  'stopped-by-host': EXIT.OFF,
};

/** The status for a machine that stopped of its own accord. */
export const statusOfEnd = (end: EndReason): number => STATUS_OF_END[end.how];
