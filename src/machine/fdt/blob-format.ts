/**
 * The flattened device tree, version 17.
 * Source: Devicetree Specification 0.4, chapter 5. All numbers in a blob are big-endian.
 */

export const FDT_MAGIC = 0xd00d_feed;
export const FDT_VERSION = 17;
/** The oldest version that a reader of this one may pretend to. */
export const FDT_LAST_COMPATIBLE = 16;

/** Byte offsets in the header. */
export const FDT_HEADER = {
  magic: 0,
  totalSize: 4,
  structureOffset: 8,
  stringsOffset: 12,
  reservationsOffset: 16,
  version: 20,
  lastCompatible: 24,
  bootCpu: 28,
  stringsSize: 32,
  structureSize: 36,
  size: 40,
} as const;

export const FDT_TOKEN = { beginNode: 1, endNode: 2, property: 3, nop: 4, end: 9 } as const;

/** A range of physical addresses, in bytes, that the kernel must leave alone. */
export interface FdtReservation {
  address: bigint;
  size: bigint;
}
