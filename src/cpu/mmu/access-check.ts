/** Whether an access is allowed: the walk, and the permissions it finds. Nothing is changed by asking. */
import type { GuestRam } from '../ram';
import { FSC, faultOf } from '../syndrome';
import { SCTLR, SCTLR_HI, TCR_HI } from '../sysregs/fields';
import { SYS } from '../sysregs/storage';
import type { Vcpu } from '../vcpu';
import type { Translation } from './translation';
import { type WalkStep, walk } from './walk';

export const ACCESS = { READ: 0, WRITE: 1, EXEC: 2 } as const;
export type AccessKind = (typeof ACCESS)[keyof typeof ACCESS];

/** Who makes an access, and what it is to do. */
export interface AccessRights {
  readonly access: AccessKind;
  readonly el0: boolean;
  readonly pan: boolean;
  /** Memory is written, which makes a clean page dirty; maintenance and AT only ask whether it might be. */
  readonly writes: boolean;
}

/** Bit 55 of an address, here in the high word: which half of the address space, thus which TTBR. */
const VA_55_HI = 1 << 23;

/** True if TCR_EL1.E0PD0 or E0PD1 keeps EL0 out of this half: a translation fault at level 0, before any walk (FEAT_E0PD). */
export function deniedToEl0(vcpu: Vcpu, vaHi: number): boolean {
  const denied = vaHi & VA_55_HI ? TCR_HI.E0PD1 : TCR_HI.E0PD0;
  return (vcpu.hi(SYS.TCR_EL1) & denied) !== 0 && (vcpu.lo(SYS.SCTLR_EL1) & SCTLR.M) !== 0;
}

/** Works out the permissions of what a walk has found for EL0 or EL1, by the controls of SCTLR_EL1 as they are. */
export function permitNow(vcpu: Vcpu, el0: boolean, pan: boolean, out: Translation): void {
  const enhancedPan = (vcpu.hi(SYS.SCTLR_EL1) & SCTLR_HI.EPAN) !== 0;
  out.permit(el0, pan, (vcpu.lo(SYS.SCTLR_EL1) & SCTLR.WXN) !== 0, enhancedPan);
}

/** Returns 0 with the outcome in `out`, or a fault code for dataAbort/instructionAbort. `steps` takes what was looked up. */
export function checkAccess(
  vcpu: Vcpu,
  ram: GuestRam,
  vaLo: number,
  vaHi: number,
  { access, el0, pan, writes }: AccessRights,
  out: Translation,
  steps?: WalkStep[],
): number {
  if (el0 && deniedToEl0(vcpu, vaHi)) {
    out.level = 0;
    return faultOf(FSC.TRANSLATION, 0);
  }
  const fault = walk(vcpu, ram, vaLo, vaHi, out, steps, access === ACCESS.EXEC);
  if (fault) return fault;
  permitNow(vcpu, el0, pan, out);
  const allowed = access === ACCESS.READ ? out.readable : access === ACCESS.WRITE ? out.writable : out.executable;
  if (!allowed) return faultOf(FSC.PERMISSION, out.level);
  // Only RAM can be read and written in one go.
  const updates = out.notAccessed || (out.clean && writes);
  return updates && !ram.contains(out.descriptor, 8) ? faultOf(FSC.UNSUPPORTED_ATOMIC_UPDATE) : 0;
}
