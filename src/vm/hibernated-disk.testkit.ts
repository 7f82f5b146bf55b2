import type { BlockDevice } from '../storage/block-device';
import { MemoryDisk } from '../storage/memory-disk';
import { type HibernationImage, readHibernationImage } from './hibernation-image';
import { findSleepingArea } from './swap-signature';

/** Disks on which a Linux sleeps, made by hand after its layout (see hibernation-image.ts). */

export const BUILD = '#1 SMP Debian 6.12.48-1 (2025-09-20)';
export const BANNER = `Linux version 6.12.48+deb13-arm64 (someone@example.org) (gcc 14.2.0) ${BUILD}\n`;

export interface SleeperOptions {
  build?: string;
  memoryMiB?: number;
  pageBytes?: number;
  /** Of the swap area; default 0. */
  start?: number;
  /** Of the block device that pages are counted from; default `start`. */
  device?: number;
}

export const text = (letters: string): Uint8Array => Uint8Array.from(letters, (letter) => letter.charCodeAt(0));

/** Writes a swap area with an image: its map is page 3 and its header page 5 behind the area's first page. */
export function writeSleeper(disk: MemoryDisk, options: SleeperOptions = {}): void {
  const { build = BUILD, memoryMiB = 512, pageBytes = 4096, start = 0, device = start } = options;
  const first = (start - device) / pageBytes;
  const page = new DataView(new ArrayBuffer(pageBytes));
  page.setUint32(1024, 1, true);
  page.setUint32(1028, 1000, true);
  page.setBigUint64(pageBytes - 32, BigInt(first + 3), true);
  const bytes = new Uint8Array(page.buffer);
  bytes.set(text('SWAPSPACE2S1SUSPEND'), pageBytes - 20);
  disk.write(start, bytes);

  const map = new DataView(new ArrayBuffer(8));
  map.setBigUint64(0, BigInt(first + 5), true);
  disk.write(start + 3 * pageBytes, new Uint8Array(map.buffer));

  const info = new DataView(new ArrayBuffer(440));
  new Uint8Array(info.buffer).set(text(build));
  const pages = (memoryMiB << 20) / pageBytes;
  info.setBigUint64(400, BigInt(pages), true);
  info.setBigUint64(416, BigInt(pages / 2), true);
  info.setBigUint64(424, BigInt(pages / 2 + 20), true);
  info.setBigUint64(432, BigInt((pages / 2 + 20) * pageBytes), true);
  disk.write(start + 5 * pageBytes, new Uint8Array(info.buffer));
}

export function sleeperDisk(options: SleeperOptions & { name?: string; size?: number } = {}): MemoryDisk {
  const disk = new MemoryDisk(options.size ?? 16 << 20, { name: options.name ?? 'den' });
  writeSleeper(disk, options);
  return disk;
}

/** An MBR with partitions (first sector, sectors, type). */
export function writeMbr(disk: MemoryDisk, entries: readonly [number, number, number][], sector = 0): void {
  const table = new DataView(new ArrayBuffer(512));
  entries.forEach(([first, count, type], index) => {
    const at = 446 + 16 * index;
    table.setUint8(at + 4, type);
    table.setUint32(at + 8, first, true);
    table.setUint32(at + 12, count, true);
  });
  table.setUint16(510, 0xaa55, true);
  disk.write(sector * 512, new Uint8Array(table.buffer));
}

/** A GPT with partitions (first sector, last sector), and the MBR before it. */
export function writeGpt(disk: MemoryDisk, entries: readonly [number, number][]): void {
  writeMbr(disk, [[1, disk.size / 512 - 1, 0xee]]);
  const header = new DataView(new ArrayBuffer(512));
  new Uint8Array(header.buffer).set(text('EFI PART'));
  header.setBigUint64(72, 2n, true);
  header.setUint32(80, 128, true);
  header.setUint32(84, 128, true);
  disk.write(512, new Uint8Array(header.buffer));
  entries.forEach(([first, last], index) => {
    const entry = new DataView(new ArrayBuffer(128));
    entry.setBigUint64(0, 0x1234n, true);
    entry.setBigUint64(32, BigInt(first), true);
    entry.setBigUint64(40, BigInt(last), true);
    disk.write(1024 + 128 * index, new Uint8Array(entry.buffer));
  });
}

export interface Ext4File {
  /** The block its first byte is in. */
  block: number;
  /** Default: a swap file's 64 MiB. */
  bytes?: number;
  /** How its blocks are listed: in the inode, behind an index, or as ext2 did. */
  list?: 'extents' | 'index' | 'blocks';
}

/** An ext4 of 4 KiB blocks and groups of 128 MiB with a file in the last group: its superblock, that group's descriptor, and the file's inode. */
export function writeExt4(disk: MemoryDisk, file: Ext4File, start = 0, size = disk.size - start): void {
  const put = (offset: number, bytes: number, fill: (data: DataView) => void): void => {
    const data = new DataView(new ArrayBuffer(bytes));
    fill(data);
    disk.write(start + offset, new Uint8Array(data.buffer));
  };
  const [blocks, perGroup, inodeBytes] = [size / 4096, 32768, 256];
  const last = Math.ceil(blocks / perGroup) - 1;
  const table = last * perGroup + 64;
  put(1024, 1024, (data) => {
    data.setUint32(0x4, blocks % 2 ** 32, true);
    data.setUint32(0x150, Math.floor(blocks / 2 ** 32), true);
    data.setUint32(0x18, 2, true);
    data.setUint32(0x20, perGroup, true);
    data.setUint32(0x28, 8192, true);
    data.setUint16(0x38, 0xef53, true);
    data.setUint32(0x4c, 1, true);
    data.setUint16(0x58, inodeBytes, true);
    data.setUint32(0x60, 0x2c2, true);
    data.setUint32(0x64, 0x46b, true);
    data.setUint16(0xfe, 64, true);
  });
  // No inode of the others was ever used.
  for (let group = 0; group <= last; group++)
    put(4096 + group * 64, 64, (data) => {
      data.setUint16(0x12, group === last ? 4 : 5, true);
      data.setUint32(0x8, table % 2 ** 32, true);
      data.setUint16(0x1c, 8192 - 16, true);
    });
  const { block, bytes = 64 << 20, list = 'extents' } = file;
  const node = (data: DataView, at: number, depth: number, target: number): void => {
    data.setUint16(at, 0xf30a, true);
    data.setUint16(at + 2, 1, true);
    data.setUint16(at + 6, depth, true);
    if (depth === 0) data.setUint16(at + 16, 16, true);
    data.setUint32(at + (depth === 0 ? 20 : 16), target, true);
  };
  put(table * 4096 + 11 * inodeBytes, inodeBytes, (data) => {
    data.setUint16(0, 0x8180, true);
    data.setUint32(4, bytes % 2 ** 32, true);
    data.setUint16(0x1a, 1, true);
    if (list !== 'blocks') data.setUint32(0x20, 0x80000, true);
    if (list === 'blocks') data.setUint32(0x28, block, true);
    else if (list === 'extents') node(data, 0x28, 0, block);
    else node(data, 0x28, 1, table + 600);
  });
  if (list === 'index') put((table + 600) * 4096, 24, (data) => node(data, 0, 0, block));
}

/** What sleeps on a disk, if anything that is understood does. */
export async function imageOn(disk: BlockDevice): Promise<HibernationImage | undefined> {
  const area = await findSleepingArea(disk);
  return area && readHibernationImage(disk, area);
}
