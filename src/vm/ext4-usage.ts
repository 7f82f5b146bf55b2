import { descriptorsOf, type Ext4, type Read, readExt4, readGroup } from './ext4-superblock';

/** What of an ext2, ext3 or ext4 file system is in use, as `df` tells it (Linux fs/ext4/super.c, ext4_statfs and ext4_calculate_overhead). */

export interface Ext4Usage {
  kind: Ext4['kind'];
  label: string;
  /** Bytes for files: without what the file system takes for itself. */
  size: number;
  /** Bytes of these that are in use. */
  used: number;
  /** Files, folders and all else that has an inode, without the root and its `lost+found`. */
  files: number;
  /** A journal is to be played first, by whoever mounts it: the numbers are of before. */
  behind: boolean;
}

/** More groups than 16 TiB have in blocks of 4 KiB are not counted. */
const MOST_GROUPS = 1 << 17;
/** A bitmap for blocks, and one for inodes. */
const BITMAPS = 2;
const DIRECTORY = 0x4000;

/** Undefined where there is no such file system, or one that is not understood. Throws a DiskError if it cannot be read. */
export function ext4Usage(read: Read, size: number): Ext4Usage | undefined {
  const fs = readExt4(read, size);
  if (!fs || fs.clustered || fs.groups > MOST_GROUPS) return undefined;
  const descriptors = descriptorsOf(fs, read);
  if (!descriptors) return undefined;
  const tableBlocks = Math.ceil((fs.inodesPerGroup * fs.inodeBytes) / fs.blockBytes);
  let [overhead, freeBlocks, freeInodes] = [fs.firstBlock + journalBlocks(fs, read), 0, 0];
  for (let group = 0; group < fs.groups; group++) {
    const told = readGroup(fs, group, descriptors);
    if (!told) return undefined;
    overhead += tableBlocks + BITMAPS + (fs.hasCopy(group) ? 1 + fs.descriptorBlocks : 0);
    freeBlocks += told.freeBlocks;
    freeInodes += told.freeInodes;
  }
  const reserved = fs.firstInode - 1 + (isDirectory(fs, fs.firstInode, read) ? 1 : 0);
  return {
    kind: fs.kind,
    label: fs.label,
    size: Math.max(0, fs.blocks - overhead) * fs.blockBytes,
    used: Math.max(0, fs.blocks - overhead - freeBlocks) * fs.blockBytes,
    files: Math.max(0, fs.inodes - freeInodes - reserved),
    behind: fs.behind,
  };
}

function inodeOf(fs: Ext4, number: number, read: Read): DataView | undefined {
  const group = readGroup(fs, Math.floor((number - 1) / fs.inodesPerGroup), read);
  return group && read(group.table + ((number - 1) % fs.inodesPerGroup) * fs.inodeBytes, fs.inodeBytes);
}

function journalBlocks(fs: Ext4, read: Read): number {
  const inode = fs.journalInode > 0 ? inodeOf(fs, fs.journalInode, read) : undefined;
  if (!inode) return 0;
  return Math.floor((inode.getUint32(0x4, true) + inode.getUint32(0x6c, true) * 2 ** 32) / fs.blockBytes);
}

/** mke2fs makes `lost+found` first. */
function isDirectory(fs: Ext4, number: number, read: Read): boolean {
  const inode = inodeOf(fs, number, read);
  return inode !== undefined && (inode.getUint16(0, true) & 0xf000) === DIRECTORY && inode.getUint16(0x1a, true) > 0;
}
