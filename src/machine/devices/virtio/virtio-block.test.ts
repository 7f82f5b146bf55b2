import { describe, expect, it } from 'vitest';
import type { BlockDevice } from '../../../storage/block-device';
import { MemoryDisk } from '../../../storage/memory-disk';
import { BlockConfig, BlockFeature, RANGE_UNMAP, RequestStatus, RequestType } from './block-format';
import { type DriverQueue, FakeIrq, FakeMemory, GuestDriver, pattern, text, type Used } from './guest.testkit';
import { Interrupt } from './transport';
import { Register, VirtioMmio } from './transport-mmio';
import { VirtioBlock, type VirtioBlockOptions } from './virtio-block';
import { Feature, Status } from './virtio-device';

const { VIRTIO_BLK_S_OK, VIRTIO_BLK_S_IOERR, VIRTIO_BLK_S_UNSUPP } = RequestStatus;
const { VIRTIO_BLK_T_IN, VIRTIO_BLK_T_OUT, VIRTIO_BLK_T_FLUSH, VIRTIO_BLK_T_GET_ID } = RequestType;
const { VIRTIO_BLK_T_DISCARD, VIRTIO_BLK_T_WRITE_ZEROES } = RequestType;
const SECTORS = 64;

/** A memory disk that counts flushes and fails on demand. */
class TestDisk extends MemoryDisk {
  flushes = 0;
  broken = false;
  override read(offset: number, into: Uint8Array): void {
    if (this.broken) throw new Error('the disk is broken');
    super.read(offset, into);
  }
  override flush(): void {
    this.flushes++;
    super.flush();
  }
}

interface SetUp extends Partial<VirtioBlockOptions> {
  features?: bigint;
}

function setUp({ features, ...options }: SetUp = {}) {
  const disk = new TestDisk(SECTORS * 512, { name: 'test' });
  const memory = new FakeMemory();
  const irq = new FakeIrq();
  const errors: unknown[] = [];
  const device = new VirtioBlock({ disk, onDiskError: (error) => errors.push(error), ...options });
  const transport = new VirtioMmio({ memory, irq, device });
  const driver = new GuestDriver(transport, memory);
  const [queue] = driver.start(features ?? device.features | Feature.VIRTIO_F_INDIRECT_DESC, 1) as [DriverQueue];
  return { disk, memory, irq, errors, device, transport, driver, queue };
}

function header(type: number, sector: number | bigint = 0): Uint8Array {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, type, true);
  view.setBigUint64(8, BigInt(sector), true);
  return bytes;
}

function ranges(...list: [sector: number, sectors: number, flags: number][]): Uint8Array {
  const bytes = new Uint8Array(16 * list.length);
  const view = new DataView(bytes.buffer);
  list.forEach(([sector, sectors, flags], i) => {
    view.setBigUint64(16 * i, BigInt(sector), true);
    view.setUint32(16 * i + 8, sectors, true);
    view.setUint32(16 * i + 12, flags, true);
  });
  return bytes;
}

function contents(disk: BlockDevice, sector: number, sectors = 1): Uint8Array {
  const bytes = new Uint8Array(sectors * 512);
  disk.read(sector * 512, bytes);
  return bytes;
}

/** The status byte is the last one the device may write. */
const statusOf = (used: Used): number => used.data[used.data.length - 1]!;

