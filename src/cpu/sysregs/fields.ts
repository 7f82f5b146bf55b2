import type { Feature } from '../../isa/features';

/** Fields of the control registers we act on. TCR_HI and TTBR fields named _HI are within the register's high word. */

export const SCTLR = {
  M: 1 << 0,
  A: 1 << 1,
  C: 1 << 2,
  SA: 1 << 3,
  SA0: 1 << 4,
  UMA: 1 << 9,
  DZE: 1 << 14,
  UCT: 1 << 15,
  NTWI: 1 << 16,
  NTWE: 1 << 18,
  WXN: 1 << 19,
  SPAN: 1 << 23,
  UCI: 1 << 26,
} as const;

/** In the high word. */
export const SCTLR_HI = { EPAN: 1 << 25 } as const;

/**
 * Bits of SCTLR_EL1 that keep what is written: those above, I, the RES1 ones (11, 20, 22, 28, 29) and 5..8, which were
 * AArch32 controls. The others are RES0 for us: EnRCTX, EnDB, IESB, E0E, EE, EnDA, EnIB, EnIA, and of the high word all but EPAN where there is FEAT_PAN3.
 */
export const SCTLR_WRITABLE = 0x34dddbff;

export const TCR = {
  T0SZ_SHIFT: 0,
  EPD0: 1 << 7,
  TG0_SHIFT: 14,
  T1SZ_SHIFT: 16,
  A1: 1 << 22,
  EPD1: 1 << 23,
  TG1_SHIFT: 30,
  TXSZ_MASK: 0x3f,
} as const;
export const TCR_HI = {
  IPS_MASK: 7,
  AS: 1 << 4,
  TBI0: 1 << 5,
  TBI1: 1 << 6,
  HA: 1 << 7,
  HD: 1 << 8,
  HPD0: 1 << 9,
  HPD1: 1 << 10,
  /** HWU059 to HWU162: leaf bits 62:59 may be the implementation's; here they are nothing. */
  HWU: 0xff << 11,
  E0PD0: 1 << 23,
  E0PD1: 1 << 24,
} as const;
export const TCR_WRITABLE_LO = 0xffffffbf;
/** Of all processors, and what features add. Everything else is RES0: TBID, NFD, DS … */
const TCR_BASE_HI = 0x77;
const TCR_FEATURES_HI: readonly (readonly [Feature, number])[] = [
  ['FEAT_HAFDBS', TCR_HI.HA | TCR_HI.HD],
  ['FEAT_HPDS', TCR_HI.HPD0 | TCR_HI.HPD1],
  ['FEAT_HPDS2', TCR_HI.HWU],
  ['FEAT_E0PD', TCR_HI.E0PD0 | TCR_HI.E0PD1],
];
export const tcrWritableHi = (has: (feature: Feature) => boolean): number =>
  TCR_FEATURES_HI.reduce((mask, [feature, bits]) => (has(feature) ? mask | bits : mask), TCR_BASE_HI);

export const CPACR = { FPEN_SHIFT: 20, FPEN: 3 << 20 } as const;

export const MDSCR = { SS: 1 << 0, TDCC: 1 << 12, KDE: 1 << 13 } as const;

export const CNTKCTL = { EL0PCTEN: 1 << 0, EL0VCTEN: 1 << 1, EL0VTEN: 1 << 8, EL0PTEN: 1 << 9, WRITABLE: 0x3ff } as const;

/** PAR_EL1 low word. NS is 1 for an address of Non-secure memory. */
export const PAR = { F: 1, FST_SHIFT: 1, SH_SHIFT: 7, NS: 1 << 9, RES1: 1 << 11 } as const;
