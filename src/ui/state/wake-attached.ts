/** The disk that a machine had attached when it fell asleep: its kernel goes on with what it knows of it, so it is woken with that one or not at all. */
import type { DiskInfo } from '../../vm/api';
import { type AttachedDisk, attachedAgain } from './attached-disk';
import { formatBytes } from './format';

const SECTOR_BYTES = 512;
/** As large as the copy of an image is. */
const sizeOf = ({ size }: Pick<AttachedDisk, 'size'>): number => Math.ceil(size / SECTOR_BYTES) * SECTOR_BYTES;

/** `print`: what must be on it, see `DiskChoice`. */
export type AttachedForWake = AttachedDisk & { print?: string };

/**
 * What is to be attached for who sleeps on `disk`: one that is here, or that somebody has given; `missing` if it is neither; undefined if none was.
 * @param disks all that are here
 * @param given what is attached at the next start
 */
export function attachedForWake(
  disk: DiskInfo,
  disks: readonly DiskInfo[],
  given: AttachedDisk | undefined,
): AttachedForWake | 'missing' | undefined {
  const { guest, attached } = disk.hibernated ?? {};
  // It sleeps on that very disk, which is not its guest's own.
  if (guest !== undefined) return attachedAgain(disk);
  if (!attached) return undefined;
  const { name, size, print } = attached;
  if (given?.image && sizeOf(given) === size) return { ...given, print };
  const here = disks.find((each) => each.name === name && each.size === size && !each.inUse);
  return here ? { ...attachedAgain(here), print } : 'missing';
}

/** What is said of it beside the buttons that wake. */
export function attachedWords(disk: DiskInfo, found: AttachedForWake | 'missing' | undefined): string | undefined {
  const { attached } = disk.hibernated ?? {};
  if (!attached || found === undefined) return undefined;
  const { name, size } = attached;
  return found === 'missing'
    ? `It fell asleep with the disk “${name}” (${formatBytes(size)}) attached, and that is not in this browser: drop its file here, as it was then, to wake it.`
    : `It wakes with the disk “${found.name}” attached, as it fell asleep.`;
}
