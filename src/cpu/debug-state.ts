import { OSDLR_DLK, OSLSR_OSLK } from './impdef';
import { MDSCR } from './sysregs/fields';
import { SYS } from './sysregs/storage';
import type { Vcpu } from './vcpu';

/** Pseudocode AArch64.GenerateDebugExceptionsFrom, with EL1 as the target: neither lock is set, and at EL1 KDE is set and PSTATE.D clear. */
export function debugExceptionsEnabled(vcpu: Vcpu, el: number, masked: boolean): boolean {
  if (vcpu.lo(SYS.OSLSR_EL1) & OSLSR_OSLK || vcpu.lo(SYS.OSDLR_EL1) & OSDLR_DLK) return false;
  return el === 0 || ((vcpu.lo(SYS.MDSCR_EL1) & MDSCR.KDE) !== 0 && !masked);
}
