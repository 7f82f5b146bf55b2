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
import { type InProgress, VirtqueueError } from './queue';
import { WORK_COST } from './virtio-cost';

type StatusByte = (typeof RequestStatus)[keyof typeof RequestStatus];

const { VIRTIO_BLK_S_OK, VIRTIO_BLK_S_IOERR, VIRTIO_BLK_S_UNSUPP } = RequestStatus;

const HEADER_BYTES = 16;
const RANGE_BYTES = 16;
/** Data goes between disk and guest memory, and sectors become zero, in pieces of these sizes. */
const COPY_BYTES = 65536;
const ZERO_BYTES = 1 << 20;

export interface RequestContext {
  memory: GuestMemory;
  disk: BlockDevice;
  readOnly: boolean;
  serial: Uint8Array;
  /** Negotiated. */
  features: bigint;
  onDiskError: (error: unknown) => void;
  spend: (cost: number) => void;
}

/** What a piece of a request comes to: its status, or that there is more to do. */
type Outcome = StatusByte | 'more';

/**
 * Carries the next piece of a request out; `done` counts the bytes moved so far. After the last its status is written, and the bytes written
 * from the start of the writable part are returned, for the used ring. Throws a VirtqueueError when there is no room for header or status;
 * every other trouble is a status. The request is read anew for each piece: a driver that changes it on the way gets what it asked for last.
 */
export function advanceRequest(context: RequestContext, request: InProgress): number | undefined {
  const { chain } = request;
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
  const outcome = perform(context, request, type, sector, input, output, room);
  if (outcome === 'more') return undefined;
  const written = output.position;
  output.skipTo(room);
  output.write(Uint8Array.of(outcome));
  return written === room ? room + 1 : written;
}

function perform(
  context: RequestContext,
  request: InProgress,
  type: number,
  sector: bigint,
  input: SegmentReader,
  output: SegmentWriter,
  room: number,
): Outcome {
  switch (type) {
    case RequestType.VIRTIO_BLK_T_IN:
      return readSectors(context, request, sector, output, room);
    case RequestType.VIRTIO_BLK_T_OUT:
      return writeSectors(context, request, sector, input);
    case RequestType.VIRTIO_BLK_T_FLUSH:
      return flush(context);
    case RequestType.VIRTIO_BLK_T_GET_ID: {
      const id = new Uint8Array(ID_BYTES);
      id.set(context.serial);
      output.write(id.subarray(0, room));
      return VIRTIO_BLK_S_OK;
    }
    case RequestType.VIRTIO_BLK_T_DISCARD:
      return changeRanges(context, request, input, false);
    case RequestType.VIRTIO_BLK_T_WRITE_ZEROES:
      return changeRanges(context, request, input, true);
    default:
      return VIRTIO_BLK_S_UNSUPP;
  }
}

function readSectors(context: RequestContext, request: InProgress, sector: bigint, output: SegmentWriter, room: number): Outcome {
  const start = byteOffset(context.disk, sector, room);
  if (start === undefined) return VIRTIO_BLK_S_IOERR;
  output.skipTo(Math.min(request.done, room));
  const part = new Uint8Array(Math.min(COPY_BYTES, room - output.position));
  if (part.length > 0) {
    context.spend(WORK_COST.DISK_CALL + part.length * WORK_COST.COPIED_BYTE);
    const status = attempt(context, () => context.disk.read(start + output.position, part));
    if (status !== VIRTIO_BLK_S_OK) return status;
    output.write(part);
    request.done = output.position;
  }
  return output.position < room ? 'more' : VIRTIO_BLK_S_OK;
}

function writeSectors(context: RequestContext, request: InProgress, sector: bigint, input: SegmentReader): Outcome {
  const start = byteOffset(context.disk, sector, input.remaining);
  if (start === undefined || context.readOnly) return VIRTIO_BLK_S_IOERR;
  input.skip(request.done);
  const part = input.copy(COPY_BYTES);
  if (part.length > 0) {
    context.spend(WORK_COST.DISK_CALL + part.length * WORK_COST.COPIED_BYTE);
    const status = attempt(context, () => context.disk.write(start + request.done, part));
    if (status !== VIRTIO_BLK_S_OK) return status;
    request.done += part.length;
  }
  return input.remaining > 0 ? 'more' : commit(context);
}

function changeRanges(context: RequestContext, request: InProgress, input: SegmentReader, zero: boolean): Outcome {
  const ranges = readRanges(context, input, zero);
  if (!Array.isArray(ranges)) return ranges;
  if (context.readOnly) return VIRTIO_BLK_S_IOERR;
  let before = 0;
  for (const { start, length } of ranges) {
    const done = request.done - before;
    before += length;
    if (done >= length) continue;
    const count = Math.min(ZERO_BYTES, length - done);
    context.spend(WORK_COST.DISK_CALL + count * WORK_COST.ZEROED_BYTE);
    const { disk } = context;
    const status = attempt(context, () => (zero ? disk.writeZeroes(start + done, count) : disk.discard(start + done, count)));
    if (status !== VIRTIO_BLK_S_OK) return status;
    request.done += count;
    return 'more';
  }
  return commit(context);
}

/** The ranges of a request, or what is wrong with it. All are checked before the first is touched. */
function readRanges(
  context: RequestContext,
  input: SegmentReader,
  zero: boolean,
): { start: number; length: number }[] | StatusByte {
  const feature = zero ? BlockFeature.VIRTIO_BLK_F_WRITE_ZEROES : BlockFeature.VIRTIO_BLK_F_DISCARD;
  if (!(context.features & feature)) return VIRTIO_BLK_S_UNSUPP;
  const count = input.remaining / RANGE_BYTES;
  if (!Number.isInteger(count) || count < 1 || count > MAX_RANGES) return VIRTIO_BLK_S_IOERR;
  const view = new DataView(input.copy(count * RANGE_BYTES).buffer);
  const ranges: { start: number; length: number }[] = [];
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
  return ranges;
}

/** Without VIRTIO_BLK_F_FLUSH the driver cannot ask for durability, so every write is made durable at once (5.2.6.2). */
function commit(context: RequestContext): StatusByte {
  return context.features & BlockFeature.VIRTIO_BLK_F_FLUSH ? VIRTIO_BLK_S_OK : flush(context);
}

function flush(context: RequestContext): StatusByte {
  context.spend(WORK_COST.DISK_FLUSH);
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
