import { describe, expect, it } from 'vitest';
import { MemoryDisk } from '../../../storage/memory-disk';
import { AsMmio, FakeIrq, FakeMemory, GuestDriver, RAM_BASE, type Registers } from './guest.testkit';
import { AGENT_PORT } from './port-names';
import { DescriptorFlag } from './queue';
import type { VirtioTransport, VirtioTransportOptions } from './transport';
import { Register, VirtioMmio } from './transport-mmio';
import { VirtioPci } from './transport-pci';
import { VirtioBlock } from './virtio-block';
import { VirtioConsole } from './virtio-console';
import { Feature, type VirtioDevice } from './virtio-device';
import { VirtioEntropy } from './virtio-entropy';

/** mulberry32: a small seeded generator, so that a failure can be repeated. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b_79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return (value ^ (value >>> 14)) >>> 0;
  };
}

const devices: [string, (random: () => number) => VirtioDevice][] = [
  ['block', () => new VirtioBlock({ disk: new MemoryDisk(1 << 16) })],
  ['console', () => new VirtioConsole({ console: true, ports: [AGENT_PORT] })],
  ['console without ports', () => new VirtioConsole({ console: true })],
  [
    'entropy',
    (random) =>
      new VirtioEntropy((into) => {
        for (let i = 0; i < into.length; i++) into[i] = random();
      }),
  ],
];

/** Where the driver has put the rings, as far as memory reaches. */
const areasOf = (transport: VirtioTransport): { descriptorArea: number; driverArea: number }[] =>
  (transport.save().queues as { descriptorArea: bigint; driverArea: bigint }[]).map((queue) => ({
    descriptorArea: Number(queue.descriptorArea),
    driverArea: Number(queue.driverArea),
  }));

type Options = VirtioTransportOptions & { device: VirtioDevice };
const onMmio = (options: Options): [VirtioTransport, Registers] => {
  const transport = new VirtioMmio({ ...options, irq: new FakeIrq() });
  return [transport, transport];
};
const onPci = (options: Options): [VirtioTransport, Registers] => {
  const transport = new VirtioPci(options);
  return [transport, new AsMmio(transport)];
};

/** Rings and buffers lie in one page, so that they overlap and the device writes over its own rings. */
const PAGE = 4096;

describe.each(devices)('a wild guest never throws out of nor hangs a %s device', (_, build) => {
  it.each([
    [1, 'virtio-mmio', onMmio],
    [2, 'virtio-mmio', onMmio],
    [1, 'virtio-pci', onPci],
    [2, 'virtio-pci', onPci],
  ] as const)('seed %i on %s', (seed, _name, reach) => {
    const random = generator(seed);
    const below = (limit: number) => random() % limit;
    const memory = new FakeMemory();
    const device = build(random);
    const [transport, registers] = reach({ memory, device, onWork: () => {} });
    const driver = new GuestDriver(registers, memory);
    let resets = 0;
    let answered = 0;
    for (let round = 0; round < 150; round++) {
      driver.negotiate(device.features | Feature.VIRTIO_F_INDIRECT_DESC | (below(2) ? Feature.VIRTIO_F_EVENT_IDX : 0n));
      for (let index = 0; index < device.queueSizes.length; index++) {
        driver.write(Register.QueueSel, index);
        driver.write(Register.QueueNum, 8);
        driver.write(Register.QueueDescLow, RAM_BASE + 16 * below(PAGE / 16));
        driver.write(Register.QueueDriverLow, RAM_BASE + 2 * below(PAGE / 2));
        driver.write(Register.QueueDeviceLow, RAM_BASE + 4 * below(PAGE / 4));
        driver.write(Register.QueueReady, 1);
      }
      // Descriptors all over the page: mostly plausible, or nothing would get past the first check.
      for (let at = RAM_BASE; at < RAM_BASE + PAGE; at += 16) {
        memory.write64(at, BigInt(RAM_BASE + below(PAGE)));
        memory.write32(at + 8, [0, 1, 16, 513, 64][below(5)]!);
        memory.write16(at + 12, below(8) ? below(4) : below(8));
        memory.write16(at + 14, below(9));
      }
      // Half of the rounds start with a ring and a request that are in order.
      for (const queue of below(2) ? areasOf(transport) : []) {
        memory.write64(RAM_BASE + PAGE, BigInt(below(14)));
        memory.write64(RAM_BASE + PAGE + 8, BigInt(below(130)));
        memory.write64(queue.descriptorArea, BigInt(RAM_BASE + PAGE));
        memory.write32(queue.descriptorArea + 8, 16);
        memory.write32(queue.descriptorArea + 12, DescriptorFlag.NEXT | (1 << 16));
        memory.write32(queue.descriptorArea + 24, 513);
        memory.write32(queue.descriptorArea + 28, DescriptorFlag.WRITE);
        memory.write64(queue.driverArea, 0n);
      }
      driver.go();
      for (let step = 0; step < 6; step++) {
        for (const queue of [0, 1, 2, 3, 4, 5]) {
          const area = areasOf(transport)[queue]?.driverArea ?? RAM_BASE;
          if (below(2)) memory.write16(area + 2, (memory.read16(area + 2) + below(4)) & 0xffff);
          driver.write(Register.QueueNotify, queue);
        }
        if (device instanceof VirtioConsole) {
          const named = device.queueSizes.length > 2;
          (named ? device.port(AGENT_PORT) : device.console!).send(Uint8Array.of(random(), random()));
          if (!named && below(2)) device.resize({ columns: 1 + below(65535), rows: 1 + below(65535) });
        }
        if (transport.hasMore) transport.goOn();
      }
      if (driver.needsReset) resets++;
      if (driver.read(Register.InterruptStatus) & 1) answered++;
      transport.check(transport.save())();
    }
    // Both ends were reached, or this test tests nothing.
    expect(resets).toBeGreaterThan(10);
    expect(answered).toBeGreaterThan(10);
  });
});
