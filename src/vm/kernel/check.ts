import type { Breathe } from '../../storage/disk-contents';
import type { BootImages, VmConfig } from '../api';
import type { Unpack } from './compression';
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
  const kernel = readKernel(file, kernelFormat, file !== images.kernel);
  if (images.initrd) checkInitrd(images.initrd);
  place(kernel, images.initrd?.length, memoryMiB, images.append);
  return { kernel, images: { ...images, kernel: file } };
}
