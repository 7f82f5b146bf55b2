/**
 * State of a vCPU that firmware starts: after CPU_ON, and after waking from SYSTEM_SUSPEND.
 */

/** EL1h with D, A, I and F masked. */
export const PSTATE_EL1H_DAIF = 0x3c5;
/** SCTLR_EL1 reset value: MMU and caches off, RES1 bits set. */
export const SCTLR_EL1_RESET = 0x00c50078n;
/** SCTLR_EL1.EE: data accesses at EL1 are big-endian. */
export const SCTLR_EL1_EE = 1n << 25n;

/** Everything CPU_ON sets. What is not named (timers, other system registers) takes its reset value; MPIDR_EL1 stays. */
export interface CpuResetState {
  /** x0..x30 */
  readonly x: readonly bigint[];
  readonly pc: bigint;
  readonly spEl0: bigint;
  readonly spEl1: bigint;
  readonly elrEl1: bigint;
  readonly spsrEl1: bigint;
  readonly pstate: number;
  readonly sctlrEl1: bigint;
  /** v0..v31, FPCR and FPSR are all zero. */
  readonly fpsimd: 0n;
}

/**
 * The state a vCPU starts in. The interrupt controller is not touched; timers are off and interrupt lines dropped.
 * KVM applies it lazily, on the target's next run or register access, so a VMM never reads stale registers.
 */
export function cpuOnReset(start: { entry: bigint; contextId: bigint; bigEndian: boolean }): CpuResetState {
  const x = new Array<bigint>(31).fill(0n);
  x[0] = start.contextId;
  return {
    x,
    pc: start.entry,
    spEl0: 0n,
    spEl1: 0n,
    elrEl1: 0n,
    spsrEl1: 0n,
    pstate: PSTATE_EL1H_DAIF,
    sctlrEl1: start.bigEndian ? SCTLR_EL1_RESET | SCTLR_EL1_EE : SCTLR_EL1_RESET,
    fpsimd: 0n,
  };
}
