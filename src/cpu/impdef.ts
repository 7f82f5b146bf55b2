/**
 * Every IMPLEMENTATION DEFINED choice of our processor in one place: identification, features, caches, reset values.
 * Field names and positions are those of the Arm Architecture Reference Manual (DDI 0487), "AArch64 System register
 * descriptions". A feature field is only set when the instructions and registers behind it are implemented: Linux patches
 * itself at boot after these values, so a wrong promise becomes an undefined instruction much later.
 */

/** Places a value in a register field; `lsb` may be 0..63. */
const field = (lsb: number, value: number): bigint => BigInt(value) << BigInt(lsb);

/** MIDR_EL1. Implementer 0x00 is "reserved for software use"; Architecture 0xF means "see the ID registers". */
export const MIDR = {
  IMPLEMENTER: 0x00,
  VARIANT: 0x0,
  ARCHITECTURE: 0xf,
  PART_NUMBER: 0xd0e,
  REVISION: 0x0,
} as const;

export const MIDR_EL1: bigint =
  field(24, MIDR.IMPLEMENTER) |
  field(20, MIDR.VARIANT) |
  field(16, MIDR.ARCHITECTURE) |
  field(4, MIDR.PART_NUMBER) |
  field(0, MIDR.REVISION);

/** MPIDR_EL1: bit 31 is RES1, U and MT are 0, Aff0 is the vCPU's index (at most 8, so one GICv3 affinity group holds all). */
export const mpidr = (index: number): number => (0x80000000 | (index & 0xf)) >>> 0;

/** No implementation-specific revision or auxiliary information. */
export const REVIDR_EL1 = 0n;
export const AIDR_EL1 = 0n;

/** Bytes in a cache line, in a DC ZVA block and in an exclusives reservation granule: one size keeps guests' loops simple. */
export const CACHE_LINE_BYTES = 64;
export const DC_ZVA_BYTES = 64;

/**
 * CTR_EL0. DIC and IDC are set because we are coherent: a store drops the decoded instructions of its page, so neither
 * cleaning the data cache nor invalidating the instruction cache is needed, and Linux patches those loops out.
 */
export const CTR_EL0: bigint =
  field(31, 1) | // RES1
  field(29, 1) | // DIC
  field(28, 1) | // IDC
  field(24, 4) | // CWG: 2^4 words
  field(20, 4) | // ERG: 2^4 words
  field(16, 4) | // DminLine: 2^4 words
  field(14, 3) | // L1Ip: physically indexed, physically tagged
  field(0, 4); // IminLine: 2^4 words

/** DCZID_EL0.BS: 2^4 words. DZP is added at EL0 when SCTLR_EL1.DZE forbids DC ZVA. */
export const DCZID_EL0 = 4n;
export const DCZID_DZP = 1n << 4n;

/** CLIDR_EL1: one level, separate instruction and data caches; LoUIS = LoC = LoUU = 1. */
export const CLIDR_EL1: bigint = field(0, 3) | field(21, 1) | field(24, 1) | field(27, 1);

/** Geometry shown through CCSIDR_EL1 for both level 1 caches: 32 KiB, 4 ways, 128 sets. It has no effect. */
export const L1_CACHE = { LINE: CACHE_LINE_BYTES, WAYS: 4, SETS: 128 } as const;

/** CCSIDR_EL1 (32-bit format) for the cache CSSELR_EL1 selects; a cache that does not exist reads as zero. */
export const ccsidr = (csselr: number): number =>
  ((csselr >>> 1) & 7) !== 0 ? 0 : ((L1_CACHE.SETS - 1) << 13) | ((L1_CACHE.WAYS - 1) << 3) | (Math.log2(L1_CACHE.LINE) - 4);

/**
 * ID_AA64PFR0_EL1: EL0 and EL1 in AArch64 only, no EL2, no EL3, FP and AdvSIMD without half precision (0 means present),
 * GIC system registers, CSV2 and CSV3 = 1: nothing speculates here, so Linux needs neither KPTI nor branch predictor flushes.
 */
export const ID_AA64PFR0_EL1: bigint =
  field(0, 1) | // EL0
  field(4, 1) | // EL1
  field(24, 1) | // GIC
  field(56, 1) | // CSV2
  field(60, 1); // CSV3

/** ID_AA64PFR1_EL1: no BTI, SSBS, MTE, SME. */
export const ID_AA64PFR1_EL1 = 0n;

/** Breakpoints and watchpoints: two of each, the architectural minimum (0 is reserved in BRPs and WRPs). */
export const DEBUG_BREAKPOINTS = 2;
export const DEBUG_WATCHPOINTS = 2;

