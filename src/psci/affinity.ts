/**
 * MPIDR affinity: how PSCI names CPUs.
 */

/** Aff3 in bits 39:32, Aff2..Aff0 in bits 23:0; all other bits 0. */
export type Affinity = bigint;

/** MPIDR_EL1's affinity fields; a call that names a CPU may set no other bit. */
export const MPIDR_HWID_BITMASK = 0xff00ffffffn;
/** MPIDR_EL1 bit 31, RES1. */
export const MPIDR_RES1 = 1n << 31n;

/** Affinity bits that AFFINITY_INFO compares, by lowest affinity level. */
export const AFFINITY_LEVEL_MASKS = [0xff00ffffffn, 0xff00ffff00n, 0xff00ff0000n, 0xff00000000n] as const;

/** Affinity of vCPU `index` as KVM numbers them: 16 CPUs per Aff0 group (the GICv3 target list's width). */
export function affinityOfVcpu(index: number): Affinity {
  const aff0 = index & 0xf;
  const aff1 = (index >> 4) & 0xff;
  const aff2 = (index >> 12) & 0xff;
  return BigInt((aff2 << 16) | (aff1 << 8) | aff0);
}

/** MPIDR_EL1 of vCPU `index`. */
export function mpidrOfVcpu(index: number): bigint {
  return MPIDR_RES1 | affinityOfVcpu(index);
}

/** True if `value` has bits only in the affinity fields. */
export function isValidAffinity(value: bigint): boolean {
  return (value & ~MPIDR_HWID_BITMASK) === 0n;
}
