/** What there is to say of a machine's disks. */
import { list } from './firmware-words';

/** The disks of a restored machine that are in memory, by their names. */
export function memoryDiskWords(names: readonly string[]): string {
  const quoted = list(names.map((name) => `“${name}”`));
  return names.length === 1
    ? `Its disk ${quoted} is in memory, filled from the save: what is written to it is gone when the machine ends, unless it is saved again (or restored with --disk FILE).`
    : `Its ${names.length} disks ${quoted} are in memory, filled from the save: what is written to them is gone when the machine ends, unless it is saved again (or restored with --disk FILE for each).`;
}