/** ID_AA64DFR0_EL1: DebugVer 6 (Armv8.0 debug), no PMU, no trace, no statistical profiling; one context-aware breakpoint. */
export const ID_AA64DFR0_EL1: bigint = field(0, 6) | field(12, DEBUG_BREAKPOINTS - 1) | field(20, DEBUG_WATCHPOINTS - 1);
export const ID_AA64DFR1_EL1 = 0n;

/** ID_AA64ISAR0_EL1: CRC32 and the Large System Extensions' atomics; no AES, SHA, PMULL, RDM, DotProd, RNDR, TLB ranges. */
export const ID_AA64ISAR0_EL1: bigint = field(16, 1) | field(20, 2);
/** ID_AA64ISAR1_EL1: no pointer authentication, JSCVT, FCMA, LRCPC, DC CVAP, SB, SPECRES. */
export const ID_AA64ISAR1_EL1 = 0n;
/** ID_AA64ISAR2_EL1: no WFET/WFIT, RPRES, MOPS, CLRBHB. */
export const ID_AA64ISAR2_EL1 = 0n;

/** Bits of a physical address: PARange 0b0010. */
export const PA_BITS = 40;

/**
 * ID_AA64MMFR0_EL1: 40-bit physical addresses, 16-bit ASIDs, little-endian only (BigEnd 0), 4 KiB granule (TGran4 0),
 * no 64 KiB (TGran64 0xF) and no 16 KiB granule (TGran16 0), no enhanced counter virtualisation (ECV 0).
 */
export const ID_AA64MMFR0_EL1: bigint = field(0, 2) | field(4, 2) | field(24, 0xf);
/** ID_AA64MMFR1_EL1: PAN with AT S1E1RP and AT S1E1WP (PAN = 2); no hardware AF/DBM, HPDS, VHE, LORegions, SpecSEI, ETS. */
export const ID_AA64MMFR1_EL1: bigint = field(20, 2);
/**
 * ID_AA64MMFR2_EL1: E0PD; no CnP, UAO, LSE2 (AT 0), IDST, TTL, BBM levels; 48-bit virtual addresses. Without E0PD Linux
 * unmaps itself from user space as soon as it has a kaslr-seed, and every system call would then cost changes of ASID.
 */
export const ID_AA64MMFR2_EL1: bigint = field(60, 1);

/** Auxiliary, SVE and SME features: none. The AArch32 ID registers read as zero because no EL can use AArch32. */
export const ID_AA64AFR0_EL1 = 0n;
export const ID_AA64AFR1_EL1 = 0n;
export const ID_AA64ZFR0_EL1 = 0n;
export const ID_AA64SMFR0_EL1 = 0n;

/** CNTFRQ_EL0 in Hz: 16 ns per tick, the rate QEMU's virt board uses. */
export const CNTFRQ_EL0 = 62_500_000n;

/** RVBAR_EL1: the firmware starts every vCPU explicitly, so the reset vector is never fetched. */
export const RVBAR_EL1 = 0n;

/** SCTLR_EL1 at reset and after CPU_ON: MMU and caches off, SPAN and EIS set, nTWE and nTWI set (the value KVM gives). */
export const SCTLR_EL1_RESET = 0x00c50078;

/** OSLSR_EL1: the OS Lock is implemented (OSLM = 0b10: bit 3) and locked after a cold reset (OSLK: bit 1). */
export const OSLSR_OSLM = 1 << 3;
export const OSLSR_OSLK = 1 << 1;
export const OSLSR_EL1_RESET = OSLSR_OSLM | OSLSR_OSLK;

/** PSTATE at reset and after CPU_ON, as SPSR bits: EL1h with D, A, I and F masked. */
export const PSTATE_RESET = 0x3c5;

/**
 * Choices that are behaviour rather than register values, for the documentation:
 * - With the MMU off, memory is not treated as Device for alignment checks, so unaligned accesses work.
 * - TCR_EL1.TxSZ outside 16..39 is taken as the nearest of the two.
 * - SCTLR_EL1.EE and E0E are read-only zero.
 * - DC and IC instructions have no effect beyond their checks; DC IVAC does not discard data.
 * - Breakpoint, watchpoint and software step registers keep their values but cause no debug exceptions.
 */
export const BEHAVIOUR = { TXSZ_MIN: 16, TXSZ_MAX: 39 } as const;

/** DBGAUTHSTATUS_EL1: external debug is implemented in the architecture's sense and disabled (NSNID, NSID = 0b10). */
export const DBGAUTHSTATUS_EL1 = 0xan;
/** DBGCLAIMSET_EL1 reads as the tag bits that exist: all eight. */
export const DBGCLAIM_TAGS = 0xff;
