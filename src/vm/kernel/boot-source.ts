import type { Breathe } from '../../storage/disk-contents';
import type { BootImages, VmConfig } from '../api';
import { type CheckedImages, checkImages } from './check';
import type { Unpack } from './compression';
import { isElf } from './elf';
import type { Kernel } from './kernel';

/** What a machine boots, each time it is reset: as it was given, and unpacked while it is needed. A kernel is three times as large then. */
export class BootSource {
  private constructor(
    readonly images: BootImages,
    private readonly read: (breathe: Breathe) => Promise<CheckedImages>,
    private unpacked: CheckedImages | undefined,
  ) {}

  /** Reads it, and makes sure that it fits the machine. Rejects with one sentence. */
  static async of(
    images: BootImages,
    config: Pick<VmConfig, 'memoryMiB' | 'kernelFormat'>,
    breathe: Breathe,
    unpack?: Unpack,
  ): Promise<BootSource> {
    const read = (breath: Breathe): Promise<CheckedImages> => checkImages(images, config, breath, unpack);
    return new BootSource(images, read, await read(breathe));
  }

  /** The kernel that is {@link ready}. */
  get kernel(): Kernel {
    if (!this.unpacked) throw new Error('The kernel is not unpacked: this is a fault of Dormouse, please report it.');
    return this.unpacked.kernel;
  }

  /** The kernel's file: unpacked, if it is an ELF file, whose symbols may be asked for. */
  get file(): Uint8Array {
    const file = this.unpacked?.images.kernel;
    return file && isElf(file) ? file : this.images.kernel;
  }

  /** The kernel can be booted, from now until it is {@link letGo let go of}. */
  async ready(breathe: Breathe): Promise<void> {
    this.unpacked ??= await this.read(breathe);
  }

  /** It has been booted and is not needed soon: what can be unpacked again is let go of. */
  letGo(): void {
    if (this.file === this.images.kernel && this.unpacked?.images.kernel !== this.file) this.unpacked = undefined;
  }
}
