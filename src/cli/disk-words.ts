/** What there is to say of a machine's disks. */
import { sizeText } from './file-disk';
import { list } from './firmware-words';

const quotedList = (names: readonly string[]): string => list(names.map((name) => `“${name}”`));

/** A new disk is smaller than those on which the guest keeps files: `bytes` would be enough. */
export const smallDiskWords = (name: string, guest: string, bytes: number): string =>
  `The new disk “${name}” has room for hibernation only: with ${sizeText(bytes)} or more (${name}:size=${sizeText(bytes)}) the guest ${guest} keeps files on it, too.`;

/** Disks that a save knows by what is on them. */
export const exchangedDiskWords = (names: readonly string[]): string =>
  `The disks ${quotedList(names)} have other names or places than when the machine was saved: each is taken for the one whose contents it has.`;

/** The disks of a restored machine that are in memory, by their names. */
export function memoryDiskWords(names: readonly string[]): string {
  const quoted = quotedList(names);
  return names.length === 1
    ? `Its disk ${quoted} is in memory, filled from the save: what is written to it is gone when the machine ends, unless it is saved again (or restored with --disk FILE).`
    : `Its ${names.length} disks ${quoted} are in memory, filled from the save: what is written to them is gone when the machine ends, unless it is saved again (or restored with --disk FILE for each).`;
}
