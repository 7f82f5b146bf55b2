import type { BlockDevice } from '../storage/block-device';
import { type Breathe, isZero } from '../storage/disk-contents';
import { startsOfFiles } from './ext4-files';
import { labelOf } from './ext4-superblock';
import { readHibernationImage } from './hibernation-image';
import { type DiskRange, partitionsOf } from './partitions';

/**
 * Where a Linux sleeps on a disk. The last ten bytes of a swap area's first page say what it is: SWAPSPACE2, or S1SUSPEND while it holds a
 * hibernation image (Linux include/linux/swap.h, kernel/power/swap.c). An area is a whole disk, a partition, or a file somewhere.
 */

/** A swap area that holds an image. Bytes. */
export interface SleepingArea {
  /** Of the area's first page on the disk. */
  start: number;
  /** The sleeping kernel's pages: they say where the signature is, and the image is counted in them. */
  pageBytes: number;
  /** The block device the kernel counts the image's pages from: the disk, or a partition of it. A swap area in a file is not one. */
  device: number;
  /** Of the image's first map on the disk. */
  image: number;
}

const SIGNATURE_BYTES = 10;
const SWAP = 'SWAPSPACE2';
const HIBERNATED = 'S1SUSPEND';
/** A kernel of larger pages has its signature at the end of a larger page, which is the end of one of these as well. */
const PAGE = 4096;
const PAGE_SIZES = [4096, 16384, 65536];
/** The header of a swap area, behind room for a boot sector: its version, and its last page. */
const INFO_OFFSET = 1024;
const SWAP_VERSION = 1;
const LABEL_OFFSET = 1052;
const LABEL_BYTES = 16;
/** `image` in the header, before the page's end. */
const IMAGE_FROM_END = 32;

const MIB = 1 << 20;
/** Every file system says what it is within so many bytes: a disk or partition that begins with zeros only has none, and no swap file. */
const BLANK_BYTES = 128 * 1024;
/**
 * Of what a disk with file systems has in use, so much is searched for swap files that no table of files names: a few seconds' reading at most.
 */
const SEARCHED_BYTES = 4096 * MIB;

/** Whether a disk holds the image of a hibernated Linux. */
export async function holdsHibernationImage(disk: BlockDevice): Promise<boolean> {
  return (await findSleepingArea(disk)) !== undefined;
}

/**
 * The swap area on a disk that holds the image of a hibernated Linux: the disk itself, a partition, or a file: of ext4 any, elsewhere (or if its
 * inode is in the journal only) one within the first 4 GiB in use. Reads that much if the disk has file systems, else little; `breathe` is asked for each MiB. Rejects with a DiskError if the disk cannot be read.
 */
export async function findSleepingArea(disk: BlockDevice, breathe: Breathe = () => undefined): Promise<SleepingArea | undefined> {
  const partitions = partitionsOf(disk);
  const whole: DiskRange = { start: 0, length: disk.size };
  const ranges = [whole, ...partitions];
  for (const { start } of ranges) {
    for (const pageBytes of PAGE_SIZES) {
      const area = readArea(disk, start, pageBytes, start);
      if (area) return area;
    }
  }
  const budget = { left: SEARCHED_BYTES };
  for (const range of partitions.length > 0 ? partitions : [whole]) {
    if (isSwap(disk, range) || isBlank(disk, range)) continue;
    const area = (await lookAtFiles(disk, range, breathe)) ?? (await searchFiles(disk, range, budget, breathe));
    if (area) return area;
  }
  return undefined;
}

/**
 * Throws away the image of a hibernated Linux, as its kernel does when it has taken it: the area is plain swap again, and what is beside it on the disk stays.
 * Resolves with false if there is none. Rejects with a DiskError if the disk cannot be read or written.
 */
export async function discardImage(disk: BlockDevice, breathe?: Breathe): Promise<boolean> {
  const area = await findSleepingArea(disk, breathe);
  if (!area) return false;
  disk.write(
    area.start + area.pageBytes - SIGNATURE_BYTES,
    Uint8Array.from(SWAP, (letter) => letter.charCodeAt(0)),
  );
  disk.flush();
  return true;
}

/** The label of the swap area that begins at an offset, and whether it holds an image; undefined if none begins there. */
export function swapAreaAt(disk: BlockDevice, start: number): { label: string; asleep: boolean } | undefined {
  for (const pageBytes of PAGE_SIZES) {
    const signature = signatureAt(disk, start + pageBytes);
    if (signature !== SWAP && signature !== HIBERNATED) continue;
    const label = new Uint8Array(LABEL_BYTES);
    disk.read(start + LABEL_OFFSET, label);
    return { label: labelOf(label), asleep: signature === HIBERNATED };
  }
  return undefined;
}

