/**
 * FEAT_BTI: PSTATE.BTYPE, and where indirect branches may go in guarded pages (Arm ARM, "Branch Target Identification"). While handlers run, PSTATE.BTYPE is
 * what an indirect branch noted for the count behind it (BTYPE_AT and BTYPE_NEXT in isa/cpu-state.ts); here it is told from that.
 */
import { BTYPE } from '../isa/cpu-state';
import { LANDING } from '../isa/row';
import type { Decoder } from './decoder';
import { CPU } from './layout';
import { ACCESS, type Mmu } from './mmu/mmu';
import type { SoftTlb } from './mmu/tlb';
import type { GuestRam } from './ram';
import type { Records } from './records';
import { SCTLR_HI } from './sysregs/fields';
import { SYS } from './sysregs/storage';
import type { Vcpu } from './vcpu';

interface Parts {
  readonly tlb: SoftTlb;
  readonly mmu: Mmu;
  readonly ram: GuestRam;
  readonly records: Records;
  readonly decoder: Decoder;
}

export class BranchTargets {
  constructor(private readonly parts: Parts) {}

  /** Wasm is about to be entered with this count: PSTATE.BTYPE holds until it changes. */
  entering(vcpu: Vcpu, count: number): void {
    const btype = vcpu.get32(CPU.BTYPE);
    vcpu.set32(CPU.BTYPE_AT, count);
    vcpu.set32(CPU.BTYPE_NEXT, btype ? btype | BTYPE.KNOWN : BTYPE.NONE);
  }

  /** Sets PSTATE.BTYPE of the instruction before which so much was counted. */
  settle(vcpu: Vcpu, count: number): void {
    vcpu.set32(CPU.BTYPE, this.at(vcpu, count));
  }

  private at(vcpu: Vcpu, count: number): number {
    const next = vcpu.get32(CPU.BTYPE_NEXT);
    if (next === BTYPE.NONE || vcpu.get32(CPU.BTYPE_AT) !== (count | 0)) return BTYPE.NONE;
    if (next & BTYPE.KNOWN) return next & BTYPE.MASK;
    const isOpen = next === BTYPE.JUMP && !this.isGuarded(vcpu, vcpu.lo(CPU.BTYPE_FROM), vcpu.hi(CPU.BTYPE_FROM));
    return isOpen ? BTYPE.JUMP_BY_IP : next;
  }

  private isGuarded(vcpu: Vcpu, lo: number, hi: number): boolean {
    const { tlb, mmu } = this.parts;
    return tlb.isGuarded(vcpu, lo, hi) ?? (mmu.translate(vcpu, lo, hi, ACCESS.EXEC) === 0 && mmu.result.guarded);
  }

  /** Whether PSTATE.BTYPE forbids the instruction at CPU.PC, whose record this is. */
  forbid(vcpu: Vcpu, record: number): boolean {
    const btype = vcpu.get32(CPU.BTYPE);
    if (btype === BTYPE.NONE || !this.isGuarded(vcpu, vcpu.lo(CPU.PC), vcpu.hi(CPU.PC))) return false;
    const { decoder, ram, records } = this.parts;
    const instruction = decoder.decode(ram.word(records.physical(record)));
    const landing = instruction?.row.landing?.(instruction.fields) ?? LANDING.NONE;
    if ((landing >>> btype) & 1) return false;
    const strict = vcpu.get32(CPU.EL) === 0 ? SCTLR_HI.BT0 : SCTLR_HI.BT1;
    return landing !== LANDING.SIGNING || (vcpu.hi(SYS.SCTLR_EL1) & strict) !== 0;
  }
}
