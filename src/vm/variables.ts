import { FLASH_BANK_BYTES } from '../machine/memory-map';
import type { BlockDevice } from '../storage/block-device';
import type { Kernel } from './kernel/kernel';

/** What keeps the variables of firmware, the second bank of flash, while a machine is off: a disk of just that size, whose new bytes are zeros. */

/** Bytes of such a disk. QEMU's `virt` wants the same of the file that is its second flash drive. */
export const VARIABLE_BYTES = FLASH_BANK_BYTES;

/** Throws one sentence unless these variables can be those of what is booted. */
export function requireVariables(
  { name, size, readOnly }: Pick<BlockDevice, 'name' | 'size' | 'readOnly'>,
  kernel: Kernel,
): void {
  if (!kernel.flash) throw new Error(`There is no firmware whose variables could be kept in “${name}”: a kernel has none.`);
  requireVariableSize(name, size);
  if (readOnly) throw new Error(`The firmware's variables cannot be kept in “${name}”, which can only be read.`);
}

/** Throws one sentence unless a file or disk is as large as the bank. */
export function requireVariableSize(name: string, size: number): void {
  if (size === VARIABLE_BYTES) return;
  throw new Error(
    `The firmware's variables cannot be kept in “${name}”, which has ${size} bytes: their bank of flash has ${VARIABLE_BYTES} (64 MiB).`,
  );
}