/** The area that begins at an offset, if it holds an image. */
function readArea(disk: BlockDevice, start: number, pageBytes: number, device: number): SleepingArea | undefined {
  if (start < 0 || signatureAt(disk, start + pageBytes) !== HIBERNATED) return undefined;
  const info = new DataView(new ArrayBuffer(8));
  disk.read(start + INFO_OFFSET, new Uint8Array(info.buffer));
  if (info.getUint32(0, true) !== SWAP_VERSION || info.getUint32(4, true) === 0) return undefined;
  const header = new DataView(new ArrayBuffer(8));
  disk.read(start + pageBytes - IMAGE_FROM_END, new Uint8Array(header.buffer));
  const image = device + Number(header.getBigUint64(0, true)) * pageBytes;
  return { start, pageBytes, device, image };
}

/** What the ten bytes before an offset say, without zeros. */
function signatureAt(disk: BlockDevice, end: number): string {
  if (end > disk.size) return '';
  const bytes = new Uint8Array(SIGNATURE_BYTES);
  disk.read(end - SIGNATURE_BYTES, bytes);
  return textOf(bytes);
}

const textOf = (bytes: Uint8Array): string => String.fromCharCode(...bytes).replace(/\0+$/, '');

function isSwap(disk: BlockDevice, { start }: DiskRange): boolean {
  return PAGE_SIZES.some((pageBytes) => signatureAt(disk, start + pageBytes) === SWAP);
}

/** Whether a range is empty: of a file system, a table or swap something would be there. */
export function isBlank(disk: BlockDevice, { start, length }: DiskRange): boolean {
  const bytes = new Uint8Array(Math.min(length, BLANK_BYTES));
  disk.read(start, bytes);
  return isZero(bytes);
}

/** The swap file at an offset, with an image that can be one: a page that only looks like its first may be of another disk, whose image lies in a file here. */
function readFile(disk: BlockDevice, start: number, pageBytes: number, range: DiskRange): SleepingArea | undefined {
  const area = readArea(disk, start, pageBytes, range.start);
  return area && readHibernationImage(disk, area) ? area : undefined;
}

/** Looks at where the files of a file system begin, if it is one whose tables are understood. */
async function lookAtFiles(disk: BlockDevice, range: DiskRange, breathe: Breathe): Promise<SleepingArea | undefined> {
  for (const start of startsOfFiles(disk, range)) {
    if (start === undefined) await breathe();
    else
      for (const pageBytes of PAGE_SIZES) {
        const area = readFile(disk, start, pageBytes, range);
        if (area) return area;
      }
  }
  return undefined;
}

/** Looks through a file system's blocks for the first page of a swap file. */
async function searchFiles(
  disk: BlockDevice,
  range: DiskRange,
  budget: { left: number },
  breathe: Breathe,
): Promise<SleepingArea | undefined> {
  const bytes = new Uint8Array(MIB);
  for (const { start, length } of pagesInUse(disk, range)) {
    for (let done = 0; done < length && budget.left > 0; done += MIB) {
      const part = bytes.subarray(0, Math.min(MIB, length - done, budget.left));
      disk.read(start + done, part);
      budget.left -= part.length;
      for (let end = PAGE; end <= part.length; end += PAGE) {
        // One byte tells almost always.
        if (part[end - SIGNATURE_BYTES] !== 0x53 || textOf(part.subarray(end - SIGNATURE_BYTES, end)) !== HIBERNATED) continue;
        for (const pageBytes of PAGE_SIZES) {
          const area = readFile(disk, start + done + end - pageBytes, pageBytes, range);
          if (area) return area;
        }
      }
      await breathe();
    }
  }
  return undefined;
}

/** What of a range may hold something, in whole pages counted from its start. */
function* pagesInUse(disk: BlockDevice, { start, length }: DiskRange): Generator<DiskRange> {
  let from = 0;
  for (const used of disk.usedRanges?.() ?? [{ start, length }]) {
    from = Math.max(from, Math.floor((used.start - start) / PAGE) * PAGE);
    const to = Math.min(length, Math.ceil((used.start + used.length - start) / PAGE) * PAGE);
    if (from < to) yield { start: start + from, length: to - from };
    from = Math.max(from, to);
  }
}
