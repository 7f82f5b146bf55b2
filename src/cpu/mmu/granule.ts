/**
 * Translation granules and what follows from them: sizes of pages, tables and blocks by level.
 * Source: Arm Architecture Reference Manual (DDI 0487), "Translation granules" and "TCR_EL1".
 */
import { TCR } from '../sysregs/fields';
import { SYS } from '../sysregs/storage';
import type { Vcpu } from '../vcpu';

export interface Granule {
  /** log2 of the bytes of a page, which a table fills as well. */
  readonly pageShift: number;
  /** Bits of an address that one level resolves: a table has this many bits of index. */
  readonly stride: number;
  /** Levels at which a descriptor may be a block (without FEAT_LPA and FEAT_LPA2), as bits. */
  readonly blockLevels: number;
  /** Largest TCR_EL1.TxSZ: without FEAT_TTST, and with it. */
  readonly maxTxsz: number;
  readonly maxSmallTxsz: number;
}

const LEVEL_1 = 1 << 1;
const LEVEL_2 = 1 << 2;

const granule = (pageShift: number, blockLevels: number, maxSmallTxsz: number): Granule => ({
  pageShift,
  stride: pageShift - 3,
  blockLevels,
  maxTxsz: 39,
  maxSmallTxsz,
});

export const GRANULE_4K = granule(12, LEVEL_1 | LEVEL_2, 48);
export const GRANULE_16K = granule(14, LEVEL_2, 48);
export const GRANULE_64K = granule(16, LEVEL_2, 47);

/** TCR_EL1.TG0 and TG1 by value. The reserved one of each means what every processor here has. */
const TG0 = [GRANULE_4K, GRANULE_64K, GRANULE_16K, GRANULE_4K] as const;
const TG1 = [GRANULE_4K, GRANULE_16K, GRANULE_4K, GRANULE_64K] as const;

/** The granule of one half of the address space. One that the processor does not have is taken as 4 KiB. */
export function granuleOf(vcpu: Vcpu, high: boolean): Granule {
  const tcr = vcpu.lo(SYS.TCR_EL1);
  const chosen = high ? TG1[tcr >>> TCR.TG1_SHIFT]! : TG0[(tcr >>> TCR.TG0_SHIFT) & 3]!;
  return chosen === GRANULE_16K && !vcpu.model.has('FEAT_TGran16K') ? GRANULE_4K : chosen;
}

/** The largest TCR_EL1.TxSZ of this processor. */
export const maxTxszOf = ({ model }: Vcpu, { maxTxsz, maxSmallTxsz }: Granule): number =>
  model.has('FEAT_TTST') ? maxSmallTxsz : maxTxsz;

/** log2 of the bytes that a descriptor of a level stands for: the bit of an address where the level's index starts. */
export const levelShift = ({ pageShift, stride }: Granule, level: number): number => pageShift + (3 - level) * stride;

/** The level a walk starts at for addresses of so many bits: the last at which one table can hold the whole index. */
export const startLevel = ({ pageShift, stride }: Granule, inputBits: number): number =>
  4 - Math.ceil((inputBits - pageShift) / stride);
