/**
 * The translation table walk: VMSAv8-64, stage 1 of the EL1&0 regime, any granule, 48-bit virtual addresses or fewer.
 * Source: Arm Architecture Reference Manual (DDI 0487), "The AArch64 Virtual Memory System Architecture".
 *
 * Addresses are pairs of unsigned 32-bit words, physical addresses numbers: BigInt would dominate the cost of a TLB miss.
 */
import { BEHAVIOUR } from '../impdef';
import { topByteIgnored } from '../pointer-fields';
import type { GuestRam } from '../ram';
import { FSC, faultOf } from '../syndrome';
import { SCTLR, TCR, TCR_HI } from '../sysregs/fields';
import { SYS } from '../sysregs/storage';
import type { Vcpu } from '../vcpu';
import { granuleOf, levelShift, maxTxszOf, startLevel } from './granule';
import type { Translation } from './translation';

/** One lookup of a walk, for whoever explains it. Addresses are physical, in bytes. */
export interface WalkStep {
  readonly level: number;
  /** The table looked into, the entry of it, and where that is. */
  readonly table: number;
  readonly index: number;
  readonly descriptor: number;
  /** The index is `indexBits` bits of the address, from bit `shift` on. */
  readonly shift: number;
  readonly indexBits: number;
  /** What the entry holds; undefined: there is no memory. */
  readonly value: bigint | undefined;
}

const TWO_32 = 0x1_0000_0000;

/** Descriptor bits, by word. */
const VALID = 1 << 0;
const TABLE_OR_PAGE = 1 << 1;
const ATTRINDX_SHIFT = 2;
const AP1 = 1 << 6;
export const AP2 = 1 << 7;
const SH_SHIFT = 8;
export const AF = 1 << 10;
const NG = 1 << 11;
const GP_HI = 1 << 18;
const DBM_HI = 1 << 19;
const PXN_HI = 1 << 21;
const UXN_HI = 1 << 22;
const PXNTABLE_HI = 1 << 27;
const UXNTABLE_HI = 1 << 28;
const APTABLE0_HI = 1 << 29;
const APTABLE1_HI = 1 << 30;
/** Output address bits 47:32 in the high word. */
const OUTPUT_HI = 0xffff;

/** TCR_EL1.IPS to bits of a physical address; larger and reserved values mean what the processor has. */
const IPS_BITS = [32, 36, 40, 42, 44, 48, 48, 48] as const;

/**
 * Translates into `out` without checking permissions. Returns 0, or a fault code (see syndrome.ts) with out.level set.
 * Nothing is changed: what hardware is to note in the descriptor is for the caller (out.notAccessed, out.clean). The descriptors are read straight from RAM; a table outside RAM is a synchronous External abort on the walk.
 * `steps` takes what was looked up, in order. `isCode`: an instruction is fetched, whose address may have a top byte that counts (TCR_EL1.TBID).
 */