describe('configuration space', () => {
  it('has capacity, segments, block size and limits', () => {
    const { transport } = setUp();
    const read = (offset: number) => transport.read(Register.Config + offset, 4);
    expect(read(BlockConfig.capacity)).toBe(SECTORS);
    expect(read(BlockConfig.capacity + 4)).toBe(0);
    expect(read(BlockConfig.seg_max)).toBe(254);
    expect(read(BlockConfig.blk_size)).toBe(512);
    expect(read(BlockConfig.max_discard_seg)).toBe(16);
    expect(read(BlockConfig.max_write_zeroes_sectors)).toBe(32768);
    expect(transport.read(Register.Config + BlockConfig.write_zeroes_may_unmap, 1)).toBe(1);
    expect(read(BlockConfig.bytes)).toBe(0);
    transport.write(Register.Config, 4, 7);
    expect(read(BlockConfig.capacity)).toBe(SECTORS);
  });

  it('tells the driver of a new size with a new generation', () => {
    let size = 512 * 8;
    const disk = { ...new MemoryDisk(512), name: 'growing', readOnly: false } as unknown as BlockDevice;
    Object.defineProperty(disk, 'size', { get: () => size });
    const { device, transport, driver } = setUp({ disk });
    const generation = driver.read(Register.ConfigGeneration);
    size = 512 * 9;
    device.resized();
    expect(driver.read(Register.ConfigGeneration)).not.toBe(generation);
    expect(driver.read(Register.InterruptStatus)).toBe(Interrupt.CONFIG_CHANGE);
    expect(transport.read(Register.Config, 4)).toBe(9);
  });

  it('offers a read-only disk as such', () => {
    const { device, queue, disk } = setUp({ readOnly: true });
    expect(device.features & BlockFeature.VIRTIO_BLK_F_RO).not.toBe(0n);
    expect(device.features & (BlockFeature.VIRTIO_BLK_F_DISCARD | BlockFeature.VIRTIO_BLK_F_WRITE_ZEROES)).toBe(0n);
    expect(statusOf(queue.request({ out: [header(VIRTIO_BLK_T_OUT), pattern(512)], in: [1] }))).toBe(VIRTIO_BLK_S_IOERR);
    expect(contents(disk, 0)).toEqual(new Uint8Array(512));
    expect(statusOf(queue.request({ out: [header(VIRTIO_BLK_T_IN)], in: [512, 1] }))).toBe(VIRTIO_BLK_S_OK);
  });
});

describe('reading and writing', () => {
  it.each([false, true])('moves sectors (indirect: %s)', (indirect) => {
    const { queue, disk } = setUp();
    const written = queue.request({ out: [header(VIRTIO_BLK_T_OUT, 3), pattern(512), pattern(1024, 2)], in: [1] }, { indirect });
    expect([statusOf(written), written.length]).toEqual([VIRTIO_BLK_S_OK, 1]);
    expect(contents(disk, 3)).toEqual(pattern(512));
    expect(contents(disk, 4, 2)).toEqual(pattern(1024, 2));

    const read = queue.request({ out: [header(VIRTIO_BLK_T_IN, 4)], in: [512, 512, 1] }, { indirect });
    expect([statusOf(read), read.length]).toEqual([VIRTIO_BLK_S_OK, 1025]);
    expect(read.data.subarray(0, 1024)).toEqual(pattern(1024, 2));
  });

  it('does not care how the message is cut', () => {
    const { queue, disk } = setUp();
    const message = new Uint8Array([...header(VIRTIO_BLK_T_OUT, 1), ...pattern(512)]);
    queue.request({ out: [message.subarray(0, 5), message.subarray(5, 100), message.subarray(100)], in: [1] });
    expect(contents(disk, 1)).toEqual(pattern(512));
    const read = queue.request({ out: [header(VIRTIO_BLK_T_IN, 1)], in: [100, 413] });
    expect(read.length).toBe(513);
    expect(read.data).toEqual(new Uint8Array([...pattern(512), VIRTIO_BLK_S_OK]));
  });

  it('moves more than one copy buffer', () => {
    const disk = MemoryDisk.of(pattern(200 * 1024));
    const { queue } = setUp({ disk });
    const read = queue.request({ out: [header(VIRTIO_BLK_T_IN)], in: [200 * 1024, 1] });
    const expected = pattern(200 * 1024);
    expect(expected.every((byte, index) => byte === read.data[index])).toBe(true);
    expect(read.length).toBe(200 * 1024 + 1);
  });

  it('answers all requests of one notification with one interrupt', () => {
    const { queue, irq } = setUp();
    for (let sector = 0; sector < 3; sector++)
      queue.add({ out: [header(VIRTIO_BLK_T_IN, sector)], in: [513] }, { indirect: true });
    queue.kick();
    expect(queue.poll()).toHaveLength(3);
    expect(irq.edges).toBe(1);
  });

  it.each([
    ['past the end', SECTORS, 512],
    ['over the end', SECTORS - 1, 1024],
    ['far past the end', 0xffff_ffff_ffff_ffffn, 512],
    ['not whole sectors', 0, 100],
  ])('%s is an error', (_, sector, length) => {
    const { queue, driver } = setUp();
    const read = queue.request({ out: [header(VIRTIO_BLK_T_IN, sector)], in: [length, 1] });
    expect([statusOf(read), read.length]).toEqual([VIRTIO_BLK_S_IOERR, 0]);
    const write = queue.request({ out: [header(VIRTIO_BLK_T_OUT, sector), pattern(length)], in: [1] });
    expect([statusOf(write), write.length]).toEqual([VIRTIO_BLK_S_IOERR, 1]);
    expect(driver.needsReset).toBe(false);
  });

  it('a failing disk is an I/O error for the guest and told to the host', () => {
    const { queue, disk, errors } = setUp();
    disk.broken = true;
    expect(statusOf(queue.request({ out: [header(VIRTIO_BLK_T_IN)], in: [512, 1] }))).toBe(VIRTIO_BLK_S_IOERR);
    expect(errors).toMatchObject([{ message: 'the disk is broken' }]);
  });
});

