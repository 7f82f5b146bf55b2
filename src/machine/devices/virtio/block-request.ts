/**
 * One request to a virtio block device: header in, data in or out, one status byte out.
 *
 * Source: VIRTIO 1.2, section 5.2.6 (device operation).
 */
import type { BlockDevice } from '../../../storage/block-device';
import type { GuestMemory } from '../../device';
import {
  BlockFeature,
  ID_BYTES,
  MAX_DISCARD_SECTORS,
  MAX_RANGES,
  MAX_WRITE_ZEROES_SECTORS,
  RANGE_UNMAP,
  RequestStatus,
  RequestType,
  SECTOR_BYTES,
} from './block-format';
import { SegmentReader, SegmentWriter } from './buffers';
import { type Chain, VirtqueueError } from './queue';

type StatusByte = (typeof RequestStatus)[keyof typeof RequestStatus];

const { VIRTIO_BLK_S_OK, VIRTIO_BLK_S_IOERR, VIRTIO_BLK_S_UNSUPP } = RequestStatus;

const HEADER_BYTES = 16;
const RANGE_BYTES = 16;
/** Data goes from disk to guest memory in pieces of this size. */
const COPY_BYTES = 65536;

export interface RequestContext {
  memory: GuestMemory;
  disk: BlockDevice;
  readOnly: boolean;
  serial: Uint8Array;
  /** Negotiated. */
  features: bigint;
  onDiskError: (error: unknown) => void;
}

/**
 * Carries the request out and writes its status. Returns the bytes written from the start of the writable part, for the used
 * ring. Throws a VirtqueueError when there is no room for header or status; every other trouble is a status.
 */
export function executeRequest(context: RequestContext, chain: Chain): number {
  const input = new SegmentReader(context.memory, chain.readable);
  const output = new SegmentWriter(context.memory, chain.writable);
  if (input.remaining < HEADER_BYTES || output.capacity < 1) {
    throw new VirtqueueError(
      `A virtio-blk request has ${input.remaining} readable and ${output.capacity} writable bytes, too few for its header and status.`,
    );
  }
  const header = input.copy(HEADER_BYTES);
  const view = new DataView(header.buffer);
  const type = view.getUint32(0, true);
  const sector = view.getBigUint64(8, true);
  // The status is the very last byte, however the driver cut the descriptors.
  const room = output.capacity - 1;
  const status = perform(context, type, sector, input, output, room);
  const written = output.position;
  output.skipTo(room);
  output.write(Uint8Array.of(status));
  return written === room ? room + 1 : written;
}

function perform(
  context: RequestContext,
  type: number,
  sector: bigint,
  input: SegmentReader,
  output: SegmentWriter,
  room: number,
): StatusByte {
  switch (type) {
    case RequestType.VIRTIO_BLK_T_IN:
      return readSectors(context, sector, output, room);
    case RequestType.VIRTIO_BLK_T_OUT:
      return writeSectors(context, sector, input);
    case RequestType.VIRTIO_BLK_T_FLUSH:
      return attempt(context, () => context.disk.flush());
    case RequestType.VIRTIO_BLK_T_GET_ID: {
      const id = new Uint8Array(ID_BYTES);
      id.set(context.serial);
      output.write(id.subarray(0, room));
      return VIRTIO_BLK_S_OK;
    }
    case RequestType.VIRTIO_BLK_T_DISCARD:
      return changeRanges(context, input, false);
    case RequestType.VIRTIO_BLK_T_WRITE_ZEROES:
      return changeRanges(context, input, true);
    default:
      return VIRTIO_BLK_S_UNSUPP;
  }
}

