import { type OpfsDisk, openOpfsDisk } from '../src/storage/opfs-disk';
import type { DiskInfo } from '../src/vm/api';

/**
 * Disks in this browser's Origin Private File System: `disks/NAME.img`, and `disks/NAME.json` while a machine sleeps on it. A page that is not
 * to share disks with others of its site has a namespace, whose folder is `disks@NAMESPACE`.
 */

type Sleep = NonNullable<DiskInfo['hibernated']>;

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

export async function openDisk(name: string, sizeMiB: number): Promise<OpfsDisk> {
  checkName(name);
  const handle = await (await folder()).getFileHandle(name + IMAGE, { create: true });
  const present = (await handle.getFile()).size;
  return openOpfsDisk(handle, { name, size: present || sizeMiB * MIB });
}

export async function readSleep(name: string): Promise<Sleep | undefined> {
  try {
    const handle = await (await folder()).getFileHandle(name + SLEEP);
    return JSON.parse(await (await handle.getFile()).text()) as Sleep;
  } catch {
    return undefined;
  }
}

/** Remembers how the machine on a disk went to sleep, or forgets it. */
export async function writeSleep(name: string, sleep: Sleep | undefined): Promise<void> {
  const disks = await folder();
  if (!sleep) {
    await disks.removeEntry(name + SLEEP).catch(() => {});
    return;
  }
  const handle = await disks.getFileHandle(name + SLEEP, { create: true });
  const writable = await handle.createWritable();
  await writable.write(JSON.stringify(sleep));
  await writable.close();
}

/**
 * Notes that a machine runs on a disk, or no longer does. The note is an empty file: if it is still there when nobody holds the disk, the page
 * was closed, or broke, under a running machine. Returns whether that had happened before.
 */
export async function markRunning(name: string, running: boolean): Promise<boolean> {
  const disks = await folder();
  const before = await exists(disks, name + RUNNING);
  if (running) await disks.getFileHandle(name + RUNNING, { create: true });
  else if (before) await disks.removeEntry(name + RUNNING);
  return before;
}

async function exists(disks: FileSystemDirectoryHandle, file: string): Promise<boolean> {
  try {
    await disks.getFileHandle(file);
    return true;
  } catch {
    return false;
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

export async function listDisks(): Promise<DiskInfo[]> {
  const disks: DiskInfo[] = [];
  const entries = await folder();
  for await (const [file, handle] of entries) {
    if (handle.kind !== 'file' || !file.endsWith(IMAGE)) continue;
    const name = file.slice(0, -IMAGE.length);
    const { size } = await (handle as FileSystemFileHandle).getFile();
    const hibernated = await readSleep(name);
    const inUse = await isInUse(handle as FileSystemFileHandle);
    const interrupted = !inUse && (await exists(entries, name + RUNNING));
    disks.push({
      name,
      size,
      used: size,
      inUse,
      ...(hibernated ? { hibernated } : {}),
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
    const reason = (error as DOMException).name === 'NotFoundError' ? 'there is no such disk' : 'it is in use';
    throw new Error(`The disk “${name}” cannot be deleted: ${reason}.`);
  }
  await disks.removeEntry(name + SLEEP).catch(() => {});
  await disks.removeEntry(name + RUNNING).catch(() => {});
}
