/** What a disk with partitions begins with, as far as that is simple enough to be written by hand: its table, and an area for swap. */
import { type BlockDevice, SECTOR_BYTES } from '../src/storage/block-device';

/** Types of partitions (as Linux's fdisk lists them). */
export const PARTITION_TYPE = { SWAP: 0x82, LINUX: 0x83 } as const;

export interface Partition {
  type: (typeof PARTITION_TYPE)[keyof typeof PARTITION_TYPE];
  /** Bytes, multiples of a sector. */
  start: number;
  length: number;
}

const MOST_PARTITIONS = 4;
const TABLE = 446;
const ENTRY_BYTES = 16;
const DISK_SIGNATURE = 440;
/** Cylinder, head and sector of what lies where those do not reach: everybody counts sectors instead. */
const NO_CHS = [0xfe, 0xff, 0xff];

/**
 * Writes a master boot record without a boot loader (Linux, block/partitions/msdos.c).
 * @param signature 32 bits by which Linux names the partitions, `PARTUUID=` and a number
 */
export function writePartitionTable(disk: BlockDevice, signature: number, partitions: readonly Partition[]): void {
  if (partitions.length > MOST_PARTITIONS) throw new Error(`A master boot record has ${MOST_PARTITIONS} partitions at most.`);
  const record = new DataView(new ArrayBuffer(SECTOR_BYTES));
  record.setUint32(DISK_SIGNATURE, signature, true);
  for (const [index, { type, start, length }] of partitions.entries()) {
    const at = TABLE + index * ENTRY_BYTES;
    for (const [byte, value] of NO_CHS.entries()) {
      record.setUint8(at + 1 + byte, value);
      record.setUint8(at + 5 + byte, value);
    }
    record.setUint8(at + 4, type);
    record.setUint32(at + 8, start / SECTOR_BYTES, true);
    record.setUint32(at + 12, length / SECTOR_BYTES, true);
  }
  record.setUint16(510, 0xaa55, true);
  disk.write(0, new Uint8Array(record.buffer));
}

export interface SwapArea {
  /** Bytes; of whole pages. */
  start: number;
  length: number;
  /** At most 15 letters. */
  label: string;
  uuid: string;
}

const PAGE = 4096;
/** Fields of the header (Linux, include/linux/swap.h, union swap_header). */
const SWAP = { VERSION: 1024, LAST_PAGE: 1028, UUID: 1036, LABEL: 1052, SIGNATURE: PAGE - 10 } as const;

/** Makes an area for swap in pages of 4 KiB, as mkswap does. */
export function writeSwapArea(disk: BlockDevice, { start, length, label, uuid }: SwapArea): void {
  const page = Buffer.alloc(PAGE);
  page.writeUInt32LE(1, SWAP.VERSION);
  page.writeUInt32LE(length / PAGE - 1, SWAP.LAST_PAGE);
  page.write(uuid.replaceAll('-', ''), SWAP.UUID, 'hex');
  page.write(label, SWAP.LABEL, 15, 'latin1');
  page.write('SWAPSPACE2', SWAP.SIGNATURE, 'latin1');
  disk.write(start, page);
}