function readSectors(context: RequestContext, sector: bigint, output: SegmentWriter, room: number): StatusByte {
  const start = byteOffset(context.disk, sector, room);
  if (start === undefined) return VIRTIO_BLK_S_IOERR;
  const buffer = new Uint8Array(Math.min(room, COPY_BYTES));
  for (let done = 0; done < room; ) {
    const part = buffer.subarray(0, Math.min(buffer.length, room - done));
    const status = attempt(context, () => context.disk.read(start + done, part));
    if (status !== VIRTIO_BLK_S_OK) return status;
    done += output.write(part);
  }
  return VIRTIO_BLK_S_OK;
}

function writeSectors(context: RequestContext, sector: bigint, input: SegmentReader): StatusByte {
  const start = byteOffset(context.disk, sector, input.remaining);
  if (start === undefined || context.readOnly) return VIRTIO_BLK_S_IOERR;
  let offset = start;
  for (let part = input.next(COPY_BYTES); part !== undefined; part = input.next(COPY_BYTES)) {
    const bytes = part;
    const status = attempt(context, () => context.disk.write(offset, bytes));
    if (status !== VIRTIO_BLK_S_OK) return status;
    offset += bytes.length;
  }
  return commit(context);
}

function changeRanges(context: RequestContext, input: SegmentReader, zero: boolean): StatusByte {
  const feature = zero ? BlockFeature.VIRTIO_BLK_F_WRITE_ZEROES : BlockFeature.VIRTIO_BLK_F_DISCARD;
  if (!(context.features & feature)) return VIRTIO_BLK_S_UNSUPP;
  const count = input.remaining / RANGE_BYTES;
  if (!Number.isInteger(count) || count < 1 || count > MAX_RANGES) return VIRTIO_BLK_S_IOERR;
  const view = new DataView(input.copy(count * RANGE_BYTES).buffer);
  const ranges: { start: number; length: number }[] = [];
  // All ranges are checked before the first one is touched.
  for (let at = 0; at < count * RANGE_BYTES; at += RANGE_BYTES) {
    const sectors = view.getUint32(at + 8, true);
    const flags = view.getUint32(at + 12, true);
    // 5.2.6.2: a flag we do not know, or unmap on a discard, is "unsupported" rather than an error.
    if (flags & ~RANGE_UNMAP || (flags & RANGE_UNMAP && !zero)) return VIRTIO_BLK_S_UNSUPP;
    if (sectors > (zero ? MAX_WRITE_ZEROES_SECTORS : MAX_DISCARD_SECTORS)) return VIRTIO_BLK_S_IOERR;
    const length = sectors * SECTOR_BYTES;
    const start = byteOffset(context.disk, view.getBigUint64(at, true), length);
    if (start === undefined) return VIRTIO_BLK_S_IOERR;
    ranges.push({ start, length });
  }
  if (context.readOnly) return VIRTIO_BLK_S_IOERR;
  for (const { start, length } of ranges) {
    const status = attempt(context, () => (zero ? context.disk.writeZeroes(start, length) : context.disk.discard(start, length)));
    if (status !== VIRTIO_BLK_S_OK) return status;
  }
  return commit(context);
}

/** Without VIRTIO_BLK_F_FLUSH the driver cannot ask for durability, so every write is made durable at once (5.2.6.2). */
function commit(context: RequestContext): StatusByte {
  if (context.features & BlockFeature.VIRTIO_BLK_F_FLUSH) return VIRTIO_BLK_S_OK;
  return attempt(context, () => context.disk.flush());
}

/** Offset of `sector` in bytes if `length` bytes, whole sectors, lie on the disk from there. */
function byteOffset(disk: BlockDevice, sector: bigint, length: number): number | undefined {
  if (length % SECTOR_BYTES !== 0 || sector > BigInt(disk.size / SECTOR_BYTES)) return undefined;
  const start = Number(sector) * SECTOR_BYTES;
  return start + length <= disk.size ? start : undefined;
}

function attempt(context: RequestContext, work: () => void): StatusByte {
  try {
    work();
    return VIRTIO_BLK_S_OK;
  } catch (error) {
    context.onDiskError(error);
    return VIRTIO_BLK_S_IOERR;
  }
}
