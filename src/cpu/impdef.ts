/**
 * The IMPLEMENTATION DEFINED choices that all CPU models share: reset values and behaviour. What tells one model from another (identification,
 * features, caches) is in models/. Names are those of the Arm Architecture Reference Manual (DDI 0487).
 */

/** MPIDR_EL1: bit 31 is RES1, U and MT are 0, Aff0 is the vCPU's index (at most 8, so one GICv3 affinity group holds all). */
export const mpidr = (index: number): number => (0x80000000 | (index & 0xf)) >>> 0;

/** No auxiliary information. */
export const AIDR_EL1 = 0n;

/** DCZID_EL0.DZP is added at EL0 when SCTLR_EL1.DZE forbids DC ZVA. */
export const DCZID_DZP = 1 << 4;

/** CNTFRQ_EL0 in Hz: 16 ns per tick, the rate QEMU's virt board uses. */
export const CNTFRQ_EL0 = 62_500_000n;

/** RVBAR_EL1: the firmware starts every vCPU explicitly, so the reset vector is never fetched. */
export const RVBAR_EL1 = 0n;

/** SCTLR_EL1 at reset and after CPU_ON: MMU and caches off, SPAN and EIS set, nTWE and nTWI set (the value KVM gives). */
export const SCTLR_EL1_RESET = 0x00c50078;

/** OSLSR_EL1: the OS Lock is implemented (OSLM = 0b10: bit 3) and locked after a cold reset (OSLK: bit 1). */
export const OSLSR_OSLM = 1 << 3;
export const OSLSR_OSLK = 1 << 1;
/** OSDLR_EL1.DLK: the OS Double Lock. */
export const OSDLR_DLK = 1 << 0;
export const OSLSR_EL1_RESET = OSLSR_OSLM | OSLSR_OSLK;

/** PSTATE at reset and after CPU_ON, as SPSR bits: EL1h with D, A, I and F masked. */
export const PSTATE_RESET = 0x3c5;

/**
 * Choices that are behaviour rather than register values, for the documentation:
 * - With the MMU off, memory is not treated as Device for alignment checks, so unaligned accesses work.
 * - TCR_EL1.TxSZ out of its range is a translation fault at level 0, and a reserved TG0 or TG1 stands for 4 KiB.
 * - SCTLR_EL1.EE and E0E are read-only zero.
 * - DC and IC instructions have no effect beyond their checks; DC IVAC does not discard data.
 * - A reserved breakpoint or watchpoint is disabled; bytes that BAS selects are watched wherever they are, and MASK goes before BAS.
 * - A change of breakpoint and watchpoint registers acts from the next instruction on.
 * - FAR_EL1 of a Watchpoint exception has the first byte accessed that is watched.
 */
export const BEHAVIOUR = { TXSZ_MIN: 16 } as const;

/** DBGAUTHSTATUS_EL1: external debug is implemented in the architecture's sense and disabled (NSNID, NSID = 0b10). */
export const DBGAUTHSTATUS_EL1 = 0xan;
/** DBGCLAIMSET_EL1 reads as the tag bits that exist: all eight. */
export const DBGCLAIM_TAGS = 0xff;
