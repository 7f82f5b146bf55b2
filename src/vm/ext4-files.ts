import type { BlockDevice } from '../storage/block-device';
import type { DiskRange } from './partitions';

/**
 * Where files that may be swap files begin on an ext2, ext3 or ext4 file system, by its tables of inodes: a few hundredths of the disk are read, and of
 * those only what was ever used. A file whose inode is in the journal only is not found. (Linux Documentation/filesystems/ext4, fs/ext4/ext4.h)
 */

const SUPERBLOCK = 1024;
const MAGIC = 0xef53;
/** Incompatible features: group descriptors elsewhere, and larger ones. */
const META_BG = 0x10;
const WIDE = 0x80;
/** Read-only compatible features with which descriptors say how many of their inodes were never used. */
const CHECKSUMMED = 0x10 | 0x400;
const INODE_UNINIT = 1;
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
/** Groups: those of 16 TiB in blocks of 1 KiB. */
const MOST_GROUPS = 1 << 21;
/** Files between two breaths. */
const BREATH_FILES = 256;

interface FileSystem {
  blockBytes: number;
  firstBlock: number;
  groups: number;
  inodesPerGroup: number;
  inodeBytes: number;
  descriptorBytes: number;
  /** Descriptors say what was never used. */
  tellsUnused: boolean;
}

/**
 * Offsets on the disk of the first byte of each file in a range that could be a swap file; undefined now and then: a moment to breathe. None if
 * the range holds no such file system, or one that is not understood. Throws a DiskError if the disk cannot be read.
 */
export function* startsOfFiles(disk: BlockDevice, range: DiskRange): Generator<number | undefined> {
  const read = (offset: number, length: number): DataView<ArrayBuffer> | undefined => {
    if (!Number.isSafeInteger(offset) || offset < 0 || offset + length > range.length) return undefined;
    const bytes = new Uint8Array(length);
    disk.read(range.start + offset, bytes);
    return new DataView(bytes.buffer);
  };
  const fs = readSuperblock(read, range.length);
  if (!fs) return;
  let [table, files] = [MOST_TABLE_BYTES, MOST_FILES];
  const inodesAtOnce = Math.floor(PIECE_BYTES / fs.inodeBytes);
  for (let group = 0; group < fs.groups; group++) {
    const { at, count } = tableOf(fs, group, read);
    for (let done = 0; done < count; done += inodesAtOnce) {
      const length = Math.min(inodesAtOnce, count - done) * fs.inodeBytes;
      const inodes = read(at + done * fs.inodeBytes, length);
      table -= length;
      if (!inodes || table < 0) break;
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

type Read = (offset: number, length: number) => DataView<ArrayBuffer> | undefined;

function readSuperblock(read: Read, size: number): FileSystem | undefined {
  const block = read(SUPERBLOCK, 1024);
  if (block?.getUint16(0x38, true) !== MAGIC) return undefined;
  const [logBlock, incompatible] = [block.getUint32(0x18, true), block.getUint32(0x60, true)];
  const [perGroup, inodesPerGroup] = [block.getUint32(0x20, true), block.getUint32(0x28, true)];
  const wide = (incompatible & WIDE) !== 0;
  const blocks = block.getUint32(0x4, true) + (wide ? block.getUint32(0x150, true) * 2 ** 32 : 0);
  const firstBlock = block.getUint32(0x14, true);
  // The first revision had no field for it.
  const inodeBytes = block.getUint32(0x4c, true) === 0 ? 128 : block.getUint16(0x58, true);
  const descriptorBytes = wide ? block.getUint16(0xfe, true) : 32;
  const groups = Math.ceil((blocks - firstBlock) / perGroup);
  const plausible =
    blocks * 1024 * 2 ** logBlock <= size &&
    groups <= MOST_GROUPS &&
    logBlock <= 6 &&
    perGroup > 0 &&
    inodesPerGroup > 0 &&
    firstBlock <= 1 &&
    inodeBytes >= 128 &&
    inodeBytes <= 4096 &&
    descriptorBytes >= (wide ? 64 : 32) &&
    descriptorBytes <= 1024 &&
    (incompatible & META_BG) === 0;
  if (!plausible) return undefined;
  return {
    blockBytes: 1024 << logBlock,
    firstBlock,
    groups,
    inodesPerGroup,
    inodeBytes,
    descriptorBytes,
    tellsUnused: (block.getUint32(0x64, true) & CHECKSUMMED) !== 0,
  };
}

/** Where a group has its inodes, and how many of them may be in use. */
function tableOf(fs: FileSystem, group: number, read: Read): { at: number; count: number } {
  const { descriptorBytes: size, inodesPerGroup } = fs;
  const descriptor = read((fs.firstBlock + 1) * fs.blockBytes + group * size, size);
  if (!descriptor) return { at: 0, count: 0 };
  const wide = size >= 64;
  const block = descriptor.getUint32(0x8, true) + (wide ? descriptor.getUint32(0x28, true) * 2 ** 32 : 0);
  const at = block * fs.blockBytes;
  if (!fs.tellsUnused) return { at, count: inodesPerGroup };
  if (descriptor.getUint16(0x12, true) & INODE_UNINIT) return { at, count: 0 };
  const unused = descriptor.getUint16(0x1c, true) + (wide ? descriptor.getUint16(0x32, true) * 2 ** 16 : 0);
  return { at, count: Math.max(0, inodesPerGroup - unused) };
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
function firstBlockOf(fs: FileSystem, inodes: DataView, inode: number, read: Read): number | undefined {
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
