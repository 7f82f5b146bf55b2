/** How a machine went down, in the words of the card below the console. */
import type { DiskInfo, EndReason } from '../../vm/api';

/** Whether there is, as far as is known, something to wake. `onDisk`: a hibernation image waits there, whether the firmware was told of it or not. */
export function sleepsOn(end: EndReason, onDisk = false): boolean {
  if (onDisk || end.kept === 'image') return true;
  return end.how === 'hibernated' && end.kept !== 'nothing';
}

/** Title of the card. */
export function endTitle(end: EndReason, onDisk = false): string {
  if (end.how === 'off' && sleepsOn(end, onDisk)) return 'The machine is asleep, and only its disk knows';
  switch (end.how) {
    case 'hibernated':
      return sleepsOn(end, onDisk) ? 'The machine is asleep' : 'The machine is off, and nothing of it is kept';
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

/** Which firmware call ended it, for ends that are no hibernation; undefined when no firmware call was involved, or its sentence says so. */
export function firmwareWords(end: EndReason): string | undefined {
  return end.call && !end.sentence.includes(end.call)
    ? `${end.call} by ${end.vcpu === undefined ? 'the guest' : `vCPU ${end.vcpu}`}.`
    : undefined;
}

/** How a hibernated disk went to sleep, for the poster: `with SYSTEM_OFF2 under PSCI 1.3, 4 vCPUs, 512 MiB`. */
export function sleptWords(slept: NonNullable<DiskInfo['hibernated']>): string {
  const vcpus = `${slept.vcpus} vCPU${slept.vcpus === 1 ? '' : 's'}`;
  // 0.1 has none of these calls: its power was cut.
  const how = slept.psci === '0.1' ? 'with no call' : `with ${slept.call === 'SYSTEM_OFF2' ? slept.call : 'plain SYSTEM_OFF'}`;
  return `${how} under PSCI ${slept.psci}, ${vcpus}, ${slept.memoryMiB} MiB`;
}
