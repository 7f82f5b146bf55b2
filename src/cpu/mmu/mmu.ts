/** The MMU as the engine's slow path and the system instructions use it: translation with permission checks. */
import { CPU } from '../layout';
import type { GuestRam } from '../ram';
import { FSC, fscOf } from '../syndrome';
import type { SystemTranslator } from '../sysregs/context';
import { PAR } from '../sysregs/fields';
import { SYS } from '../sysregs/storage';
import type { Vcpu } from '../vcpu';
import { ACCESS, type AccessKind, type AccessRights, checkAccess } from './access-check';
import { Translation } from './translation';
import { AF, AP2 } from './walk';

export { ACCESS, type AccessKind };

export class Mmu implements SystemTranslator {
  /** Result of the last translation; valid until the next. */
  readonly result = new Translation();
  /** Translations so far, each a walk of the tables unless the MMU is off: for people. */
  walks = 0;
  /** Of the access at hand: one object, so that a TLB miss allocates nothing. */
  private readonly rights: { -readonly [Name in keyof AccessRights]: AccessRights[Name] } = {
    access: ACCESS.READ,
    el0: false,
    pan: false,
    writes: false,
  };

  constructor(private readonly ram: GuestRam) {}

  /**
   * Translates an access of the current EL, or of EL0 if `unprivileged` (LDTR, STTR), and checks permissions. Atomics are
   * writes. Returns 0 with the outcome in `result`, or a fault code for dataAbort/instructionAbort.
   * An access that crosses a page is two translations; the fault address is the first byte of the faulting part.
   */
  translate(vcpu: Vcpu, vaLo: number, vaHi: number, access: AccessKind, unprivileged = false): number {
    const el0 = unprivileged || vcpu.get32(CPU.EL) === 0;
    return this.translateAs(vcpu, vaLo, vaHi, access, el0, vcpu.get32(CPU.PAN) !== 0, access === ACCESS.WRITE);
  }

  private translateAs(
    vcpu: Vcpu,
    vaLo: number,
    vaHi: number,
    access: AccessKind,
    el0: boolean,
    pan: boolean,
    writes: boolean,
  ): number {
    this.walks++;
    const { result, rights } = this;
    rights.access = access;
    rights.el0 = el0;
    rights.pan = pan;
    rights.writes = writes;
    const fault = checkAccess(vcpu, this.ram, vaLo, vaHi, rights, result);
    if (fault) return fault;
    if (result.notAccessed || (result.clean && writes)) this.updateDescriptor(writes);
    // While the page is clean, its next write has to come here.
    if (result.clean) result.writable = false;
    return 0;
  }

  /** Hardware management of the access flag and of dirty state: what an access that is allowed leaves in the leaf descriptor (FEAT_HAFDBS). */
  private updateDescriptor(writes: boolean): void {
    const { ram, result } = this;
    const old = ram.read32(result.descriptor);
    const makesDirty = result.clean && writes;
    const updated = (old | AF) & (makesDirty ? ~AP2 : ~0);
    if (updated !== (old | 0)) ram.write32(result.descriptor, updated >>> 0);
    result.notAccessed = false;
    if (makesDirty) result.clean = false;
  }

  /** DC and IC by VA: translation faults always, permission faults where EL0 may not read or DC IVAC may not write. */
  cacheMaintenance(vcpu: Vcpu, vaLo: number, vaHi: number, needsWrite: boolean): number {
    const access = needsWrite ? ACCESS.WRITE : ACCESS.READ;
    const fault = this.translateAs(vcpu, vaLo, vaHi, access, vcpu.get32(CPU.EL) === 0, vcpu.get32(CPU.PAN) !== 0, false);
    if (fault === 0) return 0;
    const isPermission = (fscOf(fault) & ~3) === FSC.PERMISSION;
    return isPermission && !needsWrite && vcpu.get32(CPU.EL) !== 0 ? 0 : fault;
  }

  addressTranslation(vcpu: Vcpu, vaLo: number, vaHi: number, write: boolean, unprivileged: boolean, pan: boolean): number {
    const { result } = this;
    const fault = this.translateAs(vcpu, vaLo, vaHi, write ? ACCESS.WRITE : ACCESS.READ, unprivileged, pan, false);
    if (fault) {
      if ((fscOf(fault) & ~3) === FSC.SYNC_EXTERNAL_ON_WALK) return fault;
      vcpu.setLoHi(SYS.PAR_EL1, PAR.F | (fscOf(fault) << PAR.FST_SHIFT) | PAR.RES1, 0);
      return 0;
    }
    // Device and Non-cacheable memory is always reported as Outer Shareable.
    const outer = (result.attribute & 0xf0) === 0 || result.attribute === 0x44;
    const shareability = outer ? 0b10 : result.shareability;
    const paHi = Math.floor(result.pa / 0x1_0000_0000);
    vcpu.setLoHi(
      SYS.PAR_EL1,
      ((result.pa % 0x1_0000_0000) & 0xfffff000) | PAR.RES1 | PAR.NS | (shareability << PAR.SH_SHIFT),
      ((result.attribute << 24) | paHi) >>> 0,
    );
    return 0;
  }
}
