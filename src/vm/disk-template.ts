import type { BlockDevice } from '../storage/block-device';
import { collected } from '../storage/byte-reader';
import { type Breathe, Fingerprint, fillDisk, skipParts } from '../storage/disk-contents';
import { FIRST_VERSION, requireVersion, SnapshotError } from '../storage/snapshot-format';
import { readSnapshot } from '../storage/snapshot-reader';
import { writeSnapshot } from '../storage/snapshot-writer';
import { diskSections, type Print, printsIn } from './saved-disks';

/**
 * What a guest's new disk begins with: partitions, and file systems with nothing in them. A template is written as a saved machine keeps its disks (see
 * docs/snapshots.md), without the machine: the blocks that are not zero, with checksums, and the fingerprint of the whole.
 */

/** A guest's template, where a host has it. */
export interface GuestTemplate {
  /** Of the disk that it makes, in bytes. */
  size: number;
  /** Rejects with a sentence. */
  load(): Promise<Uint8Array>;
}

/**
 * Gives a new disk what a guest's disks begin with; one that is too small for that stays empty, and so does one for a guest without a template. Resolves
 * with whether it was given anything. Rejects as {@link applyTemplate} does, or with what kept the template from being loaded.
 */
export async function beginDisk(disk: BlockDevice, template: GuestTemplate | undefined, breathe?: Breathe): Promise<boolean> {
  if (!template || disk.size < template.size) return false;
  await applyTemplate(disk, await template.load(), breathe);
  return true;
}

/** The template that makes a disk like this one. */
export function packTemplate(disk: BlockDevice): Promise<Uint8Array> {
  return collected(writeSnapshot(diskSections([disk])));
}

/**
 * Writes a template to a disk on which nothing is yet, and which is as large at least. Throws a SnapshotError with one sentence if the template is
 * damaged, a DiskError if the disk cannot be written; it is half filled then.
 */
export async function applyTemplate(disk: BlockDevice, template: Uint8Array, breathe?: Breathe): Promise<void> {
  const print = new Fingerprint();
  let told: Print | undefined;
  // Of a Buffer, slices would be views.
  const bytes = new Uint8Array(template.buffer, template.byteOffset, template.length);
  for await (const section of readSnapshot([bytes])) {
    requireVersion(`The section “${section.name}” of the disk's template`, section.version, FIRST_VERSION);
    if (section.name === 'disks') [told] = printsIn(section, 1);
    else if (section.name === 'disk 0' && 'parts' in section) await fillDisk(disk, section.parts, print, breathe);
    else if ('parts' in section) await skipParts(section.parts, breathe);
  }
  if (told?.fingerprint !== print.value)
    throw new SnapshotError('damaged', `What the disk “${disk.name}” is to begin with is damaged: fetch the guest anew.`);
  disk.flush();
}
