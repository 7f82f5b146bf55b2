import { conditionsOf } from '../debug/break-condition';
import type { Breakpoint } from '../debug/breakpoint';

/** Throws one sentence if one of the breakpoints makes no sense, whatever machine they are for. */
export function checkBreakpoints(breakpoints: readonly Breakpoint[]): void {
  conditionsOf(breakpoints);
}
