/** Self-hosted debug (Arm ARM D2): Software Step, and what all debug exceptions have in common. Breakpoints and watchpoints: debug-match.ts. */
import { contextBreakpointAt } from './debug-match';
import { debugExceptionsEnabled } from './debug-state';
import { SPSR, softwareStep } from './exceptions';
import { CPU } from './layout';
import { MDSCR } from './sysregs/fields';
import { SYS } from './sysregs/storage';
import type { Vcpu } from './vcpu';

/** Software step is not inactive (D2.12): MDSCR_EL1.SS is set and debug exceptions are enabled where the vCPU is. */
const stepActive = (vcpu: Vcpu): boolean =>
  (vcpu.lo(SYS.MDSCR_EL1) & MDSCR.SS) !== 0 &&
  debugExceptionsEnabled(vcpu, vcpu.get32(CPU.EL), (vcpu.get32(CPU.DAIF) & SPSR.D) !== 0);

/**
 * Whether software step or a Context breakpoint at EL1 waits for nothing but PSTATE.D to be cleared, as far as MDSCR_EL1 tells, whose writes
 * synchronise: what the locks say is asked at the dispatch that follows.
 */
export function debugWaitsForD(vcpu: Vcpu): boolean {
  const mdscr = vcpu.lo(SYS.MDSCR_EL1);
  return (mdscr & MDSCR.KDE) !== 0 && ((mdscr & MDSCR.SS) !== 0 || contextBreakpointAt(vcpu, 1));
}

const stepBit = (vcpu: Vcpu): boolean => (vcpu.get32(CPU.PSTATE_OTHER) & SPSR.SS) !== 0;

/** What is due at a dispatch: the exception of `active-pending`, or one instruction and then the exception (`active-not-pending`). */
export function debugEventDue(vcpu: Vcpu): 'step exception' | 'one instruction' | undefined {
  if (!stepActive(vcpu)) return undefined;
  return stepBit(vcpu) ? 'one instruction' : 'step exception';
}

/** Takes the Software Step exception of the active-pending state before the instruction at CPU.PC: none was stepped just now. */
export const takeStepException = (vcpu: Vcpu): void => softwareStep(vcpu, vcpu.pc, undefined);

/**
 * After the one instruction. If it took an exception or was an ERET, PSTATE.SS has been set anew; otherwise it is stepped over: PSTATE.SS is
 * cleared, and unless it has switched stepping off, the exception follows at once. True if it was taken.
 */
export function afterStep(vcpu: Vcpu, loadExclusive: boolean): boolean {
  if (!stepBit(vcpu)) return false;
  vcpu.set32(CPU.PSTATE_OTHER, vcpu.get32(CPU.PSTATE_OTHER) & ~SPSR.SS);
  if (!stepActive(vcpu)) return false;
  // WFI and WFE may end at any time.
  vcpu.waiting = false;
  softwareStep(vcpu, vcpu.pc, loadExclusive);
  return true;
}
