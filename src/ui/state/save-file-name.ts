/** Files of whole saved machines: their names say what is inside, for people and for the page. */
import type { PsciVersion, VmConfig } from '../../vm/api';

export const SAVED_SUFFIX = '.dormouse';

/** `debian-2cpu-512MiB-psci1.1.dormouse`. */
export function savedFileName(config: Pick<VmConfig, 'guest' | 'vcpus' | 'memoryMiB'>, psci: PsciVersion): string {
  return `${config.guest}-${config.vcpus}cpu-${config.memoryMiB}MiB-psci${psci}${SAVED_SUFFIX}`;
}

/** Puts a file into the person's downloads. */
export function download(file: Blob, name: string): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser has taken its own hold of the data by then.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
