import type { BlockDevice } from '../storage/block-device';
import { type Ext4, type Read, readExt4, readerOf, readGroup } from './ext4-superblock';
import type { DiskRange } from './partitions';

/**
 * Where files that may be swap files begin on an ext2, ext3 or ext4 file system, by its tables of inodes: a few hundredths of the disk are read, and of
 * those only what was ever used. A file whose inode is in the journal only is not found. (Linux Documentation/filesystems/ext4, fs/ext4/ext4.h)
 */

const REGULAR = 0x8000;
const EXTENTS = 0x80000;
const EXTENT_MAGIC = 0xf30a;
const MOST_DEPTH = 5;
const IN_INODE = 0x28;

/** Swap is in pages of this, and a swap area has ten at least. */
const PAGE = 4096;
const LEAST_PAGES = 10;
/** What is read at once. */
const PIECE_BYTES = 1 << 20;
/** Bounds for a file system made for harm: bytes of inodes that are looked at (four million of them), and files. */
const MOST_TABLE_BYTES = 1 << 30;
const MOST_FILES = 1 << 18;
const NO_GROUP = { table: 0, usableInodes: 0 };
/** Files between two breaths. */
const BREATH_FILES = 256;

/**
 * Offsets on the disk of the first byte of each file in a range that could be a swap file; undefined now and then: a moment to breathe. None if
 * the range holds no such file system, or one that is not understood. Throws a DiskError if the disk cannot be read.
 */
export function* startsOfFiles(disk: BlockDevice, range: DiskRange): Generator<number | undefined> {
  const read = readerOf(disk, range);
  const fs = readExt4(read, range.length);
  if (!fs) return;
  let [bytes, files] = [MOST_TABLE_BYTES, MOST_FILES];
  const inodesAtOnce = Math.floor(PIECE_BYTES / fs.inodeBytes);
  for (let group = 0; group < fs.groups; group++) {
    const { table: at, usableInodes: count } = readGroup(fs, group, read) ?? NO_GROUP;
    for (let done = 0; done < count; done += inodesAtOnce) {
      const length = Math.min(inodesAtOnce, count - done) * fs.inodeBytes;
      const inodes = read(at + done * fs.inodeBytes, length);
      bytes -= length;
      if (!inodes || bytes < 0) break;
      for (let inode = 0; inode < length; inode += fs.inodeBytes) {
        if (!mayBeSwap(inodes, inode)) continue;
        if (files-- <= 0) return;
        if (files % BREATH_FILES === 0) yield undefined;
        const block = firstBlockOf(fs, inodes, inode, read);
        if (block) yield range.start + block * fs.blockBytes;
      }
      yield undefined;
    }
    if (group % BREATH_FILES === 0) yield undefined;
  }
}

/** A file that has a name, of whole pages. */
function mayBeSwap(inodes: DataView, at: number): boolean {
  const size = inodes.getUint32(at + 4, true) + inodes.getUint32(at + 0x6c, true) * 2 ** 32;
  return (
    (inodes.getUint16(at, true) & 0xf000) === REGULAR &&
    inodes.getUint16(at + 0x1a, true) > 0 &&
    size % PAGE === 0 &&
    size >= LEAST_PAGES * PAGE
  );
}

/** The block of a file's first byte; 0 or undefined: none. */
function firstBlockOf(fs: Ext4, inodes: DataView, inode: number, read: Read): number | undefined {
  if ((inodes.getUint32(inode + 0x20, true) & EXTENTS) === 0) return inodes.getUint32(inode + IN_INODE, true);
  let [node, at] = [inodes, inode + IN_INODE];
  for (let level = 0; level <= MOST_DEPTH; level++) {
    const [magic, entries, depth] = [node.getUint16(at, true), node.getUint16(at + 2, true), node.getUint16(at + 6, true)];
    // What begins with a hole is no swap file.
    if (magic !== EXTENT_MAGIC || entries === 0 || node.getUint32(at + 12, true) !== 0) return undefined;
    if (depth === 0) return node.getUint32(at + 20, true) + node.getUint16(at + 18, true) * 2 ** 32;
    const child = node.getUint32(at + 16, true) + node.getUint16(at + 20, true) * 2 ** 32;
    const next = read(child * fs.blockBytes, 24);
    if (!next) return undefined;
    [node, at] = [next, 0];
  }
  return undefined;
}
