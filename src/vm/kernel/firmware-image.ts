import { FLASH_BANK_BYTES, MEMORY_MAP } from '../../machine/memory-map';
import { isElf } from './elf';
import type { Kernel } from './kernel';

/** Firmware: what QEMU takes by `-bios`, U-Boot and EDK2 among them. It runs from flash at address 0 and finds the device tree at the start of RAM. */

/**
 * A firmware volume (UEFI Platform Initialization Specification, volume 3, 3.2.1): its signature, behind a vector and the file system's GUID. Images
 * begin with one, or with a jump over a page or some to it.
 */
const SIGNATURE = { at: 40, text: '_FVH', every: 0x1000, within: 0x10000 } as const;
/** What it may use of RAM before it looks at the device tree is its own affair. */
const LEAST_RAM = 0x100000;
/** What is cut off is a multiple of this. */
const BLOCK_BYTES = 0x40000;

export function isFirmwareVolume(file: Uint8Array): boolean {
  const isAt = (volume: number): boolean =>
    [...SIGNATURE.text].every((letter, i) => file[volume + SIGNATURE.at + i] === letter.charCodeAt(0));
  for (let at = 0; at < SIGNATURE.within; at += SIGNATURE.every) if (isAt(at)) return true;
  return false;
}

/** Takes a whole bank or less; what an image is filled up with, zeros or ones, is cut off but for some of it. Throws one sentence. */
export function readFirmware(file: Uint8Array): Kernel {
  if (isElf(file))
    throw new Error(
      'The firmware is an ELF file, and flash takes it as it lies there: give the raw image beside it (such as u-boot.bin).',
    );
  const filler = file.at(-1);
  let length = file.length;
  if (filler === 0 || filler === 0xff) while (length > 0 && file[length - 1] === filler) length--;
  const bytes = (Math.ceil(length / BLOCK_BYTES) + 1) * BLOCK_BYTES;
  if (length === 0) throw new Error('The firmware is blank.');
  if (file.length > FLASH_BANK_BYTES)
    throw new Error(
      `The firmware has ${file.length} bytes, and its bank of flash ${FLASH_BANK_BYTES}: give the image of one bank, such as QEMU takes by -bios.`,
    );
  return {
    entry: MEMORY_MAP.flash.base,
    segments: [],
    end: MEMORY_MAP.ram.base + LEAST_RAM,
    bareMetal: true,
    flash: file.subarray(0, bytes),
  };
}