describe('flush', () => {
  it('reaches the disk only when asked, if negotiated', () => {
    const { queue, disk } = setUp();
    queue.request({ out: [header(VIRTIO_BLK_T_OUT), pattern(512)], in: [1] });
    expect(disk.flushes).toBe(0);
    expect(statusOf(queue.request({ out: [header(VIRTIO_BLK_T_FLUSH)], in: [1] }))).toBe(VIRTIO_BLK_S_OK);
    expect(disk.flushes).toBe(1);
  });

  it('comes with every write otherwise', () => {
    const { queue, disk } = setUp({ features: 0n });
    queue.request({ out: [header(VIRTIO_BLK_T_OUT), pattern(512)], in: [1] });
    expect(disk.flushes).toBe(1);
  });
});

describe('the id', () => {
  it('is the serial, padded or cut to 20 bytes', () => {
    const short = setUp({ serial: 'dormouse-0' }).queue.request({ out: [header(VIRTIO_BLK_T_GET_ID)], in: [20, 1] });
    expect(text(short.data)).toBe('dormouse-0' + '\0'.repeat(11));
    expect(short.length).toBe(21);
    const long = setUp({ serial: 'x'.repeat(30) }).queue.request({ out: [header(VIRTIO_BLK_T_GET_ID)], in: [20, 1] });
    expect(text(long.data)).toBe('x'.repeat(20) + '\0');
    const byName = setUp().queue.request({ out: [header(VIRTIO_BLK_T_GET_ID)], in: [4, 1] });
    expect(text(byName.data)).toBe('test\0');
  });
});

