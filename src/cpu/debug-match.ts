/**
 * What the breakpoints and watchpoints of a vCPU match (Arm ARM D2.8 and D2.9; pseudocode AArch64.BreakpointMatch and AArch64.WatchpointMatch). Without EL2 and
 * EL3 every value of HMC and SSC but zero is reserved, and what is reserved is disabled.
 */
import { debugExceptionsEnabled } from './debug-state';
import { SPSR } from './exceptions';
import { CPU } from './layout';
import { BREAKPOINTS, CONTEXT_BREAKPOINTS, WATCHPOINTS } from './models/implemented';
import { BREAKPOINT_TYPE, DBGBCR, DBGWCR, DEBUG_CONTROL, MDSCR } from './sysregs/fields';
import { SYS } from './sysregs/storage';
import type { Vcpu } from './vcpu';

/** Bits 48:32 of an address, in its high word: those above are not compared, tags among them. */
const VA_HI = 0x1ffff;
const FIRST_CONTEXT = BREAKPOINTS - CONTEXT_BREAKPOINTS;
const PAGE_BYTES = 4096;

const register = (first: number, n: number): number => first + n * 8;
const breakpointControl = (vcpu: Vcpu, n: number): number => vcpu.lo(register(SYS.DBGBCR0_EL1, n));
const watchpointControl = (vcpu: Vcpu, n: number): number => vcpu.lo(register(SYS.DBGWCR0_EL1, n));
const typeOf = (control: number): number => (control >>> DBGBCR.BT_SHIFT) & DBGBCR.BT_MASK;
const monitorEnabled = (vcpu: Vcpu): boolean => (vcpu.lo(SYS.MDSCR_EL1) & MDSCR.MDE) !== 0;

/** Bits 48:0 of an address as a number. */
const placeOf = (lo: number, hi: number): number => (hi & VA_HI) * 2 ** 32 + (lo >>> 0);

/** Whether any breakpoint or watchpoint is enabled, wherever it matches. */
export function anyEnabled(vcpu: Vcpu): boolean {
  if (!monitorEnabled(vcpu)) return false;
  for (let n = 0; n < BREAKPOINTS; n++) if (breakpointControl(vcpu, n) & DEBUG_CONTROL.E) return true;
  for (let n = 0; n < WATCHPOINTS; n++) if (watchpointControl(vcpu, n) & DEBUG_CONTROL.E) return true;
  return false;
}

const enabledHere = (vcpu: Vcpu): boolean =>
  debugExceptionsEnabled(vcpu, vcpu.get32(CPU.EL), (vcpu.get32(CPU.DAIF) & SPSR.D) !== 0);

/** Pseudocode AArch64.StateMatch, but for the link. */
const stateMatches = (control: number, el: number): boolean =>
  (control & (DEBUG_CONTROL.HMC | DEBUG_CONTROL.SSC)) === 0 &&
  (control & (el === 0 ? DEBUG_CONTROL.EL0 : DEBUG_CONTROL.EL1)) !== 0;

const contextMatches = (vcpu: Vcpu, n: number): boolean => vcpu.lo(SYS.CONTEXTIDR_EL1) === vcpu.lo(register(SYS.DBGBVR0_EL1, n));

/** Whether the Context breakpoint matches that another breakpoint or a watchpoint is linked to. */
function linkMatches(vcpu: Vcpu, control: number): boolean {
  const n = (control >>> DEBUG_CONTROL.LBN_SHIFT) & DEBUG_CONTROL.LBN_MASK;
  if (n < FIRST_CONTEXT || n >= BREAKPOINTS) return false;
  const linked = breakpointControl(vcpu, n);
  return (linked & DEBUG_CONTROL.E) !== 0 && typeOf(linked) === BREAKPOINT_TYPE.LINKED_CONTEXT && contextMatches(vcpu, n);
}

const isAddressBreakpoint = (control: number): boolean =>
  (control & DEBUG_CONTROL.E) !== 0 && typeOf(control) <= BREAKPOINT_TYPE.LINKED_ADDRESS;

/** Calls `visit` with the offset in its page of each instruction of a page, by any address in it, that has an enabled breakpoint. */
export function eachBreakpointIn(vcpu: Vcpu, lo: number, hi: number, visit: (offset: number) => void): void {
  if (!monitorEnabled(vcpu)) return;
  for (let n = 0; n < BREAKPOINTS; n++) {
    if (!isAddressBreakpoint(breakpointControl(vcpu, n))) continue;
    const value = register(SYS.DBGBVR0_EL1, n);
    if (((vcpu.lo(value) ^ lo) & -PAGE_BYTES) === 0 && ((vcpu.hi(value) ^ hi) & VA_HI) === 0)
      visit(vcpu.lo(value) & (PAGE_BYTES - 1) & ~3);
  }
}

