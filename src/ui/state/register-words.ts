/** Firmware pseudo-registers and their values in words, and refusals taken apart for the page. */
import { formatVersion } from '../../psci';
import { hexShort } from './format';
import type { RegisterName } from './psci-facts';

/** Names of the bits of the bitmap registers, bit 0 first. */
const BITS: Partial<Record<RegisterName, readonly string[]>> = {
  std_bmap: ['TRNG'],
  std_hyp_bmap: ['stolen time'],
  vendor_hyp_bmap: ['features and UID', 'PTP'],
  vendor_hyp_bmap_2: ['DISCOVER_IMPL_VER', 'DISCOVER_IMPL_CPUS'],
};
const LEVELS: Partial<Record<RegisterName, readonly string[]>> = {
  arch_workaround_1: ['not available', 'available', 'not required'],
  arch_workaround_2: ['not available', 'unknown', 'available', 'not required'],
  arch_workaround_3: ['not available', 'available', 'not required'],
};
const LEVEL_MASK = 0xfn;

/** `TRNG`, `not required`, `all off`: what a value means. Empty for the version, whose number says all. */
export function meaningOf(name: string, value: bigint): string {
  const bits = BITS[name as RegisterName];
  if (bits) return bits.filter((_, bit) => (value >> BigInt(bit)) & 1n).join(', ') || 'all off';
  const levels = LEVELS[name as RegisterName];
  return levels ? (levels[Number(value & LEVEL_MASK)] ?? 'unknown level') : '';
}

/** The value itself: `1.3` or `0x3`. */
export function valueText(name: string, value: bigint): string {
  return name === 'psci_version' ? formatVersion(value) : hexShort(value);
}

export const SET_BY_WORDS = { default: 'host default', vmm: 'VMM', restore: 'restored' } as const;

export interface Refusal {
  assignment: string;
  /** KVM's errno, if the refusal carries one. */
  errno?: string;
  sentence: string;
}

/** Takes `The register “…” is refused with EINVAL: sentence` apart. */
export function refusalOf(assignment: string, message: string): Refusal {
  const found = /\b(E[A-Z]{3,7}): (.*)$/s.exec(message);
  return found ? { assignment, errno: found[1]!, sentence: found[2]! } : { assignment, sentence: message };
}

/** What each errno of KVM_SET_ONE_REG says by itself. */
export const ERRNO_WORDS: Record<string, string> = {
  EINVAL: 'this value is not possible here',
  EBUSY: 'too late: the VM has run',
  ENOENT: 'this host has no such register',
  ENOEXEC: 'the vCPU is not initialised',
};
