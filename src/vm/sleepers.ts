import type { BlockDevice } from '../storage/block-device';
import type { Breathe } from '../storage/disk-contents';
import { type BootImages, type VmConfig, WAKE_REFUSAL } from './api';
import { Cancelled } from './breather';
import { type HibernationImage, readHibernationImage } from './hibernation-image';
import type { Kernel } from './kernel/kernel';
import { findSleepingArea } from './swap-signature';
import { refusalToWake } from './wake-check';

/** A hibernated Linux on a disk. */
export interface Sleeper {
  disk: BlockDevice;
  /** Left out if it is not understood. */
  image?: HibernationImage;
}

/** Starting a machine would destroy what sleeps on its disk; the message is a sentence. */
export class WakeRefusal extends Error {
  override readonly name = WAKE_REFUSAL;
}

/** Who sleeps on disks. One that cannot be read holds nobody: the guest will meet its errors itself. Rejects only when it is cancelled. */
export async function sleepersOn(disks: readonly BlockDevice[] = [], breathe?: Breathe): Promise<Sleeper[]> {
  const sleepers: Sleeper[] = [];
  for (const disk of disks) {
    try {
      const area = await findSleepingArea(disk, breathe);
      const image = area && readHibernationImage(disk, area);
      if (area) sleepers.push({ disk, ...(image ? { image } : {}) });
    } catch (error) {
      if (error instanceof Cancelled) throw error;
    }
  }
  return sleepers;
}

/** Throws a {@link WakeRefusal} if a machine with this kernel would destroy one of the sleepers. */
export function requireToWake(
  sleepers: readonly Sleeper[],
  { config, images }: { config: Pick<VmConfig, 'memoryMiB'>; images: Pick<BootImages, 'append'> },
  kernel: Pick<Kernel, 'segments'>,
): void {
  for (const { disk, image } of sleepers) {
    const refusal = image && refusalToWake(disk.name, image, { memoryMiB: config.memoryMiB, append: images.append, kernel });
    if (refusal !== undefined) throw new WakeRefusal(refusal);
  }
}
