/**
 * A disk in a file of the host, for the command line: the raw bytes, nothing else, so that other tools can mount it.
 * Named as `FILE`, or `FILE:size=600M` to create the file if it is not there.
 */
import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  realpathSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type BlockDevice,
  closedError,
  DiskError,
  requireDiskSize,
  requireRange,
  requireWritable,
  SECTOR_BYTES,
  writeZeroesByHand,
} from '../storage/block-device';
import { FileLock, holderOf, LockedError, type LockHolder } from './file-lock';

export interface DiskOption {
  path: string;
  /** Bytes. */
  size?: number;
}

const MIB = 2 ** 20;
const UNITS: Record<string, number> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };

/** Parses `600M`, `1G`, `4096`: a whole number of bytes or of KiB, MiB, GiB. Throws a DiskError for anything else. */
export function parseSize(text: string): number {
  const match = /^(\d+)([KMG]?)$/i.exec(text);
  const size = match === null ? Number.NaN : Number(match[1]) * UNITS[match[2]!.toUpperCase()]!;
  if (!Number.isSafeInteger(size)) {
    throw new DiskError('bad-size', `The size “${text}” is not a number of bytes such as 4096, 64K, 600M or 2G.`);
  }
  if (size === 0) throw new DiskError('bad-size', `The size “${text}” leaves no room on the disk.`);
  if (size % SECTOR_BYTES !== 0)
    throw new DiskError('bad-size', `The size “${text}” is not a multiple of ${SECTOR_BYTES} bytes.`);
  return size;
}

/** As {@link parseSize} reads it, in MiB. */
export const sizeText = (bytes: number): string => `${Math.ceil(bytes / MIB)}M`;

/** Parses `FILE` or `FILE:size=N`. A colon elsewhere belongs to the file's name. Throws a DiskError for a bad size. */
export function parseDiskOption(text: string): DiskOption {
  const match = /^(.+):size=([^/]*)$/s.exec(text);
  if (match !== null) return { path: match[1]!, size: parseSize(match[2]!) };
  if (text === '' || text.startsWith(':size=')) throw new DiskError('not-found', `The disk “${text}” names no file.`);
  return { path: text };
}

/** Bytes of the file that is or would be a disk; undefined if it is not there. Throws a DiskError for what can be none. */
export function sizeOfFile(path: string, failure = 'cannot be opened'): number | undefined {
  // Asked before it is opened: opening a directory fails with something less helpful, and opening a FIFO would wait.
  const present = call(path, failure, () => statSync(path, { throwIfNoEntry: false }));
  if (present?.isDirectory()) throw new DiskError('io', `The disk “${path}” is a directory.`);
  if (present !== undefined && !present.isFile()) throw new DiskError('io', `The disk “${path}” is not a regular file.`);
  return present?.size;
}

/**
 * Opens the file as a disk, creating it (sparse) if it is not there and a size is given. A disk that can be written is this process's alone
 * until it is closed; those opened read-only share it. `usualSize` is what is proposed to whoever gives none.
 * Throws a DiskError with one sentence that names the file.
 */
