import type { Feature } from '../../isa/features';

/** Fields of the control registers we act on. TCR_HI and TTBR fields named _HI are within the register's high word. */

export const SCTLR = {
  M: 1 << 0,
  A: 1 << 1,
  C: 1 << 2,
  SA: 1 << 3,
  SA0: 1 << 4,
  NAA: 1 << 6,
  UMA: 1 << 9,
  EN_RCTX: 1 << 10,
  EN_DB: 1 << 13,
  DZE: 1 << 14,
  UCT: 1 << 15,
  NTWI: 1 << 16,
  NTWE: 1 << 18,
  WXN: 1 << 19,
  SPAN: 1 << 23,
  UCI: 1 << 26,
  EN_DA: 1 << 27,
  EN_IB: 1 << 30,
  EN_IA: 1 << 31,
} as const;
export const SCTLR_HI = { MSCEN: 1 << 1, BT0: 1 << 3, BT1: 1 << 4, DSSBS: 1 << 12, EPAN: 1 << 25 } as const;

/** Of all processors: I, the RES1 ones (11, 20, 22, 28, 29) and 5..8, which were AArch32 controls, beside those above that no feature brings. */
const SCTLR_BASE = 0x34dddbff;
/** What features add. The others are RES0 for us: IESB, E0E, EE and the rest of the high word. */
const SCTLR_FEATURES: readonly (readonly [Feature, lo: number, hi: number])[] = [
  ['FEAT_SPECRES', SCTLR.EN_RCTX, 0],
  ['FEAT_SSBS', 0, SCTLR_HI.DSSBS],
  ['FEAT_PAN3', 0, SCTLR_HI.EPAN],
  ['FEAT_MOPS', 0, SCTLR_HI.MSCEN],
  ['FEAT_BTI', 0, SCTLR_HI.BT0 | SCTLR_HI.BT1],
  ['FEAT_PAuth', SCTLR.EN_IA | SCTLR.EN_IB | SCTLR.EN_DA | SCTLR.EN_DB, 0],
];
/** Bits of SCTLR_EL1 that keep what is written. */
export const sctlrWritable = (has: (feature: Feature) => boolean): { lo: number; hi: number } =>
  SCTLR_FEATURES.reduce((mask, [feature, lo, hi]) => (has(feature) ? { lo: (mask.lo | lo) >>> 0, hi: mask.hi | hi } : mask), {
    lo: SCTLR_BASE,
    hi: 0,
  });

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
  /** With them the top byte is ignored for data only. */
  TBID0: 1 << 19,
  TBID1: 1 << 20,
  E0PD0: 1 << 23,
  E0PD1: 1 << 24,
} as const;
export const TCR_WRITABLE_LO = 0xffffffbf;
/** Of all processors, and what features add. Everything else is RES0: NFD, DS … */
const TCR_BASE_HI = 0x77;
const TCR_FEATURES_HI: readonly (readonly [Feature, number])[] = [
  ['FEAT_HAFDBS', TCR_HI.HA | TCR_HI.HD],
  ['FEAT_HPDS', TCR_HI.HPD0 | TCR_HI.HPD1],
  ['FEAT_HPDS2', TCR_HI.HWU],
  ['FEAT_PAuth', TCR_HI.TBID0 | TCR_HI.TBID1],
  ['FEAT_E0PD', TCR_HI.E0PD0 | TCR_HI.E0PD1],
];
export const tcrWritableHi = (has: (feature: Feature) => boolean): number =>
  TCR_FEATURES_HI.reduce((mask, [feature, bits]) => (has(feature) ? mask | bits : mask), TCR_BASE_HI);

export const CPACR = { FPEN_SHIFT: 20, FPEN: 3 << 20 } as const;

export const MDSCR = { SS: 1 << 0, TDCC: 1 << 12, KDE: 1 << 13, MDE: 1 << 15 } as const;

/** Bits that DBGBCR<n>_EL1 and DBGWCR<n>_EL1 share; EL1 and EL0 are PMC<0> and <1>, or PAC<0> and <1>. */
export const DEBUG_CONTROL = {
  E: 1 << 0,
  EL1: 1 << 1,
  EL0: 1 << 2,
  HMC: 1 << 13,
  SSC: 3 << 14,
  LBN_SHIFT: 16,
  LBN_MASK: 0xf,
} as const;
export const DBGBCR = { BT_SHIFT: 20, BT_MASK: 0xf, WRITABLE: 0x00ff_e1e7 } as const;
/** DBGBCR<n>_EL1.BT: those that exist without EL2. */
export const BREAKPOINT_TYPE = { ADDRESS: 0, LINKED_ADDRESS: 1, CONTEXT: 2, LINKED_CONTEXT: 3 } as const;
export const DBGWCR = {
  LOAD: 1 << 3,
  STORE: 1 << 4,
  BAS_SHIFT: 5,
  BAS_MASK: 0xff,
  WT: 1 << 20,
  MASK_SHIFT: 24,
  MASK_MASK: 0x1f,
  WRITABLE: 0x1f1f_ffff,
} as const;

/** Event counters of every model, and the number of the cycle counter. */
export const PM_COUNTERS = 6;
export const PM_CYCLES = 31;
/** Bits of PMCNTENSET_EL0 and the like. */
export const PM_MASK = 0x8000_003f;
/** Common events that are counted. */
export const PM_EVENT = { SW_INCR: 0x00, INST_RETIRED: 0x08, CPU_CYCLES: 0x11, CHAIN: 0x1e } as const;
export const PMCR = { E: 1 << 0, P: 1 << 1, C: 1 << 2, LC: 1 << 6, N_SHIFT: 11 } as const;
/** P and U keep EL1 and EL0 out. PMCCFILTR_EL0 has them, too. */
export const PMEVTYPER = { EVENT: 0x3ff, U: 1 << 30, P: 1 << 31, WRITABLE: 0xc000_03ff } as const;
export const PMUSERENR = { EN: 1 << 0, SW: 1 << 1, CR: 1 << 2, ER: 1 << 3, WRITABLE: 0xf } as const;

export const CNTKCTL = { EL0PCTEN: 1 << 0, EL0VCTEN: 1 << 1, EL0VTEN: 1 << 8, EL0PTEN: 1 << 9, WRITABLE: 0x3ff } as const;

/** PAR_EL1 low word. NS is 1 for an address of Non-secure memory. */
export const PAR = { F: 1, FST_SHIFT: 1, SH_SHIFT: 7, NS: 1 << 9, RES1: 1 << 11 } as const;