describe('discard and write zeroes', () => {
  function filled(options?: SetUp) {
    const parts = setUp(options);
    parts.disk.write(0, pattern(SECTORS * 512));
    return parts;
  }

  it('write zeroes on several ranges, unmapped or not', () => {
    const { queue, disk } = filled();
    const used = queue.request({ out: [header(VIRTIO_BLK_T_WRITE_ZEROES), ranges([1, 2, 0], [8, 1, RANGE_UNMAP])], in: [1] });
    expect(statusOf(used)).toBe(VIRTIO_BLK_S_OK);
    const expected = pattern(SECTORS * 512)
      .fill(0, 512, 3 * 512)
      .fill(0, 8 * 512, 9 * 512);
    expect(Buffer.compare(contents(disk, 0, SECTORS), expected)).toBe(0);
  });

  it('discard, which keeps the bytes as every disk does', () => {
    const { queue, disk } = filled();
    expect(statusOf(queue.request({ out: [header(VIRTIO_BLK_T_DISCARD), ranges([4, 4, 0])], in: [1] }))).toBe(VIRTIO_BLK_S_OK);
    expect(Buffer.compare(contents(disk, 0, SECTORS), pattern(SECTORS * 512))).toBe(0);
  });

  it.each([
    ['a range over the end', VIRTIO_BLK_T_DISCARD, ranges([SECTORS - 1, 2, 0]), VIRTIO_BLK_S_IOERR],
    ['a second range over the end', VIRTIO_BLK_T_WRITE_ZEROES, ranges([0, 1, 0], [SECTORS, 1, 0]), VIRTIO_BLK_S_IOERR],
    ['too many sectors', VIRTIO_BLK_T_WRITE_ZEROES, ranges([0, 32769, 0]), VIRTIO_BLK_S_IOERR],
    ['no range', VIRTIO_BLK_T_DISCARD, new Uint8Array(0), VIRTIO_BLK_S_IOERR],
    ['half a range', VIRTIO_BLK_T_DISCARD, new Uint8Array(24), VIRTIO_BLK_S_IOERR],
    ['too many ranges', VIRTIO_BLK_T_DISCARD, new Uint8Array(17 * 16), VIRTIO_BLK_S_IOERR],
    ['unmap on discard', VIRTIO_BLK_T_DISCARD, ranges([0, 1, RANGE_UNMAP]), VIRTIO_BLK_S_UNSUPP],
    ['an unknown flag', VIRTIO_BLK_T_WRITE_ZEROES, ranges([0, 1, 2]), VIRTIO_BLK_S_UNSUPP],
  ])('%s fails and changes nothing', (_, type, payload, status) => {
    const { queue, disk } = filled();
    expect(statusOf(queue.request({ out: [header(type), payload], in: [1] }))).toBe(status);
    expect(Buffer.compare(contents(disk, 0, SECTORS), pattern(SECTORS * 512))).toBe(0);
  });

  it('are unsupported when not negotiated', () => {
    const { queue } = filled({ features: 0n });
    expect(statusOf(queue.request({ out: [header(VIRTIO_BLK_T_DISCARD), ranges([0, 1, 0])], in: [1] }))).toBe(
      VIRTIO_BLK_S_UNSUPP,
    );
  });
});

it('an unknown request type is unsupported', () => {
  const { queue, driver } = setUp();
  expect(statusOf(queue.request({ out: [header(2)], in: [1] }))).toBe(VIRTIO_BLK_S_UNSUPP);
  expect(driver.needsReset).toBe(false);
});

it.each([
  ['a short header', { out: [new Uint8Array(15)], in: [1] }],
  ['no room for the status', { out: [header(VIRTIO_BLK_T_FLUSH)] }],
])('%s asks for a reset', (_, request) => {
  const { queue, driver, transport } = setUp();
  queue.add(request);
  queue.kick();
  expect(driver.needsReset).toBe(true);
  expect(transport.fault).toMatch(/too few for its header and status\.$/);
});

it('reads back after a guest that rebooted', () => {
  const { queue, driver, device } = setUp();
  queue.request({ out: [header(VIRTIO_BLK_T_OUT, 7), pattern(512)], in: [1] });
  const [again] = driver.start(device.features, 1) as [DriverQueue];
  expect(driver.status & Status.DRIVER_OK).toBe(Status.DRIVER_OK);
  expect(again.request({ out: [header(VIRTIO_BLK_T_IN, 7)], in: [512, 1] }).data.subarray(0, 512)).toEqual(pattern(512));
});

it('shows what is on its queue, and how much went through', () => {
  const { transport, queue } = setUp();
  expect(transport.view()).toMatchObject({ deviceId: 2, about: [expect.stringContaining('64 sectors of 512 bytes')] });
  queue.request({ out: [header(VIRTIO_BLK_T_IN)], in: [512, 1] });
  const [view] = transport.view().queues;
  expect(view).toMatchObject({ ready: true, waiting: 0, atWork: false, returned: 1, availableIndex: 1, usedIndex: 1 });
  // A read of one sector: the header is read, data and status are written.
  expect(view).toMatchObject({ bytesRead: 16, bytesWritten: 513 });
  expect(view!.descriptors).toBe(BigInt(queue.descriptors));
});
