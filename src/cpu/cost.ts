/**
 * What instructions cost that TypeScript carries out, in units of a plain instruction and beyond the one that every instruction counts
 * for. Slices and turns are bounded by cost, so that a guest that does nothing but the slowest things gives the host its turn as often as
 * any other. Rough measurements (5 ns are one unit): precision matters less than that nothing is far off.
 *
 * Only what the architecture defines is charged, never what an engine does for itself (TLB misses, decoding): interpreter and compiled code
 * must agree on where a slice ends.
 */
export const COST = {
  /** An exception taken, or a return from one; WFI. */
  EXCEPTION: 80,
  /** HVC or SMC. */
  FIRMWARE_CALL: 800,
  /** One access of a device. */
  DEVICE: 300,
  /** MRS, MSR and SYS that leave Wasm. */
  SYSTEM_REGISTER: 60,
  /** A TLBI, for each vCPU that it reaches. */
  TLB_MAINTENANCE: 600,
  /** log2 of the bytes that CPYM, SETM and their like move for one. */
  MOVED_SHIFT: 7,
} as const;
