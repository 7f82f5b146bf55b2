import { describe, expect, it } from 'vitest';
import { type DriverQueue, FakeIrq, FakeMemory, GuestDriver, pattern, RAM_BASE, RAM_SIZE } from './guest.testkit';
import { type Chain, DescriptorFlag, MAX_INDIRECT_DESCRIPTORS, needEvent } from './queue';
import { Interrupt } from './transport';
import { Register, VirtioMmio } from './transport-mmio';
import { DeviceId, Feature, type VirtioDevice, type VirtioHost } from './virtio-device';

/** Collects the chains it is given and returns them when told to. */
class Collector implements VirtioDevice {
  readonly name = 'collector';
  readonly deviceId = DeviceId.entropy;
  readonly features = 0n;
  readonly queueSizes = [64];
  readonly chains: Chain[] = [];
  host!: VirtioHost;
  connect(host: VirtioHost): void {
    this.host = host;
  }
  step(): boolean {
    const chain = this.host.queues[0]!.pop();
    if (chain) this.chains.push(chain);
    return chain !== undefined;
  }
  answer(count = this.chains.length): void {
    for (const chain of this.chains.splice(0, count)) this.host.queues[0]!.push(chain, 0);
    this.host.queues[0]!.signal();
  }
  about(): string[] {
    return [];
  }
  activate(): void {}
  driverReset(): void {}
  queueStopped(): void {}
  reset(): void {}
  readConfig = () => 0;
  writeConfig(): void {}
  save = () => ({});
  check() {
    return () => {};
  }
}

function setUp(features = Feature.VIRTIO_F_INDIRECT_DESC, size = 8) {
  const memory = new FakeMemory();
  const irq = new FakeIrq();
  const device = new Collector();
  const transport = new VirtioMmio({ memory, irq, device });
  const driver = new GuestDriver(transport, memory);
  const [queue] = driver.start(features, 1, size) as [DriverQueue];
  return { memory, irq, device, transport, driver, queue };
}

describe('chains', () => {
  it('split into readable and writable parts, empty descriptors left out', () => {
    const { queue, device, memory } = setUp();
    queue.add({ out: [pattern(10), new Uint8Array(0), pattern(3, 2)], in: [5, 6] });
    queue.kick();
    const [chain] = device.chains;
    expect(chain!.readable.map(({ address, length }) => [...memory.view(address, length)])).toEqual([
      [...pattern(10)],
      [...pattern(3, 2)],
    ]);
    expect(chain!.writable.map(({ length }) => length)).toEqual([5, 6]);
  });

  it('may be as long as the queue', () => {
    const { queue, device } = setUp();
    queue.add({ in: Array<number>(8).fill(4) });
    queue.kick();
    expect(device.chains[0]!.writable).toHaveLength(8);
  });

  it('may lie in an indirect table, also one longer than the queue, also after direct descriptors', () => {
    const { queue, device, driver } = setUp();
    queue.add({ out: [pattern(4)], in: Array<number>(20).fill(3) }, { indirect: true });
    queue.kick();
    expect(device.chains[0]!.readable).toHaveLength(1);
    expect(device.chains[0]!.writable).toHaveLength(20);

    const table = driver.allocate(32, 16);
    queue.writeDescriptor(table, 0, RAM_BASE, 7, DescriptorFlag.NEXT, 1);
    queue.writeDescriptor(table, 1, RAM_BASE, 9, DescriptorFlag.WRITE);
    queue.writeDescriptor(queue.descriptors, 5, RAM_BASE, 1, DescriptorFlag.NEXT, 6);
    // WRITE on the descriptor of a table means nothing (2.7.5.3.2).
    queue.writeDescriptor(queue.descriptors, 6, table, 32, DescriptorFlag.INDIRECT | DescriptorFlag.WRITE);
    queue.publish(5);
    queue.kick();
    expect(device.chains[1]).toEqual({
      head: 5,
      readable: [
        { address: RAM_BASE, length: 1 },
        { address: RAM_BASE, length: 7 },
      ],
      writable: [{ address: RAM_BASE, length: 9 }],
    });
    expect(driver.needsReset).toBe(false);
  });

  it('keep their order over the wrap of rings and of 16-bit indices', () => {
    const { queue, device, transport } = setUp(0n, 4);
    const expected: number[] = [];
    const actual: number[] = [];
    for (let i = 0; i < 66_000; i += 3) {
      for (let k = 0; k < 3; k++) expected.push(queue.add({ in: [0] }));
      queue.kick();
      device.answer();
      for (const used of queue.poll()) actual.push(used.head);
    }
    expect(transport.save().queues).toMatchObject([{ nextAvailable: 66_000 - 65_536, nextUsed: 66_000 - 65_536 }]);
    expect(actual.length).toBe(66_000);
    expect(actual.every((head, i) => head === expected[i])).toBe(true);
  });
});

