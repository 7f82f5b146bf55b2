/** What a change of firmware below a guest means, and how a hibernated one is woken: the scenario table of docs/psci.md in a sentence. */
import { isAvailable, KVM_POLICY, type PsciFunctionName, type PsciVersion, versionAtLeast } from '../psci';
import type { EndReason, FirmwareView, VmConfig } from '../vm/api';

const MISSED: readonly (readonly [PsciFunctionName, string])[] = [
  ['SYSTEM_OFF2', 'its next hibernation falls back to SYSTEM_OFF'],
  ['SYSTEM_RESET2', 'a warm reboot halts it'],
  ['SYSTEM_SUSPEND', 'suspend to RAM fails'],
];

export const list = (parts: readonly string[]): string =>
  parts.length < 2 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;

/** What a Linux that was told `believed` when it booted meets under `now`, as the end of a sentence. */
export function consequence(believed: PsciVersion, now: PsciVersion, systemSuspend: boolean): string {
  if ((believed === '0.1') !== (now === '0.1')) {
    return 'it calls ids that are gone, so its other CPUs stay off and it can neither power off nor reboot';
  }
  const has = (name: PsciFunctionName, version: PsciVersion): boolean =>
    isAvailable(name, version, { systemSuspend, policy: KVM_POLICY });
  const losses = MISSED.filter(([name]) => has(name, believed) && !has(name, now)).map(([, words]) => words);
  if (losses.length > 0) return list(losses);
  if (!has('SYSTEM_OFF2', believed) && has('SYSTEM_OFF2', now)) {
    return 'it goes on hibernating by SYSTEM_OFF, which is harmless';
  }
  return 'nothing but the number differs';
}

/** The start on a disk that holds a hibernated Linux. Under which version it slept the disk does not say. */
export function sleeperWords(disk: string, { version, systemSuspend }: FirmwareView): string {
  const begin = `The disk “${disk}” holds a hibernated Linux, which will go on believing the PSCI version it slept under; the firmware is at ${version} now`;
  if (version === '0.1') return `${begin}: if it slept under a later one, ${consequence('1.3', version, systemSuspend)}.`;
  if (versionAtLeast(version, '1.3')) {
    return `${begin}: if it slept under an older one, ${consequence('1.1', version, systemSuspend)}.`;
  }
  return `${begin}: if it slept under 1.3, ${consequence('1.3', version, systemSuspend)}.`;
}

/** The end of a machine that left itself on a disk. `refused`: SYSTEM_OFF2 was called in this run and was not there. */
export function wakeWords(end: EndReason, config: VmConfig, version: PsciVersion, refused: boolean): string {
  const again = `the same disk, --smp ${config.vcpus}, --memory ${config.memoryMiB}`;
  if (refused) {
    return `The guest called SYSTEM_OFF2 first and got NOT_SUPPORTED, so it believes in a newer PSCI than ${version}: it slept before, on other firmware, and wakes with ${again}.`;
  }
  const told =
    end.call === 'SYSTEM_OFF2'
      ? 'this the host now knows to keep, but the version is not on the disk'
      : 'the version is not on the disk';
  return `It wakes as it slept with ${again} and --psci ${version}: ${told}.`;
}

/** What a restore did to the firmware. `saved`: the version in force when the machine was saved. */
export function restoredWords(path: string, config: VmConfig, now: FirmwareView, saved: PsciVersion, skipped: boolean): string {
  const machine = `${config.guest} (${config.vcpus} vCPU${config.vcpus === 1 ? '' : 's'}, ${config.memoryMiB} MiB) goes on from “${path}”`;
  const firmware = `PSCI ${now.version} on ${now.host}`;
  if (!skipped && now.version === saved) return `${machine} with its registers, written back blindly: ${firmware}.`;
  const why = skipped ? 'without its registers' : 'with another version written over its own';
  if (now.version === saved) return `${machine} ${why}, and nothing changed: ${firmware}.`;
  return `${machine} ${why}: ${firmware}, and the guest still believes ${saved}, so ${consequence(saved, now.version, now.systemSuspend)}.`;
}

/** A version that was written under a running guest. `told`: what the guest was told last; undefined if nobody watched. */
export function writtenWords(assignment: string, before: FirmwareView, now: FirmwareView): string {
  if (before.version === now.version) return `${assignment} was written.`;
  const believed = before.told.at(-1) ?? before.version;
  const wont =
    believed === now.version
      ? ''
      : `, and a Linux that was told ${believed} goes on believing it: ${consequence(believed, now.version, now.systemSuspend)}`;
  return `${assignment} was written: PSCI ${now.version} counts from the guest’s next call on${wont}.`;
}
