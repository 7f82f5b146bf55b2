/** How a machine went down, in the words of the card below the console. */
import type { DiskInfo, EndReason, PsciVersion } from '../../vm/api';
import { FIRST_WITH_OFF2, NEWEST_PSCI } from './options';

/** PSCI versions compare by number: major, then minor. */
export function hasOff2(version: PsciVersion): boolean {
  return Number(version) >= Number(FIRST_WITH_OFF2);
}

/** Title of the card. */
export function endTitle(end: EndReason): string {
  switch (end.how) {
    case 'hibernated':
      return 'The machine is asleep';
    case 'crashed':
      return 'The machine crashed';
    case 'stopped-by-host':
      return 'You cut the power';
    case 'reset':
      return 'The machine was reset';
    case 'off':
      return 'The machine is off';
  }
}

/** Which firmware call told the host, and why that one; undefined when no firmware call was involved. */
export function firmwareWords(end: EndReason, pinned: PsciVersion | undefined, type: number | undefined): string | undefined {
  if (!end.call) return undefined;
  const version = pinned ?? NEWEST_PSCI;
  if (end.call === 'SYSTEM_OFF2') {
    // Both values of the argument mean HIBERNATE_OFF: drafts of the specification used 0, the final one bit 0.
    const argument = type === undefined ? '' : `, type 0x${type.toString(16)}`;
    return `SYSTEM_OFF2 (HIBERNATE_OFF${argument}): the firmware was told that this is hibernation.`;
  }
  if (end.call === 'SYSTEM_OFF' && end.how === 'hibernated') {
    return hasOff2(version)
      ? `Plain SYSTEM_OFF, although PSCI ${version} has SYSTEM_OFF2: the guest did not ask for it (Linux does from 6.13 on).`
      : `Plain SYSTEM_OFF, because PSCI ${version} has no SYSTEM_OFF2: only the disk knows that this was hibernation.`;
  }
  return `${end.call} by ${end.vcpu === undefined ? 'the guest' : `vCPU ${end.vcpu}`}.`;
}

/** How a hibernated disk went to sleep, for the poster: `with SYSTEM_OFF2 under PSCI 1.3, 4 vCPUs, 512 MiB`. */
export function sleptWords(slept: NonNullable<DiskInfo['hibernated']>): string {
  const vcpus = `${slept.vcpus} vCPU${slept.vcpus === 1 ? '' : 's'}`;
  return `with ${slept.call === 'SYSTEM_OFF2' ? 'SYSTEM_OFF2' : 'plain SYSTEM_OFF'} under PSCI ${slept.psci}, ${vcpus}, ${slept.memoryMiB} MiB`;
}

/** What waking under another version means for the guest, or undefined if nothing changes. */
export function wakeWarning(slept: PsciVersion, next: PsciVersion): string | undefined {
  if (slept === next) return undefined;
  const base = `the guest goes on believing PSCI ${slept}`;
  if (hasOff2(slept) && !hasOff2(next)) return `${base}: its next SYSTEM_OFF2 is refused, and it falls back to SYSTEM_OFF.`;
  if (Number(slept) >= 1.1 && Number(next) < 1.1)
    return `${base}: calls that ${next} does not have, such as SYSTEM_RESET2, are refused.`;
  if (Number(next) < Number(slept)) return `${base}; calls that ${next} does not have are refused.`;
  return `${base} and does not look for what ${next} adds until it boots anew.`;
}
