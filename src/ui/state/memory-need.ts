/** How much memory a machine has for a kernel of one's own, where nobody chose. */
import { LIMITS } from '../../vm/api';

const MIB = 2 ** 20;
/** Enough for a Linux of today, which says little about what it needs. */
export const OWN_MEMORY_MIB = 512;
const LARGER = [768, 1024, 2048, LIMITS.maxMemoryMiB];
/** What a packed initramfs takes, itself and unpacked, as so many times its bytes. */
const UNPACKED = 4;
/** Beside what is loaded (MiB). */
const ROOM = 64;

/**
 * MiB for a kernel of so many bytes, loaded, and its initramfs.
 * @param chosen what somebody chose for such a kernel: it is kept if they fit in
 */
export function memoryFor(kernelBytes: number, initrdBytes = 0, chosen?: number): number {
  const needed = (kernelBytes + UNPACKED * initrdBytes) / MIB + ROOM;
  const sizes = [...(chosen === undefined ? [] : [chosen]), OWN_MEMORY_MIB, ...LARGER];
  return sizes.find((size) => size >= needed) ?? LIMITS.maxMemoryMiB;
}
