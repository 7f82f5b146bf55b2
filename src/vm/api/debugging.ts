/** What the debugger of a machine is told, and tells. */
export type { Breakpoint, StepKind, Stop, WatchedWrite, Watchpoint } from '../../debug/breakpoint';
