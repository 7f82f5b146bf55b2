import type { Breathe } from '../../storage/disk-contents';
import type { BootImages, VmConfig } from '../api';
import type { Unpack } from './compression';
import { readFirmware } from './firmware-image';
import { checkInitrd } from './initrd';
import { type Kernel, readKernel, unpackKernel } from './kernel';
import { place } from './place';

const MIB = 0x100000;

export interface CheckedImages {
  kernel: Kernel;
  /** As given, with the kernel unpacked, so that it need not be again. */
  images: BootImages;
}

/** Reads what a machine is to boot and makes sure that it is such and fits into the memory. Rejects with one sentence. */
export async function checkImages(
  images: BootImages,
  { memoryMiB, kernelFormat }: Pick<VmConfig, 'memoryMiB' | 'kernelFormat'>,
  breathe: Breathe = () => undefined,
  unpack?: Unpack,
): Promise<CheckedImages> {
  const file =
    kernelFormat === 'flat' || kernelFormat === 'firmware'
      ? images.kernel
      : await unpackKernel(images.kernel, breathe, memoryMiB * MIB, unpack);
  const isPacked = file !== images.kernel;
  if (images.initrd) checkInitrd(images.initrd);
  const read = { ...images, kernel: file };
  if (images.firmware) {
    // What firmware boots is an EFI program, Linux among others; what else it may know is looked at as if it were the kernel.
    if (!isEfiProgram(file)) readKernel(file, kernelFormat, isPacked);
    const { initrd, append } = images;
    const beside = { kernel: file, ...(initrd && { initrd }), ...(append !== undefined && { append }) };
    const kernel = { ...readFirmware(images.firmware), beside };
    place(kernel, undefined, memoryMiB, append);
    return { kernel, images: read };
  }
  const kernel = readKernel(file, kernelFormat, isPacked);
  place(kernel, images.initrd?.length, memoryMiB, images.append);
  return { kernel, images: read };
}

const isEfiProgram = (file: Uint8Array): boolean => file[0] === 'M'.charCodeAt(0) && file[1] === 'Z'.charCodeAt(0);
