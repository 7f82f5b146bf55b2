import type { BlockDevice } from '../storage/block-device';
import { printable } from '../storage/printable';
import type { DiskRange } from './partitions';

/**
 * The superblock and the descriptors of an ext2, ext3 or ext4 file system (Linux Documentation/filesystems/ext4, fs/ext4/ext4.h). Whatever is there,
 * nothing outside of the range is read.
 */

const SUPERBLOCK = 1024;
const MAGIC = 0xef53;
/** Compatible features. */
const HAS_JOURNAL = 0x4;
const SPARSE_SUPER2 = 0x200;
/** Incompatible ones: the journal is to be played first; files by extents; descriptors elsewhere; larger ones. */
const RECOVER = 0x4;
const EXTENTS = 0x40;
const META_BG = 0x10;
const WIDE = 0x80;
/** Read-only compatible ones: copies in a few groups only; clusters of blocks. */
const SPARSE_SUPER = 0x1;
const BIGALLOC = 0x200;
/** With these, descriptors say how many of their inodes were never used. */
const CHECKSUMMED = 0x10 | 0x400;
const INODE_UNINIT = 1;

/** Groups: those of 16 TiB in blocks of 1 KiB. */
const MOST_GROUPS = 1 << 21;

/** Bytes of a file system; undefined where it has none. Throws a DiskError if the disk cannot be read. */
export type Read = (offset: number, length: number) => DataView<ArrayBuffer> | undefined;

export function readerOf(disk: BlockDevice, range: DiskRange): Read {
  return (offset, length) => {
    if (!Number.isSafeInteger(offset) || offset < 0 || offset + length > range.length) return undefined;
    const bytes = new Uint8Array(length);
    disk.read(range.start + offset, bytes);
    return new DataView(bytes.buffer);
  };
}

export interface Ext4 {
  kind: 'ext2' | 'ext3' | 'ext4';
  label: string;
  blocks: number;
  blockBytes: number;
  firstBlock: number;
  groups: number;
  inodes: number;
  inodesPerGroup: number;
  inodeBytes: number;
  /** Of those below only the root is a file of somebody's. */
  firstInode: number;
  /** Number of the inode that holds the journal; 0: there is none inside. */
  journalInode: number;
  /** What is in the journal is not in its place yet. */
  behind: boolean;
  /** Blocks that all descriptors take up, and that are kept for more, wherever there is a copy of them. */
  descriptorBlocks: number;
  descriptorBytes: number;
  /** Descriptors say what was never used. */
  tellsUnused: boolean;
  /** Space is counted in clusters of blocks. */
  clustered: boolean;
  /** Whether a group has a copy of superblock and descriptors. */
  hasCopy(group: number): boolean;
}

/** Undefined where there is no such file system, or one that is not understood. */
export function readExt4(read: Read, size: number): Ext4 | undefined {
  const block = read(SUPERBLOCK, 1024);
  if (block?.getUint16(0x38, true) !== MAGIC) return undefined;
  const u32 = (at: number): number => block.getUint32(at, true);
  const [logBlock, compatible, incompatible, readOnly] = [u32(0x18), u32(0x5c), u32(0x60), u32(0x64)];
  const [perGroup, inodesPerGroup] = [u32(0x20), u32(0x28)];
  const wide = (incompatible & WIDE) !== 0;
  const blocks = u32(0x4) + (wide ? u32(0x150) * 2 ** 32 : 0);
  const firstBlock = u32(0x14);
  // The first revision had no fields for these.
  const old = u32(0x4c) === 0;
  const inodeBytes = old ? 128 : block.getUint16(0x58, true);
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
  const blockBytes = 1024 << logBlock;
  const copies = [u32(0x24c), u32(0x250)];
  return {
    kind: incompatible & EXTENTS ? 'ext4' : compatible & HAS_JOURNAL ? 'ext3' : 'ext2',
    label: labelOf(new Uint8Array(block.buffer, 0x78, 16)),
    blocks,
    blockBytes,
    firstBlock,
    groups,
    inodes: u32(0),
    inodesPerGroup,
    inodeBytes,
    firstInode: old ? 11 : u32(0x54),
    journalInode: compatible & HAS_JOURNAL ? u32(0xe0) : 0,
    behind: (incompatible & RECOVER) !== 0,
    descriptorBlocks: Math.ceil((groups * descriptorBytes) / blockBytes) + block.getUint16(0xce, true),
    descriptorBytes,
    tellsUnused: (readOnly & CHECKSUMMED) !== 0,
    clustered: (readOnly & BIGALLOC) !== 0,
    hasCopy: (group) =>
      group === 0 ||
      (compatible & SPARSE_SUPER2
        ? copies.includes(group)
        : (readOnly & SPARSE_SUPER) === 0 || group === 1 || [3, 5, 7].some((base) => isPower(group, base))),
  };
}

/** Text that ends with a zero, unless it fills its place. */
export function labelOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return printable(new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end)), bytes.length);
}

function isPower(number: number, base: number): boolean {
  let power = base;
  while (power < number) power *= base;
  return power === number;
}

/** The descriptors of all groups, read in one go: a {@link Read} for nothing else. */
export function descriptorsOf(fs: Ext4, read: Read): Read | undefined {
  const start = (fs.firstBlock + 1) * fs.blockBytes;
  const all = read(start, fs.groups * fs.descriptorBytes);
  return all && ((offset, length) => new DataView(all.buffer, offset - start, length));
}

/** A group of blocks as its descriptor tells of it. */
export interface Ext4Group {
  /** Offset of its table of inodes, in bytes. */
  table: number;
  /** Of its inodes, how many may be in use. */
  usableInodes: number;
  freeBlocks: number;
  freeInodes: number;
}

/** Undefined if the descriptor lies where there is nothing. */
export function readGroup(fs: Ext4, group: number, read: Read): Ext4Group | undefined {
  const { descriptorBytes: size, inodesPerGroup } = fs;
  const descriptor = read((fs.firstBlock + 1) * fs.blockBytes + group * size, size);
  if (!descriptor) return undefined;
  const wide = size >= 64;
  const halves = (low: number, high: number): number =>
    descriptor.getUint16(low, true) + (wide ? descriptor.getUint16(high, true) * 2 ** 16 : 0);
  const block = descriptor.getUint32(0x8, true) + (wide ? descriptor.getUint32(0x28, true) * 2 ** 32 : 0);
  const unused = descriptor.getUint16(0x12, true) & INODE_UNINIT ? inodesPerGroup : halves(0x1c, 0x32);
  return {
    table: block * fs.blockBytes,
    usableInodes: fs.tellsUnused ? Math.max(0, inodesPerGroup - unused) : inodesPerGroup,
    freeBlocks: halves(0xc, 0x2c),
    freeInodes: halves(0xe, 0x2e),
  };
}