export function walk(
  vcpu: Vcpu,
  ram: GuestRam,
  vaLo: number,
  vaHi: number,
  out: Translation,
  steps?: WalkStep[],
  isCode = false,
): number {
  const tcrHi = vcpu.hi(SYS.TCR_EL1);
  const high = (vaHi & 0x00800000) !== 0;
  const ignored = topByteIgnored(tcrHi, high, isCode);
  if ((vcpu.lo(SYS.SCTLR_EL1) & SCTLR.M) === 0) return flat(vcpu.model.paBits, vaLo, vaHi, ignored, out);

  out.flat = false;
  const tcr = vcpu.lo(SYS.TCR_EL1);
  const txsz = (tcr >>> (high ? TCR.T1SZ_SHIFT : TCR.T0SZ_SHIFT)) & TCR.TXSZ_MASK;
  const granule = granuleOf(vcpu, high);
  const inputBits = 64 - txsz;
  if (txsz < BEHAVIOUR.TXSZ_MIN || txsz > maxTxszOf(vcpu, granule)) return fail(out, FSC.TRANSLATION, 0);
  if (!isCanonical(vaLo, vaHi, inputBits, high, ignored) || tcr & (high ? TCR.EPD1 : TCR.EPD0))
    return fail(out, FSC.TRANSLATION, 0);

  const paBits = Math.min(IPS_BITS[tcrHi & TCR_HI.IPS_MASK]!, vcpu.model.paBits);
  const { pageShift, stride, blockLevels } = granule;
  const pageMask = (1 << pageShift) - 1;
  let level = startLevel(granule, inputBits);
  let shift = levelShift(granule, level);
  // The first table may be smaller than a page: its index has only the bits the address size leaves.
  let indexMask = (1 << (inputBits - shift)) - 1;
  const ttbr = high ? SYS.TTBR1_EL1 : SYS.TTBR0_EL1;
  let tableLo = vcpu.lo(ttbr) & ~(indexMask * 8 + 7);
  let tableHi = vcpu.hi(ttbr) & OUTPUT_HI;
  if (tableHi >>> (paBits - 32)) return fail(out, FSC.ADDRESS_SIZE, 0);

  const { u32 } = vcpu.views;
  const hierarchical = (tcrHi & (high ? TCR_HI.HPD1 : TCR_HI.HPD0)) === 0;
  let readOnly = false;
  let noUser = false;
  let uxn = false;
  let pxn = false;
  for (;;) {
    const index = bitsFrom(shift, vaLo, vaHi) & indexMask;
    const descriptor = tableHi * TWO_32 + (tableLo >>> 0) + index * 8;
    const isThere = ram.holds(descriptor);
    const word = isThere ? ram.host(descriptor) >>> 2 : 0;
    const lo = u32[word]!;
    const hi = u32[word + 1]!;
    steps?.push({
      level,
      table: tableHi * TWO_32 + (tableLo >>> 0),
      index,
      descriptor,
      shift,
      indexBits: 32 - Math.clz32(indexMask),
      value: isThere ? (BigInt(hi) << 32n) | BigInt(lo) : undefined,
    });
    if (!isThere) return fail(out, FSC.SYNC_EXTERNAL_ON_WALK, level);

    const isTableOrPage = (lo & TABLE_OR_PAGE) !== 0;
    // Where there are no blocks, and at level 3, their encoding is reserved.
    if ((lo & VALID) === 0 || (!isTableOrPage && ((blockLevels >>> level) & 1) === 0)) return fail(out, FSC.TRANSLATION, level);
    if ((hi & OUTPUT_HI) >>> (paBits - 32)) return fail(out, FSC.ADDRESS_SIZE, level);

    if (isTableOrPage && level < 3) {
      if (hierarchical) {
        if (hi & APTABLE1_HI) readOnly = true;
        if (hi & APTABLE0_HI) noUser = true;
        if (hi & UXNTABLE_HI) uxn = true;
        if (hi & PXNTABLE_HI) pxn = true;
      }
      tableLo = lo & ~pageMask;
      tableHi = hi & OUTPUT_HI;
      indexMask = (1 << stride) - 1;
      shift -= stride;
      level++;
      continue;
    }

    const byHardware = (tcrHi & TCR_HI.HA) !== 0;
    out.notAccessed = (lo & AF) === 0;
    if (out.notAccessed && !byHardware) return fail(out, FSC.ACCESS_FLAG, level);
    const mask = 2 ** shift - 1;
    out.pa = (hi & OUTPUT_HI) * TWO_32 + (((lo & ~mask) | (vaLo & mask)) >>> 0);
    out.level = level;
    out.leafShift = shift;
    out.nonGlobal = (lo & NG) !== 0;
    out.guarded = (hi & GP_HI) !== 0 && vcpu.model.has('FEAT_BTI');
    const mayDirty = byHardware && (tcrHi & TCR_HI.HD) !== 0 && (hi & DBM_HI) !== 0;
    out.descriptor = descriptor;
    out.clean = mayDirty && !readOnly && (lo & AP2) !== 0;
    out.readOnly = readOnly || ((lo & AP2) !== 0 && !mayDirty);
    out.userAccess = !noUser && (lo & AP1) !== 0;
    out.uxn = uxn || (hi & UXN_HI) !== 0;
    out.pxn = pxn || (hi & PXN_HI) !== 0;
    const attrIndex = (lo >>> ATTRINDX_SHIFT) & 7;
    const mair = attrIndex < 4 ? vcpu.lo(SYS.MAIR_EL1) : vcpu.hi(SYS.MAIR_EL1);
    out.attribute = (mair >>> ((attrIndex & 3) * 8)) & 0xff;
    out.shareability = (lo >>> SH_SHIFT) & 3;
    out.device = (out.attribute & 0xf0) === 0;
    return 0;
  }
}

/** Stage 1 off: the address itself, if the processor has that many address bits. */
function flat(paBits: number, vaLo: number, vaHi: number, ignored: boolean, out: Translation): number {
  const hi = ignored ? vaHi & 0x00ffffff : vaHi;
  out.flat = true;
  if (hi >>> (paBits - 32)) return fail(out, FSC.ADDRESS_SIZE, 0);
  out.pa = hi * TWO_32 + (vaLo >>> 0);
  out.level = 0;
  out.leafShift = 0;
  out.notAccessed = false;
  out.clean = false;
  out.nonGlobal = false;
  out.guarded = false;
  out.readOnly = false;
  out.userAccess = true;
  out.uxn = false;
  out.pxn = false;
  out.attribute = 0;
  out.shareability = 0;
  out.device = false;
  return 0;
}

function fail(out: Translation, fsc: number, level: number): number {
  out.level = level;
  return faultOf(fsc, level);
}

/** The low 32 bits of an address shifted right by 12 to 47. */
const bitsFrom = (shift: number, vaLo: number, vaHi: number): number =>
  shift >= 32 ? vaHi >>> (shift - 32) : (vaHi << (32 - shift)) | (vaLo >>> shift);

/** True if VA[top:inputBits] are all equal to bit 55, where top is 55 if the top byte is ignored and 63 otherwise. */
function isCanonical(vaLo: number, vaHi: number, inputBits: number, high: boolean, ignored: boolean): boolean {
  // XOR with the expected sign leaves zeros above the input address exactly if it is canonical.
  const hi = (high ? ~vaHi : vaHi) & (ignored ? 0x00ffffff : 0xffffffff);
  if (inputBits >= 32) return hi >>> (inputBits - 32) === 0;
  return hi === 0 && (high ? ~vaLo : vaLo) >>> inputBits === 0;
}
