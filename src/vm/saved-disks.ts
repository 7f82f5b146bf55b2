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

/**
 * The disks are those of the saved machine, but not in this order: neither names nor sizes told which is which, and what is on them is known only when
 * a save was read to its end. It is to be restored anew with the disks in `order` (by their numbers; others follow as they were).
 */
export class DisksExchanged extends SnapshotError {
  constructor(
    readonly names: readonly string[],
    readonly order: readonly number[],
  ) {
    const quoted = names.map((name) => `“${name}”`).join(', ');
    super('unfit', `The disks ${quoted} are in each other's place: give each the name that it had when the machine was saved.`);
  }
}

/** By what a disk is known again. Without a fingerprint it is none that was saved. */
export interface Print {
  size: number;
  fingerprint: bigint | undefined;
}

const isSame = (here: Print | undefined, saved: Print): boolean =>
  here?.size === saved.size && here.fingerprint === saved.fingerprint;

function printOf(state: DeviceState, index: number): Print {
  const saved = new SavedState(`disk ${index}`, state);
  return { size: saved.number('size', MAX_DISK_BYTES), fingerprint: saved.bigint('fingerprint', 0xffff_ffff_ffff_ffffn) };
}

/** What the section `disks` says of each of so many. Throws one sentence if it does not. */
export function printsIn(section: Section, count: number): Print[] {
  if (!('state' in section)) throw new SnapshotError('damaged', 'The section “disks” holds bytes, not a state.');
  const state = new SavedState('the VM', { disks: section.state }).object('disks');
  return new SavedState('the disks', state).objects('disks', count).map((disk, index) => printOf(disk, index));
}

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
    const wanted = printsIn(section, this.disks.length);
    this.told = true;
    const here: (Print | undefined)[] = [];
    for (const [index, { disk, was }] of this.disks.entries()) here.push(await this.printHere(index, disk, was, wanted[index]!));
    const others = [...here.keys()].filter((index) => !isSame(here[index], wanted[index]!));
    if (others.length === 0) return;
    const order = this.orderThatFits(others, wanted, here);
    if (order)
      throw new DisksExchanged(
        others.map((index) => this.disks[index]!.disk.name),
        order,
      );
    const { disk, was } = this.disks[others[0]!]!;
    if (was === 'empty') throw new SnapshotError('damaged', `What the save carries of the disk “${disk.name}” is damaged.`);
    throw new SnapshotError(
      'unfit',
      `The disk “${disk.name}” is not what it was when the machine was saved (it is another one, or it was written since), and going on would ` +
        'destroy what is on it: give a name that is not taken in its place, or no disk at all, and the save fills new ones.',
    );
  }

  /** What is on a disk now; of one whose size says that it is another its size only. */
  private async printHere(index: number, disk: BlockDevice, was: RestoredDisk['was'], wanted: Print): Promise<Print> {
    const { size } = disk;
    if (was === 'present')
      return { size, fingerprint: size === wanted.size ? await fingerprintOf(disk, this.breathe) : undefined };
    // What was empty has what was carried: its size may be enormous, and is not read through.
    const print = this.carried.get(index);
    if (!print)
      throw new SnapshotError('unfit', `The save does not carry what was on the disk “${disk.name}”: give the disk itself.`);
    return { size, fingerprint: print.value };
  }

  /** The disks in another order, if those that are not what they should be are only each other's; undefined if one is nobody's. */
  private orderThatFits(others: number[], wanted: readonly Print[], here: readonly (Print | undefined)[]): number[] | undefined {
    const order = [...this.disks.keys()];
    const left = new Set(others.filter((index) => this.disks[index]!.was === 'present'));
    for (const index of others) {
      const found =
        this.disks[index]!.was === 'present' ? [...left].find((other) => isSame(here[other], wanted[index]!)) : undefined;
      if (found === undefined) return undefined;
      order[index] = found;
      left.delete(found);
    }
    return order;
  }

  /** To be asked when all was read. Throws one sentence if the save says nothing of its disks. */
  finish(): void {
    if (this.disks.length > 0 && !this.told) throw new SnapshotError('damaged', 'The snapshot lacks its section “disks”.');
  }
}
