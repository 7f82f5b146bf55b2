/**
 * Return codes: PSCI's (DEN0022, Linux `include/uapi/linux/psci.h`), SMCCC's and TRNG's. All are signed.
 */

export const PSCI_RET = {
  SUCCESS: 0,
  NOT_SUPPORTED: -1,
  INVALID_PARAMETERS: -2,
  DENIED: -3,
  ALREADY_ON: -4,
  ON_PENDING: -5,
  INTERNAL_FAILURE: -6,
  NOT_PRESENT: -7,
  DISABLED: -8,
  INVALID_ADDRESS: -9,
} as const;
export type PsciReturnName = keyof typeof PSCI_RET;

/** SMCCC 1.1 return codes; NOT_REQUIRED shares its number with PSCI's INVALID_PARAMETERS. */
export const SMCCC_RET = { SUCCESS: 0, NOT_SUPPORTED: -1, NOT_REQUIRED: -2 } as const;
/** ARCH_FEATURES of WORKAROUND_1 and _3 on a CPU that needs no workaround. */
export const SMCCC_ARCH_WORKAROUND_RET_UNAFFECTED = 1;

/** True Random Number Generator firmware interface (DEN0098). KVM never returns NO_ENTROPY. */
export const TRNG_RET = { SUCCESS: 0, NOT_SUPPORTED: -1, INVALID_PARAMETERS: -2, NO_ENTROPY: -3 } as const;

/** AFFINITY_INFO results. */
export const AFFINITY_INFO = { ON: 0, OFF: 1, ON_PENDING: 2 } as const;

/** MIGRATE_INFO_TYPE: multiprocessor or no Trusted OS, migration never needed. */
export const MIGRATE_INFO_TYPE_MP = 2;

/** PSCI_FEATURES(SYSTEM_OFF2): bit 0 offers HIBERNATE_OFF. */
export const SYSTEM_OFF2_FEATURES = { HIBERNATE_OFF: 1 << 0 } as const;

/** The name of a PSCI return code, or undefined if `code` is not one. */
export function psciReturnName(code: number | bigint): PsciReturnName | undefined {
  const signed = Number(BigInt.asIntN(64, BigInt(code)));
  return (Object.keys(PSCI_RET) as PsciReturnName[]).find((name) => PSCI_RET[name] === signed);
}

/** A signed C `long` as the 64-bit register value the guest sees: sign-extended even for SMC32 calls, as KVM does. */
export function toRegister(value: number | bigint): bigint {
  return BigInt.asUintN(64, BigInt(value));
}
