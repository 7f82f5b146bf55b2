import type { FirmwareFiles } from '../../machine/devices/fw-cfg-items';
import type { Breathe } from '../../storage/disk-contents';
import { type KernelFormat, UNKNOWN_KERNEL } from '../api';
import { isGzip, isZstd, MAX_UNPACKED, type Unpack, unpackBreathing } from './compression';
import { isElf, readElf } from './elf';
import { firmwareName, readFirmware } from './firmware-image';
import { looksLikeCode, readFlat } from './flat';
import { refusal } from './foreign';
import { isImage, readImage } from './image';
import { isZboot, zbootPayload } from './zboot';

/** A kernel unpacked and understood. Addresses are guest-physical. */
export interface Kernel {
  entry: number;
  segments: { address: number; bytes: Uint8Array }[];
  /** First address behind everything the kernel needs before it looks at the device tree (BSS included). */
  end: number;
  /** A bare-metal program or firmware, which looks for the device tree at the start of RAM. */
  bareMetal?: true;
  /** Firmware: what the first bank of flash holds. */
  flash?: Uint8Array;
  /** Firmware: what it is given to boot, by fw_cfg. */
  beside?: FirmwareFiles;
}

/** A kernel of no known format that does not look like code either; whoever gave it may know better. The message is a sentence. */
export class UnknownKernel extends Error {
  override readonly name = UNKNOWN_KERNEL;
}

/**
 * Takes a kernel out of its compression: gzip, zstd, or an EFI zboot image with either. Other files come back as they are. Throws one sentence,
 * also for one that unpacks to more than `memory` bytes.
 */
export async function unpackKernel(
  file: Uint8Array,
  breathe: Breathe,
  memory = MAX_UNPACKED,
  unpack: Unpack = unpackBreathing,
): Promise<Uint8Array> {
  const packed = packedKernel(file);
  if (!packed) return file;
  return isGzip(packed) ? unpack(packed, 'kernel', breathe, memory) : unpackBreathing(packed, 'kernel', breathe, memory);
}

function packedKernel(file: Uint8Array): Uint8Array | undefined {
  const packed = isZboot(file) ? zbootPayload(file) : file;
  return isGzip(packed) || isZstd(packed) ? packed : undefined;
}

/**
 * Reads a kernel that {@link unpackKernel} has seen. Throws one sentence that says what a file is that is none, and what to give instead.
 * `unpacked`: it was packed.
 */
export function readKernel(file: Uint8Array, format: KernelFormat = 'auto', unpacked = false): Kernel {
  if (file.length === 0) throw new Error(unpacked ? 'The kernel unpacks to nothing.' : 'The kernel file is empty.');
  if (format === 'flat') return readFlat(file);
  if (format === 'firmware' || firmwareName(file)) return readFirmware(file);
  if (isElf(file)) return readElf(file);
  if (isImage(file)) return readImage(file);
  const subject = unpacked ? 'The kernel, unpacked,' : 'The kernel';
  const foreign = refusal(subject, file);
  if (foreign !== undefined) throw new Error(foreign);
  if (!looksLikeCode(file))
    throw new UnknownKernel(
      `${subject} is of no known format, and its first bytes (${hexOf(file)}) are no arm64 code: ${ADVICE}`,
    );
  return readFlat(file);
}

const ADVICE = 'give an arm64 Image or an ELF file, or have it run as flat code if it is code all the same.';
const BYTES_NAMED = 8;

const hexOf = (bytes: Uint8Array): string =>
  [...bytes.subarray(0, BYTES_NAMED)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
