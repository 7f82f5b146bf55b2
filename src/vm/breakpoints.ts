import type { Breakpoint } from '../debug/breakpoint';
import { conditionsOf } from '../debug/debugger';

/** Throws one sentence if one of the breakpoints makes no sense, whatever machine they are for. */
export function checkBreakpoints(breakpoints: readonly Breakpoint[]): void {
  conditionsOf(breakpoints);
}
