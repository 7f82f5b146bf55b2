import { type BlockDevice, SECTOR_BYTES } from '../src/storage/block-device';
import { OpfsDisk, openOpfsDisk } from '../src/storage/opfs-disk';
import type { DiskInfo } from '../src/vm/api';
import { partsOf } from '../src/vm/disk-survey';
import { eachOf, exclusively } from './exclusively';
import { leftAlone } from './left-alone';
import { isNotFound, readNote, removeIfThere, type Sleep, writeNote } from './sleep-note';

/**
 * Disks in this browser's Origin Private File System: `disks/NAME.img`, `disks/NAME.json` while a machine sleeps on it, and an empty
 * `disks/NAME.running` while one runs on it: if that is still there when nobody holds the disk, the page was closed, or broke, under a running
 * machine. An empty `disks/NAME.new` is there until a new disk has what it is to begin with: one that was left before never will, and is made anew. A page that is not to share disks with others of its site has a namespace, whose folder is `disks@NAMESPACE`.
 *
 * Whatever opens, closes, looks at or removes disks and their notes does so alone in its folder, among all tabs: what is found beside a disk
 * is still true when something is concluded from it, and nobody takes somebody who only looks for one who has the disk.
 */

const IMAGE = '.img';
const SLEEP = '.json';
const RUNNING = '.running';
const NEW = '.new';

let folderName = 'disks';

/** Throws a sentence for a name that is none. */
export function useNamespace(name: string): void {
  if (!/^[\w.-]{1,64}$/.test(name))
    throw new Error(`“${name}” cannot be a namespace of disks: use letters, digits, dots and dashes.`);
  folderName = `disks@${name}`;
}

/** Whether this browser gives a place to keep disks; if not, why, as a sentence. */
export async function keepsDisks(): Promise<true | string> {
  try {
    await folder();
    return true;
  } catch (error) {
    return (error as Error).message;
  }
}

async function folder(): Promise<FileSystemDirectoryHandle> {
  try {
    if (!navigator.storage?.getDirectory) throw new Error('it has no private file system');
    const root = await navigator.storage.getDirectory();
    return await root.getDirectoryHandle(folderName, { create: true });
  } catch (error) {
    throw new Error(`This browser gives no place to keep disks (${(error as Error).message}); private windows often do not.`);
  }
}

function checkName(name: string): void {
  if (!/^[\w.-]{1,64}$/.test(name)) throw new Error(`“${name}” cannot be a disk's name: use letters, digits, dots and dashes.`);
}

/** Carries out what concerns disks, alone in their folder. */
async function inFolder<T>(action: (disks: FileSystemDirectoryHandle) => Promise<T>): Promise<T> {
  const name = folderName;
  const disks = await folder();
  return exclusively(`dormouse ${name}`, () => action(disks));
}

/** Disks that were not there before this worker opened them. */
const made = new WeakSet<BlockDevice>();

/** Whether a disk was not there before {@link openDisk}: nothing is on it. */
export const isNew = (disk: BlockDevice): boolean => made.has(disk);

/**
 * Opens a disk for a machine, or makes it. What could not be made leaves nothing behind. `interrupted`: its page was closed while a machine ran
 * on it the last time.
 */
export async function openDisk(name: string, bytes: number): Promise<{ disk: OpfsDisk; interrupted: boolean }> {
  checkName(name);
  return inFolder(async (disks) => {
    const disk = await openImage(disks, name, bytes);
    try {
      const interrupted = !isNew(disk) && (await wasLeft(disks, name)) && (await readNote(disks, name + SLEEP)) === undefined;
      await disks.getFileHandle(name + RUNNING, { create: true });
      return { disk, interrupted };
    } catch (error) {
      await abandon(disks, disk).catch(() => {});
      throw error;
    }
  });
}

