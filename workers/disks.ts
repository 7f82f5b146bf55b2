import type { BlockDevice } from '../src/storage/block-device';
import { type OpfsDisk, openOpfsDisk } from '../src/storage/opfs-disk';
import type { DiskInfo } from '../src/vm/api';
import { isNotFound, readNote, removeIfThere, type Sleep, writeNote } from './sleep-note';

/**
 * Disks in this browser's Origin Private File System: `disks/NAME.img`, and `disks/NAME.json` while a machine sleeps on it. A page that is not
 * to share disks with others of its site has a namespace, whose folder is `disks@NAMESPACE`.
 */

const IMAGE = '.img';
const SLEEP = '.json';
const RUNNING = '.running';
const MIB = 1024 * 1024;

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

/** Disks that were not there before this worker opened them. */
const made = new WeakSet<BlockDevice>();

/** Opens a disk, or makes it. What could not be made leaves nothing behind. */
export async function openDisk(name: string, sizeMiB: number): Promise<OpfsDisk> {
  checkName(name);
  const disks = await folder();
  const handle = await disks.getFileHandle(name + IMAGE, { create: true });
  const present = (await handle.getFile()).size;
  try {
    const disk = await openOpfsDisk(handle, { name, size: present || sizeMiB * MIB });
    if (present === 0) made.add(disk);
    return disk;
  } catch (error) {
    // If another tab just makes it, the file is locked and stays.
    if (present === 0) await disks.removeEntry(name + IMAGE).catch(() => {});
    throw error;
  }
}

/** Lets go of a disk whose machine was never there. If it was made for that machine, nobody misses it: it is removed. */
export async function abandonDisk(disk: BlockDevice): Promise<void> {
  disk.close();
  await markRunning(disk.name, false);
  if (made.has(disk)) await removeDisk(disk.name);
}

/** Remembers how the machine on a disk went to sleep, or forgets it. Rejects with a sentence if that was not kept. */
export async function writeSleep(name: string, sleep: Sleep | undefined): Promise<void> {
  const disks = await folder();
  try {
    if (sleep) await writeNote(disks, name + SLEEP, sleep);
    else await removeIfThere(disks, name + SLEEP);
  } catch (error) {
    const what = sleep ? 'was not kept' : 'cannot be removed';
    throw new Error(`The note of how the machine on disk “${name}” went to sleep ${what}: ${(error as Error).message}`);
  }
}

/**
 * Notes that a machine runs on a disk, or no longer does. The note is an empty file: if it is still there when nobody holds the disk, the page
 * was closed, or broke, under a running machine. Returns whether that had happened before.
 */
export async function markRunning(name: string, running: boolean): Promise<boolean> {
  const disks = await folder();
  const before = await exists(disks, name + RUNNING);
  if (running) await disks.getFileHandle(name + RUNNING, { create: true });
  else if (before) await removeIfThere(disks, name + RUNNING);
  return before;
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

/** Whether somebody (another tab, or this machine) holds the disk. */
async function isInUse(handle: FileSystemFileHandle): Promise<boolean> {
  try {
    (await handle.createSyncAccessHandle()).close();
    return false;
  } catch {
    return true;
  }
}

/**
 * The disks. A note of sleep that was not written to its end, because its tab was closed then, is told by `brokenNote`, once: it is gone then.
 */
export async function listDisks(brokenNote: (name: string) => void = () => {}): Promise<DiskInfo[]> {
  const disks: DiskInfo[] = [];
  const entries = await folder();
  for await (const [file, handle] of entries) {
    if (handle.kind !== 'file' || !file.endsWith(IMAGE)) continue;
    const name = file.slice(0, -IMAGE.length);
    const { size } = await (handle as FileSystemFileHandle).getFile();
    const inUse = await isInUse(handle as FileSystemFileHandle);
    // While a note is being written it cannot be read; of a disk that is in use it would not be true either.
    const hibernated = inUse ? undefined : await readNote(entries, name + SLEEP).catch(() => undefined);
    if (hibernated === 'broken') {
      await removeIfThere(entries, name + SLEEP);
      brokenNote(name);
    }
    const left = !inUse && (await exists(entries, name + RUNNING));
    // Whoever sleeps, or would have if its tab had not been closed, was not running any more.
    if (left && hibernated) await removeIfThere(entries, name + RUNNING);
    const interrupted = left && !hibernated;
    disks.push({
      name,
      size,
      used: size,
      inUse,
      ...(hibernated && hibernated !== 'broken' ? { hibernated } : {}),
      ...(interrupted ? { interrupted: true } : {}),
    });
  }
  return disks.sort((a, b) => a.name.localeCompare(b.name));
}

export async function removeDisk(name: string): Promise<void> {
  checkName(name);
  const disks = await folder();
  try {
    await disks.removeEntry(name + IMAGE);
  } catch (error) {
    const reason = isNotFound(error) ? 'there is no such disk' : 'it is in use';
    throw new Error(`The disk “${name}” cannot be deleted: ${reason}.`);
  }
  for (const note of [SLEEP, RUNNING]) {
    await removeIfThere(disks, name + note).catch((error: Error) => {
      throw new Error(`The disk “${name}” was deleted, but not a note beside it: ${error.message}`);
    });
  }
}
