/** A guest asks for much at once; a device does it piece by piece, and tells what each cost. */
import { describe, expect, it } from 'vitest';
import { MemoryDisk } from '../../../storage/memory-disk';
import { RequestType } from './block-format';
import { type DriverQueue, FakeIrq, FakeMemory, GuestDriver, pattern } from './guest.testkit';
import { AGENT_PORT } from './port-names';
import { DescriptorFlag } from './queue';
import { Register, VirtioMmio } from './transport-mmio';
import { VirtioBlock } from './virtio-block';
import { PIECE_BYTES, VirtioConsole } from './virtio-console';
import { MOST_AT_ONCE, WORK_COST } from './virtio-cost';
import { Feature, type VirtioDevice } from './virtio-device';
import { VirtioEntropy } from './virtio-entropy';

/** The dearest piece: what a program said. */
const DEAREST = PIECE_BYTES * WORK_COST.SPOKEN_BYTE + WORK_COST.CHAIN + 1024 * WORK_COST.DESCRIPTOR;
const TRANSMIT = 5;

function setUp(device: VirtioDevice, features = Feature.VIRTIO_F_INDIRECT_DESC, size = 8) {
  const memory = new FakeMemory();
  const irq = new FakeIrq();
  const costs: number[] = [];
  const options = { memory, irq, onWork: (cost: number) => void costs.push(cost) };
  const transport = new VirtioMmio({ ...options, device });
  const driver = new GuestDriver(transport, memory);
  const queues = driver.start(features, device.queueSizes.length, size) as DriverQueue[];
  costs.length = 0;
  /** What a machine does between slices; returns how often. */
  const goOn = (of = transport): number => {
    for (let times = 0; ; times++) {
      if (!of.hasMore) return times;
      of.goOn();
    }
  };
  return { memory, irq, costs, options, transport, driver, queues, goOn };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

const diskRequest = (type: number, sector = 0): Uint8Array => {
  const bytes = new Uint8Array(16);
  new DataView(bytes.buffer).setUint32(0, type, true);
  new DataView(bytes.buffer).setUint32(8, sector, true);
  return bytes;
};

describe('no access makes a device do more than a little', () => {
  it('however much a program says', () => {
    const device = new VirtioConsole({ ports: [AGENT_PORT] });
    const { queues, costs, goOn, irq } = setUp(device);
    const heard: Uint8Array[] = [];
    device.port(AGENT_PORT).onData = (bytes) => void heard.push(bytes.slice());
    const queue = queues[TRANSMIT]!;
    const said = Array.from({ length: 8 }, (_, index) => pattern(20_000, index));
    for (const bytes of said) queue.add({ out: [bytes] });
    queue.kick();
    expect(queue.poll().length).toBeLessThan(8);
    expect(goOn()).toBeGreaterThan(8);
    expect(queue.poll().length).toBeGreaterThan(0);
    expect(Buffer.concat(heard)).toEqual(Buffer.concat(said));
    expect(Math.max(...costs)).toBeLessThanOrEqual(MOST_AT_ONCE + DEAREST);
    expect(sum(costs)).toBe(8 * (20_000 * WORK_COST.SPOKEN_BYTE + WORK_COST.CHAIN + WORK_COST.DESCRIPTOR));
    expect(irq.asserted).toBe(true);
  });

  it('nor takes memory for each piece of what a program says, which a host would stand still to collect', () => {
    const device = new VirtioConsole({ ports: [AGENT_PORT] });
    const { queues, goOn } = setUp(device);
    const buffers = new Set<ArrayBufferLike>();
    let [pieces, bytes] = [0, 0];
    device.port(AGENT_PORT).onData = ({ buffer, length }) => {
      buffers.add(buffer);
      pieces++;
      bytes += length;
    };
    for (let i = 0; i < 8; i++) queues[TRANSMIT]!.add({ out: [pattern(50_000, i), pattern(9, i)] });
    queues[TRANSMIT]!.kick();
    goOn();
    expect([bytes, pieces, buffers.size]).toEqual([8 * 50_009, 8 * Math.ceil(50_009 / PIECE_BYTES), 1]);
  });

  it('however many random bytes it asks for', () => {
    let drawn = 0;
    const { queues, costs, goOn } = setUp(new VirtioEntropy((into) => void (drawn += into.length)));
    for (let i = 0; i < 8; i++) queues[0]!.add({ in: [50_000] });
    queues[0]!.kick();
    goOn();
    expect(drawn).toBe(400_000);
    expect(Math.max(...costs)).toBeLessThanOrEqual(MOST_AT_ONCE + DEAREST);
    expect(sum(costs)).toBe(8 * (50_000 * WORK_COST.ENTROPY_BYTE + WORK_COST.CHAIN + WORK_COST.DESCRIPTOR));
  });

  it('however long its chains are', () => {
    const { queues, driver, costs, goOn } = setUp(new VirtioBlock({ disk: new MemoryDisk(1 << 20) }));
    const queue = queues[0]!;
    const table = driver.allocate(16 * 1024, 16);
    for (let i = 0; i < 1024; i++)
      queue.writeDescriptor(table, i, queue.descriptors, 0, i < 1023 ? DescriptorFlag.NEXT : DescriptorFlag.WRITE, i + 1);
    queue.writeDescriptor(table, 0, driver.allocate(16, 16), 16, DescriptorFlag.NEXT, 1);
    queue.writeDescriptor(table, 1023, driver.allocate(16, 16), 1, DescriptorFlag.WRITE);
    queue.writeDescriptor(queue.descriptors, 0, table, 16 * 1024, DescriptorFlag.INDIRECT);
    for (let i = 0; i < 8; i++) queue.publish(0);
    queue.kick();
    goOn();
    expect(driver.needsReset).toBe(false);
    expect(costs.length).toBeGreaterThan(2);
    expect(Math.max(...costs)).toBeLessThanOrEqual(MOST_AT_ONCE + DEAREST);
    expect(sum(costs)).toBeGreaterThanOrEqual(8 * 1024 * WORK_COST.DESCRIPTOR);
  });

  it.each([
    ['flushes', RequestType.VIRTIO_BLK_T_FLUSH, 8],
    ['sectors', RequestType.VIRTIO_BLK_T_IN, 1],
  ])('however many %s', (_, type, least) => {
    const { queues, costs, goOn } = setUp(new VirtioBlock({ disk: new MemoryDisk(64 << 20) }));
    for (let i = 0; i < 8; i++) queues[0]!.add({ out: [diskRequest(type)], in: [64 * 1024 + 1] }, { indirect: true });
    queues[0]!.kick();
    goOn();
    expect(costs.length).toBeGreaterThanOrEqual(least);
    expect(Math.max(...costs)).toBeLessThanOrEqual(MOST_AT_ONCE + WORK_COST.DISK_FLUSH);
  });

  it('however much of a disk it gives back', () => {
    class CountingDisk extends MemoryDisk {
      calls: number[] = [];
      override discard(offset: number, length: number): void {
        this.calls.push(length);
        super.discard(offset, length);
      }
    }
    const disk = new CountingDisk(256 << 20);
    const device = new VirtioBlock({ disk });
    const { queues, costs, goOn } = setUp(device, device.features);
    const ranges = new Uint8Array(32);
    const view = new DataView(ranges.buffer);
    view.setUint32(8, (100 << 20) / 512, true);
    view.setUint32(16, (100 << 20) / 512, true);
    view.setUint32(24, (156 << 20) / 512, true);
    queues[0]!.add({ out: [diskRequest(RequestType.VIRTIO_BLK_T_DISCARD), ranges], in: [1] });
    queues[0]!.kick();
    expect(goOn()).toBeGreaterThan(50);
    expect(queues[0]!.poll()[0]!.data[0]).toBe(0);
    expect([sum(disk.calls), Math.max(...disk.calls)]).toEqual([256 << 20, 1 << 20]);
    expect(Math.max(...costs)).toBeLessThanOrEqual(MOST_AT_ONCE + DEAREST);
  });
});

describe('work that is under way', () => {
  const SIZE = 256 * 1024;
  const CALLS = SIZE / 65536;
  const disk = () => MemoryDisk.of(pattern(SIZE));
  function reading(features = 0n) {
    const parts = setUp(new VirtioBlock({ disk: disk() }), features);
    // Flushes before it use up what may be done at once.
    parts.queues[0]!.add({ out: [diskRequest(RequestType.VIRTIO_BLK_T_FLUSH)], in: [1] });
    parts.queues[0]!.add({ out: [diskRequest(RequestType.VIRTIO_BLK_T_IN)], in: [SIZE, 1] });
    parts.queues[0]!.kick();
    expect(parts.queues[0]!.poll()).toHaveLength(1);
    return parts;
  }

  it('is saved and restored, and goes on where it was', () => {
    // Pieces of what a program says are large enough to stop amid a buffer.
    const device = new VirtioConsole({ ports: [AGENT_PORT] });
    const { queues, transport, options } = setUp(device);
    const heard: Uint8Array[] = [];
    device.port(AGENT_PORT).onData = (bytes) => void heard.push(bytes.slice());
    const said = pattern(100_000);
    queues[TRANSMIT]!.add({ out: [said] });
    queues[TRANSMIT]!.kick();
    const before = Buffer.concat(heard).length;
    expect(before).toBeLessThan(said.length);

    const copy = new VirtioConsole({ ports: [AGENT_PORT] });
    copy.port(AGENT_PORT).onData = (bytes) => void heard.push(bytes.slice());
    const restored = new VirtioMmio({ ...options, device: copy });
    restored.check(structuredClone(transport.save()))();
    expect(restored.save()).toEqual(transport.save());
    while (restored.hasMore) restored.goOn();
    expect(Buffer.concat(heard)).toEqual(Buffer.from(said));
    expect(queues[TRANSMIT]!.poll()).toHaveLength(1);
  });

  it('is forgotten with its queue or its driver', () => {
    for (const [register, value] of [
      [Register.Status, 0],
      [Register.QueueReady, 0],
    ] as const) {
      const { driver, costs, goOn, transport } = reading();
      driver.write(register, value);
      costs.length = 0;
      goOn();
      expect([sum(costs), transport.save().queues]).toMatchObject([0, [{ notified: false, inProgress: null }]]);
    }
  });

  it('takes along what the driver adds meanwhile, though it was not asked to notify of that', () => {
    const { queues, goOn, costs } = reading(Feature.VIRTIO_F_EVENT_IDX);
    queues[0]!.add({ out: [diskRequest(RequestType.VIRTIO_BLK_T_IN)], in: [512, 1] });
    goOn();
    expect(queues[0]!.poll()).toHaveLength(2);
    expect(sum(costs)).toBeGreaterThan(WORK_COST.DISK_FLUSH + (CALLS + 1) * WORK_COST.DISK_CALL);
    // Now it wants to know again.
    queues[0]!.add({ out: [diskRequest(RequestType.VIRTIO_BLK_T_FLUSH)], in: [1] });
    expect(queues[0]!.kick()).toBe(true);
  });

  it('refuses a state that no device could have', () => {
    const { transport } = reading();
    const state = transport.save() as { queues: { inProgress: unknown }[] };
    state.queues[0]!.inProgress = { head: 0, done: -1, readable: [], writable: [] };
    expect(() => transport.check(state as never)).toThrow(/virtio-blk queue 0/);
  });
});
