import {
  AsMmio,
  FakeIrq,
  FakeMemory,
  GuestDriver,
  RAM_BASE,
  type Registers,
} from '../../../src/machine/devices/virtio/guest.testkit';
import { AGENT_PORT } from '../../../src/machine/devices/virtio/port-names';
import { DescriptorFlag } from '../../../src/machine/devices/virtio/queue';
import type { VirtioTransport, VirtioTransportOptions } from '../../../src/machine/devices/virtio/transport';
import { Register, VirtioMmio } from '../../../src/machine/devices/virtio/transport-mmio';
import { VirtioPci } from '../../../src/machine/devices/virtio/transport-pci';
import { VirtioBlock } from '../../../src/machine/devices/virtio/virtio-block';
import { VirtioConsole } from '../../../src/machine/devices/virtio/virtio-console';
import { Feature, type VirtioDevice } from '../../../src/machine/devices/virtio/virtio-device';
import { VirtioEntropy } from '../../../src/machine/devices/virtio/virtio-entropy';
import { MemoryDisk } from '../../../src/storage/memory-disk';
import { Random } from '../random';
import type { Counts, Subject } from '../subject';

const DEVICES: readonly ((random: Random) => VirtioDevice)[] = [
  () => new VirtioBlock({ disk: new MemoryDisk(1 << 16) }),
  () => new VirtioConsole({ console: true, ports: [AGENT_PORT] }),
  () => new VirtioConsole({ console: true }),
  (random) => new VirtioEntropy((into) => void into.fill(random.next())),
];

type Options = VirtioTransportOptions & { device: VirtioDevice };
const TRANSPORTS: readonly ((options: Options) => [VirtioTransport, Registers])[] = [
  (options) => {
    const transport = new VirtioMmio({ ...options, irq: new FakeIrq() });
    return [transport, transport];
  },
  (options) => {
    const transport = new VirtioPci(options);
    return [transport, new AsMmio(transport)];
  },
];

const ROUNDS = 10;
const STEPS = 6;
const QUEUES = 6;
/** Rings and buffers lie in one page, so that they overlap and the device writes over its own rings. */
const PAGE = 4096;
const LENGTHS = [0, 1, 16, 513, 64];

/** Where the driver has put the rings, as far as memory reaches. */
const areasOf = (transport: VirtioTransport): { descriptorArea: number; driverArea: number }[] =>
  (transport.save().queues as { descriptorArea: bigint; driverArea: bigint }[]).map((queue) => ({
    descriptorArea: Number(queue.descriptorArea),
    driverArea: Number(queue.driverArea),
  }));

/** A driver that does everything wrong that rings and descriptors let it: the device answers, or wants to be reset. */
export const virtioQueues: Subject = {
  name: 'virtio queues',
  cases: 'notifications',
  batch: ROUNDS * STEPS * QUEUES,
  async start() {
    return (seed) => {
      const random = new Random(seed);
      const memory = new FakeMemory();
      const device = random.pick(DEVICES)(random);
      const [transport, registers] = random.pick(TRANSPORTS)({ memory, device, onWork: () => {} });
      const driver = new GuestDriver(registers, memory);
      const counts: Counts = { answered: 0, 'to be reset': 0, ignored: 0 };
      for (let round = 0; round < ROUNDS; round++) {
        driver.negotiate(device.features | Feature.VIRTIO_F_INDIRECT_DESC | (random.chance(2) ? Feature.VIRTIO_F_EVENT_IDX : 0n));
        placeRings(random, driver, device);
        writeDescriptors(random, memory);
        // Half of the rounds start with a ring and a request that are in order.
        if (random.chance(2)) writeRequests(random, memory, transport);
        driver.go();
        for (let step = 0; step < STEPS; step++) {
          for (let queue = 0; queue < QUEUES; queue++) {
            const area = areasOf(transport)[queue]?.driverArea ?? RAM_BASE;
            if (random.chance(2)) memory.write16(area + 2, (memory.read16(area + 2) + random.below(4)) & 0xffff);
            driver.write(Register.QueueNotify, queue);
          }
          if (device instanceof VirtioConsole) sendInto(random, device);
          if (transport.hasMore) transport.goOn();
        }
        const way = driver.needsReset ? 'to be reset' : driver.read(Register.InterruptStatus) & 1 ? 'answered' : 'ignored';
        counts[way]! += STEPS * QUEUES;
        transport.check(transport.save())();
      }
      return counts;
    };
  },
};

function placeRings(random: Random, driver: GuestDriver, device: VirtioDevice): void {
  for (let index = 0; index < device.queueSizes.length; index++) {
    driver.write(Register.QueueSel, index);
    driver.write(Register.QueueNum, 8);
    driver.write(Register.QueueDescLow, RAM_BASE + 16 * random.below(PAGE / 16));
    driver.write(Register.QueueDriverLow, RAM_BASE + 2 * random.below(PAGE / 2));
    driver.write(Register.QueueDeviceLow, RAM_BASE + 4 * random.below(PAGE / 4));
    driver.write(Register.QueueReady, 1);
  }
}

/** All over the page: mostly plausible, or nothing would get past the first check. */
function writeDescriptors(random: Random, memory: FakeMemory): void {
  for (let at = RAM_BASE; at < RAM_BASE + PAGE; at += 16) {
    memory.write64(at, BigInt(RAM_BASE + random.below(PAGE)));
    memory.write32(at + 8, random.pick(LENGTHS));
    memory.write16(at + 12, random.chance(8) ? random.below(8) : random.below(4));
    memory.write16(at + 14, random.below(9));
  }
}

function writeRequests(random: Random, memory: FakeMemory, transport: VirtioTransport): void {
  for (const { descriptorArea, driverArea } of areasOf(transport)) {
    memory.write64(RAM_BASE + PAGE, BigInt(random.below(14)));
    memory.write64(RAM_BASE + PAGE + 8, BigInt(random.below(130)));
    memory.write64(descriptorArea, BigInt(RAM_BASE + PAGE));
    memory.write32(descriptorArea + 8, 16);
    memory.write32(descriptorArea + 12, DescriptorFlag.NEXT | (1 << 16));
    memory.write32(descriptorArea + 24, 513);
    memory.write32(descriptorArea + 28, DescriptorFlag.WRITE);
    memory.write64(driverArea, 0n);
  }
}

function sendInto(random: Random, device: VirtioConsole): void {
  const named = device.queueSizes.length > 2;
  (named ? device.port(AGENT_PORT) : device.console!).send(Uint8Array.of(random.next(), random.next()));
  if (!named && random.chance(2)) device.resize({ columns: 1 + random.below(65535), rows: 1 + random.below(65535) });
}
