/** The line that Dormouse draws in the console where a machine begins. */
import type { PsciVersion, VmConfig } from '../../vm/api';

export interface Begun extends Pick<VmConfig, 'vcpus' | 'memoryMiB'> {
  title: string;
  /** What its firmware speaks at the start. */
  version: PsciVersion;
  /** The disk it is woken from, if it is. */
  wakesFrom?: string | undefined;
}

/** `Debian 13 starts: PSCI 1.3, 512 MiB of memory, 2 vCPUs`. */
export function startWords({ title, version, memoryMiB, vcpus, wakesFrom }: Begun): string {
  const does = wakesFrom === undefined ? 'starts' : `wakes from the disk “${wakesFrom}”`;
  return `${title} ${does}: PSCI ${version}, ${memoryMiB} MiB of memory, ${vcpus} vCPU${vcpus === 1 ? '' : 's'}`;
}
