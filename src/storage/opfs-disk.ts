/**
 * A disk kept by the browser in its Origin Private File System: one file with the raw bytes. The synchronous handle is
 * exclusive, which is also the lock against a second tab. Handles come from the worker; no DOM type is named here.
 *
 * Source: File System Standard (WHATWG), FileSystemSyncAccessHandle.
 */
import type { BlockDevice } from './block-device';
import { closedError, DiskError, requireDiskSize, requireRange, requireWritable, writeZeroesByHand } from './block-device';

/** The part of FileSystemSyncAccessHandle that a disk needs. */
export interface SyncFileHandle {
  read(into: Uint8Array<ArrayBuffer>, options: { at: number }): number;
  write(from: Uint8Array<ArrayBuffer>, options: { at: number }): number;
  truncate(size: number): void;
  getSize(): number;
  flush(): void;
  close(): void;
}

/** The part of FileSystemFileHandle that opens one. */
export interface SyncFileSource {
  createSyncAccessHandle(): Promise<SyncFileHandle>;
}

export interface OpfsDiskOptions {
  /** Shown in errors. */
  name: string;
  /** Bytes. A new (empty) file gets this size; one that exists must have it. Left out: whatever the file has. */
  size?: number;
  readOnly?: boolean;
}

/**
 * Opens the file as a disk, giving a new file its size.
 * Rejects with a DiskError: `in-use` (another tab has it), `no-space`, `bad-size`, or `io`.
 */
export async function openOpfsDisk(file: SyncFileSource, options: OpfsDiskOptions): Promise<OpfsDisk> {
  const { name, size } = options;
  if (size !== undefined) requireDiskSize(name, size);
  const handle = await openHandle(file, name);
  try {
    const present = asDiskCall(name, 'cannot be measured', () => handle.getSize());
    if (present === 0 && size !== undefined) grow(handle, name, size);
    else if (present === 0) throw new DiskError('bad-size', `The disk “${name}” is empty and no size was given for it.`);
    else if (size !== undefined && present !== size) {
      throw new DiskError('bad-size', `The disk “${name}” has ${present} bytes, not ${size}.`);
    }
    return new OpfsDisk(handle, { name, size: size ?? present, readOnly: options.readOnly ?? false });
  } catch (error) {
    handle.close();
    throw error;
  }
}

async function openHandle(file: SyncFileSource, name: string): Promise<SyncFileHandle> {
  try {
    return await file.createSyncAccessHandle();
  } catch (error) {
    throw diskErrorOf(name, error, 'cannot be opened');
  }
}

function grow(handle: SyncFileHandle, name: string, size: number): void {
  const what = `cannot grow to ${size} bytes`;
  asDiskCall(name, what, () => handle.truncate(size));
  // Chromium's private windows keep files in memory, up to some size, and say nothing of one that did not grow (seen with 156).
  const grown = asDiskCall(name, 'cannot be measured', () => handle.getSize());
  if (grown !== size) throw noSpace(name, what);
}

export class OpfsDisk implements BlockDevice {
  readonly name: string;
  readonly size: number;
  readonly readOnly: boolean;
  private handle: SyncFileHandle | undefined;

  /** @param handle belongs to the disk from now on and is closed with it */
  constructor(handle: SyncFileHandle, options: { name: string; size: number; readOnly: boolean }) {
    requireDiskSize(options.name, options.size);
    this.handle = handle;
    this.name = options.name;
    this.size = options.size;
    this.readOnly = options.readOnly;
  }

  /** Opens it again after {@link close}: the same file. Rejects with a DiskError, as {@link openOpfsDisk} does. */
  async reopen(file: SyncFileSource): Promise<void> {
    this.handle ??= await openHandle(file, this.name);
  }

  read(offset: number, into: Uint8Array): void {
    const handle = this.open();
    requireRange(this, offset, into.length);
    // A short count is legal for a file API, so ask until nothing more comes.
    for (let done = 0; done < into.length; ) {
      const part = unshared(into.subarray(done));
      const count = asDiskCall(this.name, `cannot be read at ${offset + done}`, () => handle.read(part, { at: offset + done }));
      if (count === 0 || count > part.length)
        throw new DiskError('io', `The disk “${this.name}” ends at ${offset + done} instead of ${this.size} bytes.`);
      if (part.buffer !== into.buffer) into.set(part.subarray(0, count), done);
      done += count;
    }
  }

  write(offset: number, from: Uint8Array): void {
    const handle = this.open();
    requireRange(this, offset, from.length);
    requireWritable(this);
    for (let done = 0; done < from.length; ) {
      const part = unshared(from.subarray(done));
      const count = asDiskCall(this.name, `cannot be written at ${offset + done}`, () =>
        handle.write(part, { at: offset + done }),
      );
      // What is no count is an error's number (Chromium's private windows).
      if (count === 0 || count > part.length)
        throw new DiskError('no-space', `The disk “${this.name}” takes no more bytes at ${offset + done}.`);
      done += count;
    }
  }

  flush(): void {
    const handle = this.open();
    asDiskCall(this.name, 'cannot be flushed', () => handle.flush());
  }

  discard(offset: number, length: number): void {
    this.open();
    requireRange(this, offset, length);
    requireWritable(this);
    // Nothing more: these files cannot have holes made in them, and writing zeros would only cost time.
  }

  writeZeroes(offset: number, length: number): void {
    requireRange(this, offset, length);
    writeZeroesByHand(this, offset, length);
  }

  close(): void {
    const handle = this.handle;
    if (handle === undefined) return;
    this.handle = undefined;
    try {
      asDiskCall(this.name, 'cannot be flushed', () => handle.flush());
    } finally {
      handle.close();
    }
  }

  private open(): SyncFileHandle {
    if (this.handle === undefined) throw closedError(this.name);
    return this.handle;
  }
}

/** File APIs refuse shared memory; a view on it is copied. */
function unshared(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes);
}

function asDiskCall<T>(name: string, what: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw diskErrorOf(name, error, what);
  }
}

const noSpace = (name: string, what: string, options?: ErrorOptions): DiskError =>
  new DiskError('no-space', `The disk “${name}” ${what}: this browser grants the page no more space.`, options);

/** Puts a DOMException into words. They are told apart by name, as their class is not at hand here. */
function diskErrorOf(name: string, error: unknown, what: string): DiskError {
  const kind = error instanceof Error || (typeof error === 'object' && error !== null) ? (error as { name?: unknown }).name : '';
  if (kind === 'NoModificationAllowedError') {
    return new DiskError('in-use', `The disk “${name}” is in use in another tab.`, { cause: error });
  }
  if (kind === 'QuotaExceededError') {
    return noSpace(name, what, { cause: error });
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new DiskError('io', `The disk “${name}” ${what}: ${reason.replace(/\.$/, '')}.`, { cause: error });
}
