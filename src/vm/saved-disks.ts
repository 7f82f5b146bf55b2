import type { SectionTaker } from '../machine/saved-machine';
import { SavedState } from '../machine/saved-state';
import { type BlockDevice, MAX_DISK_BYTES } from '../storage/block-device';
import { type Breathe, diskParts, Fingerprint, fillDisk, fingerprintOf, skipParts } from '../storage/disk-contents';
import { MemoryDisk } from '../storage/memory-disk';
import { printable } from '../storage/printable';
import { FIRST_VERSION, type NewSection, requireVersion, type Section, SnapshotError } from '../storage/snapshot-format';
import type { DeviceState } from '../storage/state-value';
import { MAX_DISK_NAME, type SavedDisk } from './pair-disks';

/**
 * The disks of a saved machine: `disk N` holds the used blocks of each, `disks` what they were, so that the machine can be restored where none of
 * its disks are, and is not restored over one that is no longer what the guest thinks it is.
 */

const NAME = /^disk (\d{1,2})$/;

/** The sections of a machine's disks, to be added to those of the machine. It must be held until the last is written. */
export function* diskSections(disks: readonly BlockDevice[]): Generator<NewSection> {
  const prints = disks.map(() => new Fingerprint());
  for (const [index, disk] of disks.entries()) yield { name: `disk ${index}`, parts: diskParts(disk, prints[index]!) };
  yield { name: 'disks', state: { disks: prints.map(({ value }, index) => ({ fingerprint: value, size: disks[index]!.size })) } };
}

/** A disk that a machine is restored with. */
export interface RestoredDisk {
  disk: BlockDevice;
  /** `empty`: it was made for this, and takes what the save carries. `present`: it must be as it was when the machine was saved. */
  was: 'empty' | 'present';
}

/** Disks in memory for a saved machine whose own are not given: empty, to take what the save carries. */
export const emptyDisksFor = (saved: readonly SavedDisk[]): MemoryDisk[] =>
  saved.map(({ size, name }, index) => new MemoryDisk(size, { name: printable(name ?? `disk ${index}`, MAX_DISK_NAME) }));

/** Takes the sections of {@link diskSections} for the disks that were saved, in their order. */
export class DiskRestorer implements SectionTaker {
  /** What the save carries of the empty ones, by their numbers. */
  private readonly carried = new Map<number, Fingerprint>();
  private told = false;

  constructor(
    private readonly disks: readonly RestoredDisk[],
    private readonly breathe?: Breathe,
  ) {}

  async take(section: Section): Promise<boolean> {
    const number = NAME.exec(section.name)?.[1];
    if (number === undefined && section.name !== 'disks') return false;
    requireVersion(`The section “${section.name}”`, section.version, FIRST_VERSION);
    if (number !== undefined) await this.fill(Number(number), section);
    else await this.compare(section);
    return true;
  }

  private async fill(index: number, section: Section): Promise<void> {
    if ('state' in section) throw new SnapshotError('damaged', `The section “${section.name}” holds a state, not bytes.`);
    const restored = this.disks[index];
    const print = new Fingerprint();
    this.carried.set(index, print);
    if (restored?.was === 'empty') await fillDisk(restored.disk, section.parts, print, this.breathe);
    else await skipParts(section.parts, this.breathe);
  }

  private async compare(section: Section): Promise<void> {
    if (!('state' in section)) throw new SnapshotError('damaged', 'The section “disks” holds bytes, not a state.');
    const state = new SavedState('the VM', { disks: section.state }).object('disks');
    const saved = new SavedState('the disks', state).objects('disks', this.disks.length);
    this.told = true;
    for (const [index, { disk, was }] of this.disks.entries()) await this.compareOne(index, disk, was, saved[index]!);
  }

  private async compareOne(index: number, disk: BlockDevice, was: RestoredDisk['was'], state: DeviceState): Promise<void> {
    const saved = new SavedState(`disk ${index}`, state);
    const size = saved.number('size', MAX_DISK_BYTES);
    const fingerprint = saved.bigint('fingerprint', 0xffff_ffff_ffff_ffffn);
    const print = this.carried.get(index);
    if (was === 'empty' && !print) {
      throw new SnapshotError('unfit', `The save does not carry what was on the disk “${disk.name}”: give the disk itself.`);
    }
    // What was empty has what was carried: its size may be enormous, and is not read through.
    const here = was === 'empty' ? print?.value : size === disk.size ? await fingerprintOf(disk, this.breathe) : undefined;
    if (size === disk.size && here === fingerprint) return;
    if (was === 'empty') throw new SnapshotError('damaged', `What the save carries of the disk “${disk.name}” is damaged.`);
    throw new SnapshotError(
      'unfit',
      `The disk “${disk.name}” is not what it was when the machine was saved (it is another one, or two were exchanged, or it was written since), and going on would ` +
        'destroy what is on it: give a name that is not taken in its place, or no disk at all, and the save fills new ones.',
    );
  }

  /** To be asked when all was read. Throws one sentence if the save says nothing of its disks. */
  finish(): void {
    if (this.disks.length > 0 && !this.told) throw new SnapshotError('damaged', 'The snapshot lacks its section “disks”.');
  }
}
