import { hostGeneration } from '../src/psci';
import type { DiskInfo } from '../src/vm/api';
import { CPU_MODEL_NAMES, GIC_VERSIONS, PSCI_VERSIONS, VIRTIO_TRANSPORTS } from '../src/vm/api';

/**
 * The note beside a disk of how a machine went to sleep on it: one JSON object, which cut off anywhere is none. So a tab closed in mid-write
 * leaves a note that is known to be broken, and no other harm: nothing was there before, and the image is on the disk.
 */

export type Sleep = NonNullable<DiskInfo['hibernated']>;

/** More than any note has. */
const MOST_BYTES = 4096;

/** What a note says; `broken` if it is not whole, undefined if there is none. Rejects if it cannot be read. */
export async function readNote(folder: FileSystemDirectoryHandle, file: string): Promise<Sleep | 'broken' | undefined> {
  let text: string;
  try {
    const present = await (await folder.getFileHandle(file)).getFile();
    if (present.size > MOST_BYTES) return 'broken';
    text = await present.text();
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
  return parseNote(text) ?? 'broken';
}

export function parseNote(text: string): Sleep | undefined {
  let note: Partial<Record<keyof Sleep, unknown>> | null;
  try {
    note = JSON.parse(text) as typeof note;
  } catch {
    return undefined;
  }
  if (typeof note !== 'object' || note === null) return undefined;
  const { call, psci, vcpus, memoryMiB, when, type, imageBytes } = note;
  const cpu = CPU_MODEL_NAMES.find((known) => known === note.cpu);
  const gic = GIC_VERSIONS.find((known) => known === note.gic);
  const virtio = VIRTIO_TRANSPORTS.find((known) => known === note.virtio);
  const host = typeof note.host === 'string' ? hostGeneration(note.host)?.name : undefined;
  const calls = call === 'SYSTEM_OFF2' || call === 'SYSTEM_OFF';
  const version = PSCI_VERSIONS.find((known) => known === psci);
  const counts = [vcpus, memoryMiB].every((count) => Number.isInteger(count) && (count as number) > 0);
  if (!calls || !version || !counts || !Number.isFinite(when)) return undefined;
  return {
    call,
    psci: version,
    vcpus: vcpus as number,
    memoryMiB: memoryMiB as number,
    when: when as number,
    ...(Number.isInteger(type) ? { type: type as number } : {}),
    ...(Number.isSafeInteger(imageBytes) && (imageBytes as number) > 0 ? { imageBytes: imageBytes as number } : {}),
    ...(cpu ? { cpu } : {}),
    ...(gic ? { gic } : {}),
    ...(virtio ? { virtio } : {}),
    ...(host ? { host } : {}),
    ...(typeof note.guest === 'string' ? { guest: note.guest } : {}),
    ...(note.hasOwn === true ? { hasOwn: true } : {}),
    ...(isPrint(note.ownPrint) ? { ownPrint: note.ownPrint } : {}),
    ...attachedIn(note.attached),
  };
}

function attachedIn(said: unknown): { attached?: NonNullable<Sleep['attached']> } {
  const { name, size, print } = (said ?? {}) as Partial<Record<'name' | 'size' | 'print', unknown>>;
  return typeof name === 'string' && Number.isSafeInteger(size) && isPrint(print)
    ? { attached: { name, size: size as number, print } }
    : {};
}
const isPrint = (said: unknown): said is string => typeof said === 'string' && /^[\da-f]{16}$/.test(said);

/** Writes a note, through the worker's synchronous handle: other ways to write are not everywhere. Rejects if not all of it was kept. */
export async function writeNote(folder: FileSystemDirectoryHandle, file: string, note: Sleep): Promise<void> {
  const bytes = new TextEncoder().encode(JSON.stringify(note));
  const handle = await folder.getFileHandle(file, { create: true });
  const access = await handle.createSyncAccessHandle();
  try {
    access.truncate(0);
    for (let done = 0; done < bytes.length; ) {
      const count = access.write(bytes.subarray(done), { at: done });
      if (count === 0) throw new Error('this browser grants the page no more space');
      done += count;
    }
    access.flush();
  } finally {
    access.close();
  }
}

/** Removes a file if it is there; rejects if it then still is. */
export async function removeIfThere(folder: FileSystemDirectoryHandle, file: string): Promise<void> {
  try {
    await folder.removeEntry(file);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

/** Whether what a storage call threw says that the file is not there. */
export const isNotFound = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && (error as { name?: unknown }).name === 'NotFoundError';
