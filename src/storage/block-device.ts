/**
 * A disk as the machine sees it. It is synchronous, so that a request takes effect at an exact instruction: the browser's
 * worker has synchronous file handles, Node has `readSync`, memory needs no waiting.
 */

/** Bytes in a sector, the unit of every disk's size. */
export const SECTOR_BYTES = 512;
/** The largest disk: what ext4 keeps in one file, and what the numbers of blocks in a saved machine reach by far. */
export const MAX_DISK_BYTES = 2 ** 44;

/** A stretch of a disk, in bytes. */
export interface UsedRange {
  readonly start: number;
  readonly length: number;
}

/** A disk of `size` bytes. Offsets and lengths are bytes. Every method throws a {@link DiskError}. */
export interface BlockDevice {
  /** Shown in errors, e.g. `debian`. */
  readonly name: string;
  /** Bytes, a multiple of 512. */
  readonly size: number;
  readonly readOnly: boolean;
  /** Fills `into` from `offset`. */
  read(offset: number, into: Uint8Array): void;
  /** Writes all of `from` at `offset`; keeps no reference to it. */
  write(offset: number, from: Uint8Array): void;
  /** Returns when everything written is as safe as this disk makes it. */
  flush(): void;
  /** The bytes are not needed any more. They keep their value all the same, on every disk: under the virtual clock runs must not differ by its kind. */
  discard(offset: number, length: number): void;
  /** The bytes read as zero afterwards. */
  writeZeroes(offset: number, length: number): void;
  /** Where something other than zeros may be, lowest first; left out by a disk that could only read itself through for that. */
  usedRanges?(): Iterable<UsedRange>;
  /** Flushes and lets go; every later call throws. Closing twice does nothing. */
  close(): void;
}

export type DiskErrorCode =
  | 'in-use'
  | 'not-found'
  | 'bad-size'
  | 'read-only'
  | 'out-of-range'
  | 'no-space'
  | 'no-permission'
  | 'closed'
  | 'io';

/** What went wrong with a disk; the message is one sentence for people. */
export class DiskError extends Error {
  override readonly name = 'DiskError';

  constructor(
    readonly code: DiskErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Throws unless `size` is a disk's size: a positive multiple of 512 bytes, and no more than {@link MAX_DISK_BYTES}. */
export function requireDiskSize(name: string, size: number): void {
  if (!Number.isSafeInteger(size) || size <= 0 || size % SECTOR_BYTES !== 0) {
    throw new DiskError('bad-size', `The disk “${name}” cannot have ${size} bytes: a size is a positive multiple of 512.`);
  }
  if (size > MAX_DISK_BYTES) {
    throw new DiskError('bad-size', `The disk “${name}” cannot have ${size} bytes: the largest has ${MAX_DISK_BYTES} (16 TiB).`);
  }
}

/** Throws unless the range lies on the disk. */
export function requireRange(disk: BlockDevice, offset: number, length: number): void {
  if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length < 0 || offset + length > disk.size) {
    throw new DiskError('out-of-range', `The disk “${disk.name}” has ${disk.size} bytes, not ${length} at ${offset}.`);
  }
}

/** Throws if the disk takes no writes. */
export function requireWritable(disk: BlockDevice): void {
  if (disk.readOnly) throw new DiskError('read-only', `The disk “${disk.name}” is read-only.`);
}

/** The error of a disk that has been closed. */
export function closedError(name: string): DiskError {
  return new DiskError('closed', `The disk “${name}” is closed.`);
}

/** Writes zeros through `write`, for disks that know no shorter way. */
export function writeZeroesByHand(disk: BlockDevice, offset: number, length: number): void {
  const zeros = new Uint8Array(Math.min(length, 1 << 20));
  for (let done = 0; done < length; ) {
    const part = Math.min(zeros.length, length - done);
    disk.write(offset + done, zeros.subarray(0, part));
    done += part;
  }
}
