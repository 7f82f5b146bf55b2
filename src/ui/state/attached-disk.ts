/** A disk that a machine has besides its own: a copy of an image that somebody gave, or one that was kept of such a copy. */
import type { DiskChoice, DiskInfo } from '../../vm/api';

export interface AttachedDisk {
  /** By which it is kept, and listed. */
  name: string;
  /** Bytes. */
  size: number;
  /** Kept in this browser; else it is in the memory of this page. */
  kept: boolean;
  /** What it begins as; left out: it is there already. */
  image?: File;
}

const MOST_NAME = 48;

/** A name for the copy of an image that no disk of `taken` has: what a disk may be called is letters, digits, dots and dashes. */
export function attachedName(file: string, taken: readonly string[]): string {
  const plain = file.replace(/[^\w.-]+/g, '-').slice(-MOST_NAME) || 'disk';
  for (let count = 1; ; count++) {
    const name = count === 1 ? plain : `${plain}-${count}`;
    if (!taken.includes(name)) return name;
  }
}

export function attachedChoice({ name, size, kept, image }: AttachedDisk): DiskChoice {
  return { name, sizeMiB: Math.ceil(size / 2 ** 20), kind: kept ? 'kept' : 'memory', ...(image ? { image } : {}) };
}

/** A disk that is in this browser, to be attached again. */
export const attachedAgain = ({ name, size, inMemory }: Pick<DiskInfo, 'name' | 'size' | 'inMemory'>): AttachedDisk => ({
  name,
  size,
  kept: !inMemory,
});

/** How a Linux calls it. @param second the machine has a disk of its own */
export const deviceOf = (second: boolean): string => (second ? '/dev/vdb' : '/dev/vda');

/** Where what is written to it goes, as a sentence. */
export const whereChangesGo = ({ name, kept }: Pick<AttachedDisk, 'name' | 'kept'>): string =>
  kept
    ? `What is written to it stays in this browser, on the disk “${name}”; the file itself is left as it is.`
    : 'What is written to it is gone with this page; the file itself is left as it is.';
