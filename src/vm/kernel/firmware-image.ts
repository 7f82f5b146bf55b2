import { FLASH_BANK_BYTES, MEMORY_MAP } from '../../machine/memory-map';
import type { FirmwareName } from '../api';
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

function isFirmwareVolume(file: Uint8Array): boolean {
  const isAt = (volume: number): boolean =>
    [...SIGNATURE.text].every((letter, i) => file[volume + SIGNATURE.at + i] === letter.charCodeAt(0));
  for (let at = 0; at < SIGNATURE.within; at += SIGNATURE.every) if (isAt(at)) return true;
  return false;
}

/** What U-Boot for arm64 begins with (its arch/arm/cpu/armv8/start.S): a jump and a NOP, then where it was linked to, and from there its end and its BSS. */
const U_BOOT = { linked: 8, end: 16, bss: 24, bssEnd: 32, bytes: 40 } as const;
const NOP = 0xd503201f;
/** It is longer than this. */
const U_BOOT_LEAST = 0x10000;

/** Whether a file is U-Boot that was linked to run at address 0, where flash is: one for other boards is of no use here. */
export function isUBoot(file: Uint8Array): boolean {
  if (file.length < U_BOOT.bytes) return false;
  const data = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const at = (offset: number): number => Number(data.getBigUint64(offset, true));
  const jumps = data.getUint32(0, true) >>> 26 === 0b000101 && data.getUint32(4, true) === NOP;
  const ends = [at(U_BOOT.end), at(U_BOOT.bss), at(U_BOOT.bssEnd)];
  return jumps && at(U_BOOT.linked) === 0 && ends.every((end) => end > U_BOOT_LEAST && end < FLASH_BANK_BYTES);
}

/** What firmware a file is, as far as it can be told; undefined: none that is known. */
export function firmwareName(file: Uint8Array): FirmwareName | undefined {
  return isFirmwareVolume(file) ? 'EDK2' : isUBoot(file) ? 'U-Boot' : undefined;
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
