import type { BlockDevice } from '../storage/block-device';

/**
 * The last ten bytes of a swap area's first page say what it is: SWAPSPACE2, or S1SUSPEND while it holds a hibernation image
 * (Linux kernel/power/swap.c). arm64 Debian has 4 KiB pages.
 */
const SIGNATURE_OFFSET = 4096 - 10;
const HIBERNATED = 'S1SUSPEND';

/** Whether a disk holds the image of a hibernated Linux. */
export function holdsHibernationImage(disk: BlockDevice): boolean {
  if (disk.size < 4096) return false;
  const bytes = new Uint8Array(10);
  disk.read(SIGNATURE_OFFSET, bytes);
  return String.fromCharCode(...bytes).startsWith(HIBERNATED);
}
