/**
 * The numbers of virtio block devices.
 *
 * Source: VIRTIO 1.2, section 5.2 (block device).
 */

/** Feature bits (5.2.3). */
export const BlockFeature = {
  VIRTIO_BLK_F_SEG_MAX: 1n << 2n,
  VIRTIO_BLK_F_RO: 1n << 5n,
  VIRTIO_BLK_F_BLK_SIZE: 1n << 6n,
  VIRTIO_BLK_F_FLUSH: 1n << 9n,
  VIRTIO_BLK_F_DISCARD: 1n << 13n,
  VIRTIO_BLK_F_WRITE_ZEROES: 1n << 14n,
} as const;

/** Offsets in the configuration space (5.2.4), up to the last field we have. */
export const BlockConfig = {
  capacity: 0,
  seg_max: 12,
  blk_size: 20,
  max_discard_sectors: 36,
  max_discard_seg: 40,
  discard_sector_alignment: 44,
  max_write_zeroes_sectors: 48,
  max_write_zeroes_seg: 52,
  write_zeroes_may_unmap: 56,
  bytes: 60,
} as const;

/** The unit of capacity and sector numbers, whatever blk_size says. */
export const SECTOR_BYTES = 512;
/** Longest serial number; a longer one is cut. */
export const ID_BYTES = 20;
/** Sectors one range of a discard may have: any. */
export const MAX_DISCARD_SECTORS = 0x7fff_ffff;
/** Sectors one range of a write-zeroes may have: 16 MiB, since most disks must really write them. */
export const MAX_WRITE_ZEROES_SECTORS = 32768;
/** Ranges in one discard or write-zeroes request. */
export const MAX_RANGES = 16;

/** Request types. */
export const RequestType = {
  VIRTIO_BLK_T_IN: 0,
  VIRTIO_BLK_T_OUT: 1,
  VIRTIO_BLK_T_FLUSH: 4,
  VIRTIO_BLK_T_GET_ID: 8,
  VIRTIO_BLK_T_DISCARD: 11,
  VIRTIO_BLK_T_WRITE_ZEROES: 13,
} as const;

/** Values of the status byte. */
export const RequestStatus = { VIRTIO_BLK_S_OK: 0, VIRTIO_BLK_S_IOERR: 1, VIRTIO_BLK_S_UNSUPP: 2 } as const;

/** Flag of a range: the sectors may be deallocated (write-zeroes only). */
export const RANGE_UNMAP = 1;
