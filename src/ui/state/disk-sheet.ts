/** What the sheet of disks says of each: of what is on it, and what goes with it when it is deleted. */
import type { DiskInfo, DiskPart, GuestInfo, MachineDisk } from '../../vm/api';
import { formatBytes } from './format';

export interface PartLine {
  title: string;
  detail: string;
  /** Of its space, 0..1. Left out: nothing that fills up. */
  share?: number;
  /** The same as `df` in the guest prints it, in KiB. */
  exact?: string;
}

const counted = (count: number): string => (count === 1 ? '1 file or folder' : `${count} files and folders`);
const KIB = 1024;

/** @param inUse a machine has it mounted: that something waits in its journal goes without saying */
export function partLine({ number, kind, label, size, asleep, files }: DiskPart, inUse = false): PartLine {
  const where = number === 0 ? '' : ` on partition ${number}`;
  if (files) {
    const space = `${formatBytes(files.used)} used of ${formatBytes(files.size)}`;
    const many = files.count > 0 ? counted(files.count) : 'no files yet';
    return {
      title: `Files${where}`,
      detail: `${space}, ${many}${files.behind && !inUse ? '; a little more may wait in its journal' : ''} (${kind}${label ? `, ${label}` : ''})`,
      share: files.size > 0 ? files.used / files.size : 0,
      exact: `${files.used / KIB} of ${files.size / KIB} KiB used`,
    };
  }
  switch (kind) {
    case 'swap':
      return { title: `Swap${where}`, detail: `${formatBytes(size)}, ${asleep ? 'a machine sleeps in it' : 'to hibernate to'}` };
    case 'empty':
      return { title: number === 0 ? 'Empty' : `Empty${where}`, detail: `${formatBytes(size)}, nothing was written to it` };
    default:
      return { title: `Something else${where}`, detail: `${formatBytes(size)} that only a guest can read` };
  }
}

/** A disk of the machine at hand, where it is. */
export const whereWords = ({ name, where }: Pick<MachineDisk, 'name' | 'where'>): string =>
  where === 'kept' ? `${name}, in this browser` : `${name}, in memory`;

/** What becomes of what is on it, as a note. */
export const fateWords = ({ where }: Pick<MachineDisk, 'where'>): string =>
  ({
    kept: 'stays in this browser',
    memory: 'gone with this page',
    machine: 'gone with the machine, unless you save that again',
  })[where];

/** What the status bar says of disks: those of the machine at hand, or the kept one that the next is to have. */
export function statusDisks(
  { hasMachine, ofMachine, disks }: { hasMachine: boolean; ofMachine: readonly MachineDisk[]; disks: readonly DiskInfo[] },
  next: string | undefined,
): string[] {
  if (hasMachine) return ofMachine.map((disk) => `${whereWords(disk)}, ${formatBytes(disk.size)}`);
  const kept = disks.find(({ name }) => name === next);
  return kept ? [`${kept.name}, ${formatBytes(kept.used)}${kept.used < kept.size ? ' used' : ''}`] : [];
}

/** Files and folders on a disk; undefined if nobody here can tell. */
export function filesOn({ parts }: DiskInfo): number | undefined {
  if (!parts || parts.some(({ kind, files }) => kind === 'other' || (!files && kind.startsWith('ext')))) return undefined;
  return parts.reduce((sum, { files }) => sum + (files?.count ?? 0), 0);
}

/** Whether a guest can keep files on it: the disk of an earlier guest may be swap and nothing else. */
export const isSwapOnly = ({ parts }: Pick<DiskInfo, 'parts'>): boolean =>
  parts?.length === 1 && parts[0]!.number === 0 && parts[0]!.kind === 'swap';

/** Below the button that starts a guest: what is kept, and where. `disk`: the one that is there already. */
export function keptWords(guest: GuestInfo, disk: DiskInfo | undefined): string {
  const size = formatBytes(disk?.size ?? guest.defaults.diskMiB * 2 ** 20);
  if (disk?.inMemory) return `Its disk of ${size} is in memory: what is written to it is gone with this page.`;
  return guest.keepsFilesIn && !(disk && isSwapOnly(disk))
    ? `What you write to ${guest.keepsFilesIn} stays in this browser, on its disk of ${size}.`
    : `Its disk of ${size} stays in this browser, for it to hibernate to.`;
}

/** Before a disk is deleted. */
export function deleteQuestion(disk: DiskInfo): string {
  const files = filesOn(disk);
  const lost = [
    files === undefined ? 'whatever is on it' : files > 0 ? `the ${counted(files)} on it` : undefined,
    disk.hibernated ? 'the machine sleeping on it' : undefined,
  ].filter((each) => each !== undefined);
  if (lost.length === 0) return `Delete “${disk.name}”? There are no files on it.`;
  return `Delete “${disk.name}” with ${lost.join(' and ')}? This cannot be undone.`;
}

/**
 * Before a machine starts fresh over one that sleeps: on a disk with a file system, or that somebody has attached, which may have one that is not known here, only the
 * sleep is given up.
 */
export const keepsFiles = ({ parts, hibernated }: DiskInfo): boolean =>
  hibernated?.guest !== undefined || (parts?.some(({ files }) => files !== undefined) ?? false);

export function freshQuestion(disk: DiskInfo): { question: string; yes: string } {
  const place = disk.inMemory ? 'in this page’s memory' : `on “${disk.name}”`;
  if (keepsFiles(disk))
    return {
      question: `Starting fresh throws away the session sleeping ${place} for good. The files on the disk stay, as they were when it fell asleep.`,
      yes: 'Start fresh',
    };
  return {
    question: disk.inMemory
      ? `Starting fresh throws away the session sleeping ${place} for good.`
      : `Starting fresh deletes the disk “${disk.name}” and the session sleeping on it for good.`,
    yes: disk.inMemory ? 'Start fresh' : 'Delete it and start fresh',
  };
}
