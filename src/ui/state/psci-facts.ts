/** The firmware's own tables as the page uses them: one door, so that the page's modules agree on what they ask. */
import {
  decodeVersion,
  HOST_GENERATIONS,
  type HostGeneration,
  hostGeneration,
  NEWEST_HOST,
  type PsciVersion,
  SMCCC_ID,
} from '../../psci';

export {
  FirmwareRegisters,
  HOST_GENERATIONS,
  type HostGeneration,
  isAvailable,
  KVM_POLICY,
  makeHost,
  PSCI_VERSIONS,
  type PsciFunction,
  type PsciFunctionName,
  type PsciVersion,
  parseAssignment,
  parseVersion,
  psci01FunctionById,
  psciFunction,
  psciFunctionById,
  REGISTERS,
  type RegisterName,
  SPEC_POLICY,
  versionAtLeast,
  versionMatrix,
} from '../../psci';

export const SMCCC_VERSION_ID: number = SMCCC_ID.SMCCC_VERSION;

/** What PSCI_VERSION's x0 says; undefined for an error or a number that is no version. */
export function versionOf(result: bigint): PsciVersion | undefined {
  return BigInt.asIntN(64, result) < 0n ? undefined : decodeVersion(result);
}

/** The host by its name; left out or unknown: the newest. */
export function hostByName(name: string | undefined): HostGeneration {
  return (name ? hostGeneration(name) : undefined) ?? NEWEST_HOST;
}

/** `Linux 5.18 to 6.12`. */
export function hostWords(name: string | undefined): string {
  return `Linux ${hostByName(name).kernels}`;
}

export const HOST_NAMES: readonly string[] = HOST_GENERATIONS.map((generation) => generation.name);