export function openFileDisk(
  option: string | DiskOption,
  { readOnly = false, usualSize = 600 * MIB }: { readOnly?: boolean; usualSize?: number | undefined } = {},
): FileDisk {
  const { path, size } = typeof option === 'string' ? parseDiskOption(option) : option;
  const present = sizeOfFile(path, size === undefined ? 'cannot be opened' : 'cannot be created');
  if (present === undefined) {
    if (size !== undefined) requireDiskSize(path, size);
    if (size === undefined || readOnly) {
      throw new DiskError(
        'not-found',
        `The disk “${path}” does not exist; write ${path}:size=${sizeText(usualSize)} to create it.`,
      );
    }
    return createFile(path, size);
  }
  if (size !== undefined && present !== size) {
    throw new DiskError('bad-size', `The disk “${path}” has ${present} bytes already, not ${size}.`);
  }
  if (present === 0 || present % SECTOR_BYTES !== 0) {
    throw new DiskError(
      'bad-size',
      `The disk “${path}” has ${present} bytes, which is not a positive multiple of ${SECTOR_BYTES}.`,
    );
  }
  requireDiskSize(path, present);
  const descriptor = call(path, 'cannot be opened', () => openSync(path, readOnly ? 'r' : 'r+'));
  try {
    return new FileDisk(path, descriptor, readOnly, readOnly ? [] : locks(path, descriptor));
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/**
 * Two notes keep a file from others: the one beside it from those of other hosts that share its folder; the one among this host's temporary
 * files, which goes by device and inode, from those who come by another name of the file, in another folder perhaps.
 */
function locks(path: string, descriptor: number): FileLock[] {
  const [besideIt, ofIt] = lockedFiles(path, fstatSync(descriptor, { bigint: true }));
  const beside = lock(path, besideIt);
  try {
    return [beside, lock(path, ofIt)];
  } catch (error) {
    beside.release();
    throw error;
  }
}

function lockedFiles(path: string, { dev, ino }: { dev: bigint; ino: bigint }): [besideIt: string, ofIt: string] {
  // Of this user alone: what others leave in a common folder could not be taken over.
  const user = process.getuid?.() ?? 'user';
  return [realpathSync(path), join(tmpdir(), `dormouse-disk-${user}-${dev}-${ino}`)];
}

/** Who has the file as a disk at this moment, this process included. */
export function diskHolder(path: string): LockHolder | undefined {
  const status = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (status === undefined) return undefined;
  const [besideIt, ofIt] = lockedFiles(path, status);
  return holderOf(besideIt) ?? holderOf(ofIt);
}

function lock(path: string, file: string): FileLock {
  try {
    return FileLock.take(file);
  } catch (error) {
    if (!(error instanceof LockedError)) {
      return call(path, 'cannot be kept from other machines by a note that it is in use', () => {
        throw error;
      });
    }
    const { pid, host } = error.holder;
    throw new DiskError(
      'in-use',
      `The disk “${path}” is in use by process ${pid} on ${host}: end that one first (or, if it is no Dormouse, delete “${error.lockPath}”).`,
      { cause: error },
    );
  }
}

/** What tells a file from all others, whatever it is called; undefined if it cannot be found. */
export function identityOf(path: string): string | undefined {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return `${dev} ${ino}`;
  } catch {
    return undefined;
  }
}

function createFile(path: string, size: number): FileDisk {
  // "x": if another program made the file meanwhile, it is not ours to cut to size.
  const descriptor = call(path, 'cannot be created', () => openSync(path, 'wx+'));
  try {
    call(path, `cannot have ${size} bytes`, () => ftruncateSync(descriptor, size));
    const made = fstatSync(descriptor).size;
    if (made !== size) throw new DiskError('no-space', `The disk “${path}” has ${made} bytes after it was made with ${size}.`);
    return new FileDisk(path, descriptor, false, locks(path, descriptor), true);
  } catch (error) {
    closeSync(descriptor);
    // Another process that opened the new file at once keeps it.
    if (!(error instanceof DiskError && error.code === 'in-use')) unlinkSync(path);
    throw error;
  }
}

export class FileDisk implements BlockDevice {
  readonly size: number;
  private descriptor: number | undefined;

  /** @param descriptor an open file; belongs to the disk from now on, as do its locks */
  constructor(
    readonly name: string,
    descriptor: number,
    readonly readOnly: boolean,
    private readonly locks: readonly FileLock[] = [],
    /** The file was not there before. */
    readonly isNew = false,
  ) {
    this.descriptor = descriptor;
    this.size = fstatSync(descriptor).size;
  }

  read(offset: number, into: Uint8Array): void {
    const descriptor = this.open();
    requireRange(this, offset, into.length);
    for (let done = 0; done < into.length; ) {
      const at = offset + done;
      const count = call(this.name, `cannot be read at ${at}`, () => readSync(descriptor, into, done, into.length - done, at));
      if (count === 0) throw new DiskError('io', `The disk “${this.name}” ends at ${at} instead of ${this.size} bytes.`);
      done += count;
    }
  }

  write(offset: number, from: Uint8Array): void {
    const descriptor = this.open();
    requireRange(this, offset, from.length);
    requireWritable(this);
    for (let done = 0; done < from.length; ) {
      const at = offset + done;
      const count = call(this.name, `cannot be written at ${at}`, () =>
        writeSync(descriptor, from, done, from.length - done, at),
      );
      if (count === 0) throw new DiskError('no-space', `The disk “${this.name}” takes no more bytes at ${at}.`);
      done += count;
    }
  }

  flush(): void {
    const descriptor = this.open();
    if (!this.readOnly) call(this.name, 'cannot be flushed', () => fsyncSync(descriptor));
  }

  discard(offset: number, length: number): void {
    this.open();
    requireRange(this, offset, length);
    requireWritable(this);
    // Nothing more: Node cannot make holes in a file, and writing zeros would only take space.
  }

  writeZeroes(offset: number, length: number): void {
    requireRange(this, offset, length);
    writeZeroesByHand(this, offset, length);
  }

  close(): void {
    const descriptor = this.descriptor;
    if (descriptor === undefined) return;
    try {
      this.flush();
    } finally {
      this.descriptor = undefined;
      try {
        closeSync(descriptor);
      } finally {
        for (const lock of this.locks) lock.release();
      }
    }
  }

  /** Closes it and, if the file was made for this, removes it: nobody has used it yet. */
  abandon(): void {
    const open = this.descriptor !== undefined;
    this.close();
    if (open && this.isNew) call(this.name, 'cannot be removed', () => unlinkSync(this.name));
  }

  private open(): number {
    if (this.descriptor === undefined) throw closedError(this.name);
    return this.descriptor;
  }
}

const REASONS: Record<string, [DiskError['code'], string]> = {
  EACCES: ['no-permission', 'permission denied'],
  EPERM: ['no-permission', 'permission denied'],
  EROFS: ['no-permission', 'its file system is read-only'],
  ENOENT: ['not-found', 'its folder does not exist'],
  ENOTDIR: ['not-found', 'its folder does not exist'],
  EEXIST: ['in-use', 'something of that name is there already'],
  ENOSPC: ['no-space', 'no space is left'],
  EDQUOT: ['no-space', 'no space is left'],
  EFBIG: ['no-space', 'the file system does not take files that large'],
};

function call<T>(path: string, what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    const [kind, reason] = REASONS[code] ?? ['io', error instanceof Error ? error.message : String(error)];
    throw new DiskError(kind, `The disk “${path}” ${what}: ${reason}.`, { cause: error });
  }
}
