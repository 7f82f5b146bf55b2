/**
 * PSCI versions as data: which exist, how they are written as numbers, and which a host kernel knows.
 */

/** Every PSCI version a VM can be pinned to, oldest first. */
export const PSCI_VERSIONS = ['0.1', '0.2', '1.0', '1.1', '1.2', '1.3'] as const;
export type PsciVersion = (typeof PSCI_VERSIONS)[number];

/** What a VM gets when nobody chooses: the newest (opt-out, as KVM). */
export const NEWEST_PSCI_VERSION: PsciVersion = '1.3';

/** The number PSCI_VERSION returns and the pseudo-register holds: `major << 16 | minor`. */
export function encodeVersion(version: PsciVersion): number {
  return NUMBERS[version];
}

const NUMBERS = Object.fromEntries(
  PSCI_VERSIONS.map((version) => {
    const [major, minor] = version.split('.').map(Number) as [number, number];
    return [version, (major << 16) | minor];
  }),
) as Record<PsciVersion, number>;

/** The inverse of {@link encodeVersion}; undefined for a number that is no known version. */
export function decodeVersion(value: number | bigint): PsciVersion | undefined {
  return PSCI_VERSIONS.find((version) => BigInt(encodeVersion(version)) === BigInt(value));
}

/** Any `major << 16 | minor` number for people, e.g. `1.3`; also for versions that do not exist. */
export function formatVersion(value: number | bigint): string {
  const number = Number(BigInt.asUintN(32, BigInt(value)));
  return `${number >>> 16}.${number & 0xffff}`;
}

/** True if `version` is `minimum` or newer. */
export function versionAtLeast(version: PsciVersion, minimum: PsciVersion): boolean {
  return PSCI_VERSIONS.indexOf(version) >= PSCI_VERSIONS.indexOf(minimum);
}

/** Reads `1.1` (or `v1.1`). Returns undefined for anything else. */
export function parseVersion(text: string): PsciVersion | undefined {
  const bare = text.trim().replace(/^v/i, '');
  return PSCI_VERSIONS.find((version) => version === bare);
}

/**
 * A range of Linux/KVM host kernels that offer the same newest PSCI version.
 * KVM's default is always the newest it knows, so one field says both.
 */
export interface HostGeneration {
  /** Short name for options, e.g. `linux-6.13`: the first kernel of the range (`linux-4.15` means "up to"). */
  readonly name: string;
  /** The range for people. */
  readonly kernels: string;
  /** Default and highest PSCI version of a VM on such a host. */
  readonly newest: PsciVersion;
  /** What changed with this generation, one sentence. */
  readonly change: string;
}

/** Oldest first. The release borders of the two oldest rows follow kernel history as remembered, not as re-read. */
export const HOST_GENERATIONS: readonly HostGeneration[] = [
  {
    name: 'linux-4.15',
    kernels: '4.15 and earlier',
    newest: '0.2',
    change: 'Standard function ids, and no register to choose a version.',
  },
  {
    name: 'linux-4.16',
    kernels: '4.16 to 5.17',
    newest: '1.0',
    change: 'PSCI_FEATURES, and soon after the pseudo-register that selects the version.',
  },
  { name: 'linux-5.18', kernels: '5.18 to 6.12', newest: '1.1', change: 'SYSTEM_RESET2, and the SYSTEM_SUSPEND capability.' },
  {
    name: 'linux-6.13',
    kernels: '6.13 and later',
    newest: '1.3',
    change: 'SYSTEM_OFF2; 1.2 became selectable with 1.3 and was never a default.',
  },
];

export const NEWEST_HOST: HostGeneration = HOST_GENERATIONS[HOST_GENERATIONS.length - 1]!;

/** The generation with this name, or undefined. */
export function hostGeneration(name: string): HostGeneration | undefined {
  return HOST_GENERATIONS.find((generation) => generation.name === name);
}