/** Whether an address breakpoint matches the instruction at CPU.PC. BAS is RES1 without AArch32. */
export function addressBreakpointDue(vcpu: Vcpu): boolean {
  if (!monitorEnabled(vcpu) || !enabledHere(vcpu)) return false;
  const el = vcpu.get32(CPU.EL);
  for (let n = 0; n < BREAKPOINTS; n++) {
    const control = breakpointControl(vcpu, n);
    if (!isAddressBreakpoint(control) || !stateMatches(control, el)) continue;
    const value = register(SYS.DBGBVR0_EL1, n);
    if (((vcpu.lo(value) ^ vcpu.lo(CPU.PC)) & ~3) !== 0 || ((vcpu.hi(value) ^ vcpu.hi(CPU.PC)) & VA_HI) !== 0) continue;
    if (typeOf(control) === BREAKPOINT_TYPE.ADDRESS || linkMatches(vcpu, control)) return true;
  }
  return false;
}

/** Whether a Context breakpoint that is not linked matches what runs at an EL, whether or not debug exceptions are enabled there. */
export function contextBreakpointAt(vcpu: Vcpu, el: number): boolean {
  if (!monitorEnabled(vcpu)) return false;
  for (let n = FIRST_CONTEXT; n < BREAKPOINTS; n++) {
    const control = breakpointControl(vcpu, n);
    if ((control & DEBUG_CONTROL.E) === 0 || typeOf(control) !== BREAKPOINT_TYPE.CONTEXT) continue;
    if (stateMatches(control, el) && contextMatches(vcpu, n)) return true;
  }
  return false;
}

/** Whether one matches the instruction that is about to run. */
export const contextBreakpointDue = (vcpu: Vcpu): boolean => contextBreakpointAt(vcpu, vcpu.get32(CPU.EL)) && enabledHere(vcpu);

/**
 * Of the bytes from `place` on, the first that a watchpoint has selected; -1: none. MASK of 1 and 2 is reserved; where it is larger,
 * BAS, which must be all ones, does not count.
 */
function selectedFrom(vcpu: Vcpu, n: number, place: number, bytes: number): number {
  const control = watchpointControl(vcpu, n);
  const mask = (control >>> DBGWCR.MASK_SHIFT) & DBGWCR.MASK_MASK;
  const value = register(SYS.DBGWVR0_EL1, n);
  const base = placeOf(vcpu.lo(value) & ~3, vcpu.hi(value));
  if (mask > 2) {
    const first = base - (base % 2 ** mask);
    return first < place + bytes && place < first + 2 ** mask ? Math.max(first, place) : -1;
  }
  if (mask !== 0) return -1;
  // DBGWVR<2> says that a word is watched, not a doubleword.
  const selected = (control >>> DBGWCR.BAS_SHIFT) & (base & 4 ? 0xf : DBGWCR.BAS_MASK);
  for (let byte = Math.max(0, place - base); byte < Math.min(8, place + bytes - base); byte++)
    if (selected & (1 << byte)) return base + byte;
  return -1;
}

/** Whether accesses to a page, by any address in it, must be looked at one by one: a watchpoint is enabled there. */
export function isPageWatched(vcpu: Vcpu, lo: number, hi: number): boolean {
  if (!monitorEnabled(vcpu)) return false;
  const page = placeOf(lo & -PAGE_BYTES, hi);
  for (let n = 0; n < WATCHPOINTS; n++)
    if (watchpointControl(vcpu, n) & DEBUG_CONTROL.E && selectedFrom(vcpu, n, page, PAGE_BYTES) >= 0) return true;
  return false;
}

/** Whether any watchpoint is enabled, wherever. */
export function anyWatchpoint(vcpu: Vcpu): boolean {
  if (!monitorEnabled(vcpu)) return false;
  for (let n = 0; n < WATCHPOINTS; n++) if (watchpointControl(vcpu, n) & DEBUG_CONTROL.E) return true;
  return false;
}

/**
 * Whether a watchpoint matches an access of `bytes` bytes, made by the current EL or as EL0 does (LDTR, STTR): the distance from its first byte to the first one
 * that is watched; -1: none does.
 */
export function watchpointDue(vcpu: Vcpu, lo: number, hi: number, bytes: number, write: boolean, unprivileged: boolean): number {
  if (!monitorEnabled(vcpu)) return -1;
  const place = placeOf(lo, hi);
  const el = unprivileged ? 0 : vcpu.get32(CPU.EL);
  for (let n = 0; n < WATCHPOINTS; n++) {
    const control = watchpointControl(vcpu, n);
    const wanted = DEBUG_CONTROL.E | (write ? DBGWCR.STORE : DBGWCR.LOAD);
    if ((control & wanted) !== wanted || !stateMatches(control, el)) continue;
    const selected = selectedFrom(vcpu, n, place, bytes);
    if (selected < 0 || !enabledHere(vcpu)) continue;
    if ((control & DBGWCR.WT) === 0 || linkMatches(vcpu, control)) return selected - place;
  }
  return -1;
}