describe('a broken ring asks for a reset', () => {
  const cases: [string, RegExp, (queue: DriverQueue, driver: GuestDriver) => void][] = [
    ['a head past the queue', /names descriptor 8 of 8/, (queue) => queue.publish(8)],
    [
      'a next past the queue',
      /names descriptor 300 of 8/,
      (queue) => {
        queue.writeDescriptor(queue.descriptors, 0, RAM_BASE, 4, DescriptorFlag.NEXT, 300);
        queue.publish(0);
      },
    ],
    [
      'a loop',
      /never ends/,
      (queue) => {
        queue.writeDescriptor(queue.descriptors, 0, RAM_BASE, 4, DescriptorFlag.NEXT, 1);
        queue.writeDescriptor(queue.descriptors, 1, RAM_BASE, 4, DescriptorFlag.NEXT, 0);
        queue.publish(0);
      },
    ],
    [
      'a loop in an indirect table',
      /never ends/,
      (queue, driver) => {
        const table = driver.allocate(16, 16);
        queue.writeDescriptor(table, 0, RAM_BASE, 4, DescriptorFlag.NEXT, 0);
        queue.writeDescriptor(queue.descriptors, 0, table, 16, DescriptorFlag.INDIRECT);
        queue.publish(0);
      },
    ],
    [
      'readable after writable',
      /readable descriptor 1 after writable/,
      (queue) => {
        queue.writeDescriptor(queue.descriptors, 0, RAM_BASE, 4, DescriptorFlag.NEXT | DescriptorFlag.WRITE, 1);
        queue.writeDescriptor(queue.descriptors, 1, RAM_BASE, 4, 0);
        queue.publish(0);
      },
    ],
    [
      'a buffer outside RAM',
      /no RAM at 0x1000/,
      (queue) => {
        queue.writeDescriptor(queue.descriptors, 0, 0x1000, 4, 0);
        queue.publish(0);
      },
    ],
    [
      'a buffer past the end of RAM',
      /no RAM/,
      (queue) => {
        queue.writeDescriptor(queue.descriptors, 0, RAM_BASE + RAM_SIZE - 2, 4, DescriptorFlag.WRITE);
        queue.publish(0);
      },
    ],
    [
      'a buffer at the end of the address space',
      /past 2\^53/,
      (queue, driver) => {
        queue.writeDescriptor(queue.descriptors, 0, 0, 4, 0);
        driver.memory.write64(queue.descriptors, 0xffff_ffff_ffff_fffcn);
        queue.publish(0);
      },
    ],
    [
      'an available index too far ahead',
      /available index 9, more than 8/,
      (queue, driver) => {
        driver.memory.write16(queue.available + 2, 9);
      },
    ],
    [
      'an indirect table of a crooked size',
      /table of 24 bytes/,
      (queue) => {
        queue.writeDescriptor(queue.descriptors, 0, RAM_BASE, 24, DescriptorFlag.INDIRECT);
        queue.publish(0);
      },
    ],
    [
      'an empty indirect table',
      /table of 0 bytes/,
      (queue) => {
        queue.writeDescriptor(queue.descriptors, 0, RAM_BASE, 0, DescriptorFlag.INDIRECT);
        queue.publish(0);
      },
    ],
    [
      'a huge indirect table',
      /indirect table of/,
      (queue) => {
        queue.writeDescriptor(queue.descriptors, 0, RAM_BASE, 16 * (MAX_INDIRECT_DESCRIPTORS + 1), DescriptorFlag.INDIRECT);
        queue.publish(0);
      },
    ],
    [
      'indirect with next',
      /with a next one/,
      (queue) => {
        queue.writeDescriptor(queue.descriptors, 0, RAM_BASE, 16, DescriptorFlag.INDIRECT | DescriptorFlag.NEXT, 1);
        queue.publish(0);
      },
    ],
    [
      'indirect in indirect',
      /inside an indirect table/,
      (queue, driver) => {
        const table = driver.allocate(16, 16);
        queue.writeDescriptor(table, 0, table, 16, DescriptorFlag.INDIRECT);
        queue.writeDescriptor(queue.descriptors, 0, table, 16, DescriptorFlag.INDIRECT);
        queue.publish(0);
      },
    ],
    [
      'more than 4 GiB in one chain',
      /more than 4 GiB/,
      (queue, driver) => {
        const count = MAX_INDIRECT_DESCRIPTORS;
        const table = driver.allocate(16 * count, 16);
        // 1024 descriptors of 8 MiB each; the RAM of this test has to look larger than it is.
        const { memory } = driver;
        const view = memory.view.bind(memory);
        memory.view = (address, size) => (size > RAM_SIZE ? memory.bytes : view(address, size));
        for (let i = 0; i < count; i++) {
          queue.writeDescriptor(table, i, RAM_BASE, 8 * RAM_SIZE, i < count - 1 ? DescriptorFlag.NEXT : 0, i + 1);
        }
        queue.writeDescriptor(queue.descriptors, 0, table, 16 * count, DescriptorFlag.INDIRECT);
        queue.publish(0);
      },
    ],
  ];

  it.each(cases)('%s', (_, sentence, breakIt) => {
    const { queue, driver, device, transport, irq } = setUp();
    breakIt(queue, driver);
    driver.write(Register.QueueNotify, 0);
    expect(driver.needsReset).toBe(true);
    expect(transport.fault).toMatch(sentence);
    expect(driver.read(Register.InterruptStatus)).toBe(Interrupt.CONFIG_CHANGE);
    expect(irq.asserted).toBe(true);
    // Nothing more happens until the reset, after which all is well.
    driver.write(Register.QueueNotify, 0);
    expect(device.chains).toEqual([]);
    const [fresh] = driver.start(0n, 1);
    fresh!.add({ in: [1] });
    fresh!.kick();
    expect(device.chains).toHaveLength(1);
  });

  it('indirect without the feature', () => {
    const { queue, driver, transport } = setUp(0n);
    queue.add({ in: [4] }, { indirect: true });
    queue.kick();
    expect(driver.needsReset).toBe(true);
    expect(transport.fault).toBe('The collector queue 0 uses indirect descriptor 0 without VIRTIO_F_INDIRECT_DESC.');
  });
});

