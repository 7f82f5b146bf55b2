/** Where pointers hold their authentication codes (FEAT_PAuth): what handlers need of TCR_EL1 and SCTLR_EL1. Source: Arm ARM, shared/functions/pac. */
import { PAUTH_FLAG } from '../isa/cpu-state';
import { BEHAVIOUR } from './impdef';
import { CPU } from './layout';
import { granuleOf, maxTxszOf } from './mmu/granule';
import { SCTLR, TCR, TCR_HI } from './sysregs/fields';
import { SYS } from './sysregs/storage';
import type { Vcpu } from './vcpu';

/** TCR_EL1: whether the top byte of an address in a half of the address space is ignored (EffectiveTBI). */
export function topByteIgnored(tcrHi: number, high: boolean, isCode: boolean): boolean {
  if ((tcrHi & (high ? TCR_HI.TBI1 : TCR_HI.TBI0)) === 0) return false;
  return !isCode || (tcrHi & (high ? TCR_HI.TBID1 : TCR_HI.TBID0)) === 0;
}

/** CalculateBottomPACBit: 16 to 48. TxSZ out of its range is taken as the nearest in it. */
function bottomBit(vcpu: Vcpu, high: boolean): number {
  const txsz = (vcpu.lo(SYS.TCR_EL1) >>> (high ? TCR.T1SZ_SHIFT : TCR.T0SZ_SHIFT)) & TCR.TXSZ_MASK;
  return 64 - Math.max(BEHAVIOUR.TXSZ_MIN, Math.min(txsz, maxTxszOf(vcpu, granuleOf(vcpu, high))));
}

const TOP_BYTE_HI = 0xff000000;
/** Bits 54 to 32 in the high word. */
const EXTENSION_HI = 0x007fffff;

/** Works out CPU.PAC_FIELDS, and of CPU.PAC_FLAGS what TCR_EL1 decides. */
function setFields(vcpu: Vcpu): void {
  const tcrHi = vcpu.hi(SYS.TCR_EL1);
  let flags = 0;
  for (const [isData, isCode] of [true, false].entries()) {
    for (const half of [0, 1]) {
      const bottom = bottomBit(vcpu, half === 1);
      const ignored = topByteIgnored(tcrHi, half === 1, isCode);
      const lo = bottom < 32 ? (~0 << bottom) >>> 0 : 0;
      const hi = (bottom > 32 ? EXTENSION_HI & (~0 << (bottom - 32)) : EXTENSION_HI) | (ignored ? 0 : TOP_BYTE_HI);
      vcpu.setLoHi(CPU.PAC_FIELDS + (isData * 2 + half) * 8, lo, hi >>> 0);
      if (ignored) flags |= 1 << (PAUTH_FLAG.BIT_55_SHIFT + isData);
    }
  }
  vcpu.set32(CPU.PAC_FLAGS, flags);
}

/** Makes CPU.PAC_FIELDS and CPU.PAC_FLAGS what TCR_EL1 and SCTLR_EL1 are now. */
export function refreshPointerFields(vcpu: Vcpu): void {
  const lo = vcpu.lo(SYS.TCR_EL1);
  const hi = vcpu.hi(SYS.TCR_EL1);
  const known = vcpu.pointerFieldsOf;
  if (known.tcrLo !== lo || known.tcrHi !== hi) {
    known.tcrLo = lo;
    known.tcrHi = hi;
    setFields(vcpu);
  }
  const sctlr = vcpu.lo(SYS.SCTLR_EL1);
  const keys =
    (sctlr & SCTLR.EN_IA ? PAUTH_FLAG.IA : 0) |
    (sctlr & SCTLR.EN_IB ? PAUTH_FLAG.IB : 0) |
    (sctlr & SCTLR.EN_DA ? PAUTH_FLAG.DA : 0) |
    (sctlr & SCTLR.EN_DB ? PAUTH_FLAG.DB : 0);
  vcpu.set32(CPU.PAC_FLAGS, (vcpu.get32(CPU.PAC_FLAGS) & ~PAUTH_FLAG.KEYS) | keys);
}

/** A pointer to code without its authentication code (Strip). */
export function withoutCode(vcpu: Vcpu, pointer: bigint): bigint {
  const half = Number((pointer >> 55n) & 1n);
  const field = vcpu.get64(CPU.PAC_FIELDS + half * 8);
  return half ? pointer | field : pointer & ~field;
}
