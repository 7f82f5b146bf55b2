import { printable } from '../storage/printable';
import { SnapshotError } from '../storage/snapshot-format';

/** Which of the disks that somebody gives for a restore are those of the saved machine. */

/** What a save says of a disk before its contents come. */
export interface SavedDisk {
  /** Bytes. */
  readonly size: number;
  /** See {@link baseNameOf}. Saves of version 1.1 and before do not say. */
  readonly name?: string;
}

export interface GivenDisk {
  /** With or without folders. */
  readonly name: string;
  /** Bytes; of a new one left open unless somebody asks for it: it will have that of the saved disk whose contents it takes. */
  readonly size: number | undefined;
  /** It is to be made, and filled from the save. */
  readonly isNew: boolean;
}

/** No file system has longer ones. */
export const MAX_DISK_NAME = 255;

/** What people call a disk, wherever it lies: its name without folders, at most {@link MAX_DISK_NAME} characters. */
export const baseNameOf = (name: string): string => (/[^\\/]*$/.exec(name)?.[0] ?? '').slice(0, MAX_DISK_NAME);

const sizeFits = (saved: SavedDisk, given: GivenDisk): boolean =>
  given.size === saved.size || (given.isNew && given.size === undefined);

/** What makes a given disk a saved one, the surest first. That it is the right one of two alike, its fingerprint tells later. */
const SIGNS: readonly ((saved: SavedDisk, given: GivenDisk) => boolean)[] = [
  (saved, given) => saved.name !== undefined && baseNameOf(given.name) === saved.name && sizeFits(saved, given),
  (saved, given) => !given.isNew && sizeFits(saved, given),
  (saved, given) => given.isNew && sizeFits(saved, given),
];

/**
 * The given disks, by their numbers, in the order in which the restored machine has them: those of the save in its order, then whatever else is
 * given, which the guest meets when it boots next. Pairs are found by name and size, then by size in order, then new ones take what is left.
 * Throws one sentence if nothing given fits a saved disk.
 */
export function pairDisks(saved: readonly SavedDisk[], given: readonly GivenDisk[]): number[] {
  const left = new Set(given.keys());
  const paired = new Map<number, number>();
  for (const isSigned of SIGNS) {
    for (const [index, disk] of saved.entries()) {
      const found = paired.has(index) ? undefined : [...left].find((number) => isSigned(disk, given[number]!));
      if (found === undefined) continue;
      paired.set(index, found);
      left.delete(found);
    }
  }
  return [...saved.map((disk, index) => paired.get(index) ?? missing(disk, index)), ...left];
}

function missing({ name, size }: SavedDisk, index: number): never {
  const words = name === undefined ? `disk ${index}` : `the disk “${printable(name)}”`;
  throw new SnapshotError(
    'unfit',
    `None of the given disks fits ${words} of the saved machine, which has ${size} bytes: give that one, a name that is not taken, for ` +
      'a new disk that is filled from the save, or no disk at all.',
  );
}
