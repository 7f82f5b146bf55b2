import { type BlockDevice, SECTOR_BYTES } from '../storage/block-device';

/**
 * The partitions of a disk: GPT (UEFI specification, section 5.3), or else the four of an MBR and the logical ones behind an extended one.
 * Whatever is on the disk, this throws nothing but the errors of reading it.
 */

/** A part of a disk, in bytes. It lies on the disk. */
export interface DiskRange {
  start: number;
  length: number;
}

/** With its number, by which Linux names it: vda1, vda2 … */
export interface Partition extends DiskRange {
  number: number;
}

const EXTENDED = [0x05, 0x0f, 0x85];
const PROTECTIVE = 0xee;
const GPT_MAGIC = 'EFI PART';
/** As many as a GPT of the usual size holds; more are not looked at, nor a longer chain of logical ones. */
const MOST = 128;

export function partitionsOf(disk: BlockDevice): Partition[] {
  const table = readTable(disk, 0);
  if (!table) return [];
  const found = table.some(({ type }) => type === PROTECTIVE) ? readGpt(disk) : readMbr(disk, table);
  return found.filter(({ start, length }) => start > 0 && length > 0 && start + length <= disk.size);
}

interface MbrEntry {
  type: number;
  /** Sectors. */
  first: number;
  count: number;
}

/** The four entries of a boot record at a sector; undefined if none is there. */
function readTable(disk: BlockDevice, sector: number): MbrEntry[] | undefined {
  if ((sector + 1) * SECTOR_BYTES > disk.size) return undefined;
  const data = new DataView(new ArrayBuffer(SECTOR_BYTES));
  disk.read(sector * SECTOR_BYTES, new Uint8Array(data.buffer));
  if (data.getUint16(510, true) !== 0xaa55) return undefined;
  return [446, 462, 478, 494].map((at) => ({
    type: data.getUint8(at + 4),
    first: data.getUint32(at + 8, true),
    count: data.getUint32(at + 12, true),
  }));
}

const partition = (number: number, first: number, count: number): Partition => ({
  number,
  start: first * SECTOR_BYTES,
  length: count * SECTOR_BYTES,
});

/** The first of the logical ones. */
const FIRST_LOGICAL = 5;

function readMbr(disk: BlockDevice, table: MbrEntry[]): Partition[] {
  const found: Partition[] = [];
  for (const [index, { type, first, count }] of table.entries()) {
    if (EXTENDED.includes(type)) found.push(...readLogical(disk, first));
    else if (type !== 0) found.push(partition(index + 1, first, count));
  }
  return found;
}

/** Logical partitions: each boot record names its own and the next record, counted from the extended partition. */
function readLogical(disk: BlockDevice, extended: number): Partition[] {
  const found: Partition[] = [];
  for (let at = extended, links = 0; links < MOST; links++) {
    const table = readTable(disk, at);
    if (!table) break;
    const [own, next] = table;
    if (own!.type !== 0) found.push(partition(FIRST_LOGICAL + links, at + own!.first, own!.count));
    if (!EXTENDED.includes(next!.type) || next!.first === 0) break;
    at = extended + next!.first;
  }
  return found;
}

function readGpt(disk: BlockDevice): Partition[] {
  if (disk.size < 2 * SECTOR_BYTES) return [];
  const header = new Uint8Array(SECTOR_BYTES);
  disk.read(SECTOR_BYTES, header);
  if (String.fromCharCode(...header.subarray(0, 8)) !== GPT_MAGIC) return [];
  const data = new DataView(header.buffer);
  const start = Number(data.getBigUint64(72, true)) * SECTOR_BYTES;
  const count = Math.min(data.getUint32(80, true), MOST);
  const entryBytes = data.getUint32(84, true);
  if (entryBytes < 128 || entryBytes > 4096 || start + count * entryBytes > disk.size) return [];
  const entries = new DataView(new ArrayBuffer(count * entryBytes));
  disk.read(start, new Uint8Array(entries.buffer));
  const found: Partition[] = [];
  for (let at = 0; at < count * entryBytes; at += entryBytes) {
    if (entries.getBigUint64(at, true) === 0n && entries.getBigUint64(at + 8, true) === 0n) continue;
    const first = Number(entries.getBigUint64(at + 32, true));
    const last = Number(entries.getBigUint64(at + 40, true));
    found.push(partition(at / entryBytes + 1, first, last - first + 1));
  }
  return found;
}