describe('event suppression', () => {
  it('needEvent is the rule of 2.7.10, modulo 2^16', () => {
    expect(needEvent(0, 1, 0)).toBe(true);
    expect(needEvent(1, 1, 0)).toBe(false);
    expect(needEvent(0xffff, 0, 0xfffe)).toBe(true);
    expect(needEvent(0xffff, 0xffff, 0xfffe)).toBe(false);
    expect(needEvent(5, 4, 4)).toBe(false);
  });

  it('without VIRTIO_F_EVENT_IDX the flag in the available ring decides', () => {
    const { queue, device, driver, irq, memory } = setUp(0n);
    memory.write16(queue.available, 1);
    queue.add({ in: [4] });
    queue.kick();
    device.answer();
    expect(irq.asserted).toBe(false);
    memory.write16(queue.available, 0);
    queue.add({ in: [4] });
    queue.kick();
    device.answer();
    expect(irq.asserted).toBe(true);
    expect(driver.needsReset).toBe(false);
  });

  it('with it, interrupts come when used_event is passed', () => {
    const { queue, device, driver, irq } = setUp(Feature.VIRTIO_F_EVENT_IDX);
    const acknowledge = () => driver.write(Register.InterruptACK, Interrupt.USED_BUFFER);
    for (let i = 0; i < 6; i++) queue.add({ in: [4] });
    queue.kick();
    queue.usedEvent = 0;
    device.answer(1);
    expect(irq.asserted).toBe(true);
    acknowledge();
    queue.usedEvent = 3;
    device.answer(1); // used index 2
    device.answer(1); // 3
    expect(irq.asserted).toBe(false);
    device.answer(1); // 4: entry 3 is there
    expect(irq.asserted).toBe(true);
    acknowledge();
    device.answer(2);
    expect(irq.asserted).toBe(false);
  });

  it('with it, the driver is asked to notify at the next buffer after the queue ran dry', () => {
    const { queue, device } = setUp(Feature.VIRTIO_F_EVENT_IDX);
    queue.add({ in: [4] });
    expect(queue.kick()).toBe(true);
    queue.add({ in: [4] });
    expect(queue.kick()).toBe(true);
    expect(device.chains).toHaveLength(2);
  });

  it('no interrupt without a used buffer', () => {
    const { queue, device, driver, irq } = setUp();
    device.answer();
    expect(irq.edges).toBe(0);
    queue.add({ in: [4] });
    queue.kick();
    device.answer();
    driver.write(Register.InterruptACK, Interrupt.USED_BUFFER);
    device.answer();
    expect(irq.edges).toBe(1);
  });
});