/** Bytes of a disk that was made before; undefined if there is none of that name. */
export function sizeOfDisk(name: string): Promise<number | undefined> {
  checkName(name);
  return inFolder(async (disks) => {
    try {
      const handle = await disks.getFileHandle(name + IMAGE);
      return (await handle.getFile()).size || undefined;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  });
}

/** A disk that was made by {@link openDisk} has what it begins with: from now on it is somebody's. */
export function settleDisk(disk: BlockDevice): Promise<void> {
  return inFolder((disks) => removeIfThere(disks, disk.name + NEW));
}

async function openImage(disks: FileSystemDirectoryHandle, name: string, bytes: number): Promise<OpfsDisk> {
  // If another tab is about to make it, the file is locked and stays.
  if (await exists(disks, name + NEW)) await disks.removeEntry(name + IMAGE).catch(() => {});
  const handle = await disks.getFileHandle(name + IMAGE, { create: true });
  const present = (await handle.getFile()).size;
  try {
    if (present === 0) await disks.getFileHandle(name + NEW, { create: true });
    const disk = await openOpfsDisk(handle, { name, size: present || bytes });
    if (present === 0) made.add(disk);
    return disk;
  } catch (error) {
    // If another tab just makes it, the file is locked and stays.
    if (present === 0) await remove(disks, name).catch(() => {});
    throw error;
  }
}

/**
 * Lets go of a disk whose machine was never there. If it was made for that machine, nobody misses it: it is removed. Rejects with what of this
 * failed, when all was tried.
 */
export function abandonDisk(disk: BlockDevice): Promise<void> {
  return inFolder((disks) => abandon(disks, disk));
}

async function abandon(disks: FileSystemDirectoryHandle, disk: BlockDevice): Promise<void> {
  await eachOf(
    () => disk.close(),
    () => unmark(disks, disk.name),
    () => made.has(disk) && remove(disks, disk.name),
  );
}

/**
 * Lets go of a disk whose machine has ended, and keeps beside it how it went to sleep there, if it did. Rejects with what of this failed, when
 * all was tried.
 */
export function leaveDisk(disk: BlockDevice, sleep: Sleep | undefined): Promise<void> {
  return inFolder((disks) =>
    eachOf(
      // First: a tab that is closed on the way leaves a machine that sleeps, not a power cut.
      () => sleep && writeSleep(disks, disk.name, sleep),
      () => disk.close(),
      () => noteChange(disks, disk),
      () => unmark(disks, disk.name),
    ),
  );
}

/** How a machine went to sleep on a disk, if one did. */
export function sleepOn(name: string): Promise<Sleep | undefined> {
  return inFolder(async (disks) => {
    const note = await readNote(disks, name + SLEEP).catch(() => undefined);
    return note === 'broken' ? undefined : note;
  });
}

/** The machine that slept on a disk is awake. Rejects with a sentence if its note is still there. */
export function forgetSleep(name: string): Promise<void> {
  return inFolder(async (disks) => {
    await removeIfThere(disks, name + SLEEP).catch((error: Error) => {
      throw new Error(`The note of how the machine on disk “${name}” went to sleep cannot be removed: ${error.message}.`);
    });
  });
}

async function writeSleep(disks: FileSystemDirectoryHandle, name: string, sleep: Sleep): Promise<void> {
  await writeNote(disks, name + SLEEP, sleep).catch((error: Error) => {
    throw new Error(`The note of how the machine on disk “${name}” went to sleep was not kept: ${error.message}.`);
  });
}

/** Somebody ran on the disk, and did not say that they left. */
const wasLeft = (disks: FileSystemDirectoryHandle, name: string): Promise<boolean> => exists(disks, name + RUNNING);

async function unmark(disks: FileSystemDirectoryHandle, name: string): Promise<void> {
  await removeIfThere(disks, name + RUNNING).catch((error: Error) => {
    throw new Error(`The note that a machine runs on disk “${name}” cannot be removed: ${error.message}.`);
  });
}

async function exists(disks: FileSystemDirectoryHandle, file: string): Promise<boolean> {
  try {
    await disks.getFileHandle(file);
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}

/** What is on a disk; undefined if somebody (another tab, or this machine) holds it. */
async function look(name: string, size: number, handle: FileSystemFileHandle): Promise<Pick<DiskInfo, 'parts'> | undefined> {
  let access: FileSystemSyncAccessHandle;
  try {
    access = await handle.createSyncAccessHandle();
  } catch {
    return undefined;
  }
  try {
    return size > 0 && size % SECTOR_BYTES === 0 ? partsOf(new OpfsDisk(access, { name, size, readOnly: true })) : {};
  } finally {
    access.close();
  }
}

/** When the file of a disk was changed last (ms since 1970), as its machine left it. */
const changedAt = new WeakMap<BlockDevice, number>();

async function noteChange(disks: FileSystemDirectoryHandle, disk: BlockDevice): Promise<void> {
  changedAt.delete(disk);
  const file = await disks.getFileHandle(disk.name + IMAGE).then((handle) => handle.getFile());
  changedAt.set(disk, file.lastModified);
}

/**
 * Opens a disk again that its machine has left, for the same machine. How it went to sleep there stays noted until it is {@link forgetSleep|awake}. Rejects with a sentence, and then
 * it stays closed, if somebody has it or it is not as it was left.
 */
export function takeBackDisk(disk: OpfsDisk): Promise<void> {
  const { name } = disk;
  return inFolder(async (disks) => {
    const handle = await disks.getFileHandle(name + IMAGE).catch(() => undefined);
    // Whoever has changed it since has closed it alone in this folder, or still has it.
    const file = await handle?.getFile();
    if (!handle || file?.size !== disk.size || file.lastModified !== changedAt.get(disk)) throw new Error(leftAlone(name));
    await disk.reopen(handle);
    try {
      await disks.getFileHandle(name + RUNNING, { create: true });
    } catch (error) {
      await eachOf(
        () => disk.close(),
        () => unmark(disks, name),
      ).catch(() => {});
      throw error;
    }
  });
}

/** Hears, with a disk's name, what became of a machine whose page was closed. Each is told once: what it was known by is gone then. */
export interface Findings {
  /** The note of its sleep was not written to its end. */
  brokenNote(name: string): void;
  /** It was running: see {@link DiskInfo.interrupted}. */
  powerCut(name: string): void;
}

/** The disks. */
export function listDisks(findings?: Findings): Promise<DiskInfo[]> {
  return inFolder(async (disks) => {
    const found: DiskInfo[] = [];
    for await (const [file, handle] of disks) {
      if (handle.kind !== 'file' || !file.endsWith(IMAGE)) continue;
      const info = await infoOf(disks, file.slice(0, -IMAGE.length), handle as FileSystemFileHandle, findings);
      if (info) found.push(info);
    }
    return found.sort((a, b) => a.name.localeCompare(b.name));
  });
}

async function infoOf(
  disks: FileSystemDirectoryHandle,
  name: string,
  handle: FileSystemFileHandle,
  findings: Findings | undefined,
): Promise<DiskInfo | undefined> {
  const { size } = await handle.getFile();
  const disk = { name, size, used: size };
  // Notes beside a disk that is in use would not be true: what they told of is going on, or over.
  const contents = await look(name, size, handle);
  if (!contents) return { ...disk, inUse: true };
  // Nobody has ever had it.
  if (await exists(disks, name + NEW)) {
    await remove(disks, name).catch(() => {});
    return undefined;
  }
  const note = await readNote(disks, name + SLEEP).catch(() => undefined);
  if (note === 'broken') {
    await removeIfThere(disks, name + SLEEP);
    findings?.brokenNote(name);
  }
  const left = await wasLeft(disks, name);
  if (left) {
    // A mark that cannot be removed is told again the next time; that keeps nobody from the disks.
    await unmark(disks, name).catch(() => {});
    // Whoever sleeps, or would have if its tab had not been closed, was not running any more.
    if (!note) findings?.powerCut(name);
  }
  return {
    ...disk,
    ...contents,
    inUse: false,
    ...(note && note !== 'broken' ? { hibernated: note } : {}),
    ...(left && !note ? { interrupted: true } : {}),
  };
}

export async function removeDisk(name: string): Promise<void> {
  checkName(name);
  await inFolder((disks) => remove(disks, name));
}

async function remove(disks: FileSystemDirectoryHandle, name: string): Promise<void> {
  try {
    await disks.removeEntry(name + IMAGE);
  } catch (error) {
    const reason = isNotFound(error) ? 'there is no such disk' : 'it is in use';
    throw new Error(`The disk “${name}” cannot be deleted: ${reason}.`);
  }
  for (const note of [SLEEP, RUNNING, NEW]) {
    await removeIfThere(disks, name + note).catch((error: Error) => {
      throw new Error(`The disk “${name}” was deleted, but not a note beside it: ${error.message}.`);
    });
  }
}
