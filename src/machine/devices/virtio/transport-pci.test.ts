import { describe, expect, it } from 'vitest';
import { COMMAND, CONFIG } from '../pci/config-space';
import { AsMmio, FakeMemory, GuestDriver } from './guest.testkit';
import { Interrupt } from './transport';
import { Register, VirtioMmio } from './transport-mmio';
import { Common, PART, PCI_CFG, VIRTIO_BAR, VirtioPci } from './transport-pci';
import { Feature, Status } from './virtio-device';
import { VirtioEntropy } from './virtio-entropy';

function rng() {
  const memory = new FakeMemory();
  const faults: string[] = [];
  const device = new VirtioEntropy((into) => into.fill(0xa5));
  const transport = new VirtioPci({ memory, device, onFault: (sentence) => faults.push(sentence) });
  const driver = new GuestDriver(new AsMmio(transport), memory);
  const bar = (offset: number, size: 1 | 2 | 4): number => transport.readBar(VIRTIO_BAR, offset, size);
  const setBar = (offset: number, size: 1 | 2 | 4, value: number): void => transport.writeBar(VIRTIO_BAR, offset, size, value);
  return { memory, faults, transport, driver, bar, setBar, pci: transport.pci };
}

describe('the configuration space of a virtio function', () => {
  /** As QEMU 7.2 has it with `-device virtio-rng-pci,disable-legacy=on` on a board without MSIs, before anything was written. */
  const QEMU = `
    f4 1a 44 10 00 00 10 00 01 00 ff 00 00 00 00 00
    00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
    0c 00 00 00 00 00 00 00 00 00 00 00 f4 1a 00 11
    00 00 00 00 84 00 00 00 00 00 00 00 00 01 00 00
    09 00 10 01 04 00 00 00 00 00 00 00 00 10 00 00
    09 40 10 03 04 00 00 00 00 10 00 00 00 10 00 00
    09 50 10 04 04 00 00 00 00 20 00 00 00 10 00 00
    09 60 14 02 04 00 00 00 00 30 00 00 00 10 00 00
    04 00 00 00 09 70 14 05 00 00 00 00 00 00 00 00`;

  it('is QEMU’s, byte for byte', () => {
    const { transport, pci } = rng();
    transport.reset();
    const expected = QEMU.trim().split(/\s+/);
    expect(expected.map((_, n) => pci.readConfig(n, 1).toString(16).padStart(2, '0'))).toEqual(expected);
    for (let n = expected.length; n < 0x100; n++) expect(pci.readConfig(n, 1)).toBe(0);
  });

  it('leads to what is in the BAR without the BAR', () => {
    const { pci, bar } = rng();
    const aim = (offset: number, length: number, at = VIRTIO_BAR): void => {
      pci.writeConfig(PCI_CFG.bar, 1, at);
      pci.writeConfig(PCI_CFG.offset, 4, offset);
      pci.writeConfig(PCI_CFG.length, 4, length);
    };
    pci.writeConfig(CONFIG.COMMAND, 2, 0);
    aim(PART.common + Common.num_queues, 2);
    expect(pci.readConfig(PCI_CFG.data, 2)).toBe(1);
    aim(PART.common + Common.device_status, 1);
    pci.writeConfig(PCI_CFG.data, 1, Status.ACKNOWLEDGE);
    expect(bar(Common.device_status, 1)).toBe(Status.ACKNOWLEDGE);
    expect(pci.readConfig(PCI_CFG.data, 4)).toBe(Status.ACKNOWLEDGE);
    for (const [offset, length, at] of [
      [0x12, 4],
      [0x14, 3],
      [0x15, 2],
      [0x4000, 4],
      [0xffff_fffc, 4],
      [0x14, 0xffff_ffff],
      [0x14, 1, 0],
    ] as const) {
      aim(offset, length, at);
      pci.writeConfig(PCI_CFG.data, 4, 0);
      expect(pci.readConfig(PCI_CFG.data, 4)).toBe(0);
    }
    expect(bar(Common.device_status, 1)).toBe(Status.ACKNOWLEDGE);
  });
});

describe('the common configuration', () => {
  it('offers and agrees on features like any transport', () => {
    const { driver, bar } = rng();
    expect(driver.deviceFeatures()).toBe(
      Feature.VIRTIO_F_VERSION_1 | Feature.VIRTIO_F_INDIRECT_DESC | Feature.VIRTIO_F_EVENT_IDX | Feature.VIRTIO_F_RING_RESET,
    );
    expect(driver.negotiate(1n << 5n)).toBe(false);
    expect(driver.negotiate(Feature.VIRTIO_F_EVENT_IDX)).toBe(true);
    expect([bar(Common.driver_feature_select, 4), bar(Common.driver_feature, 4)]).toEqual([1, 1]);
    driver.write(Register.DeviceFeaturesSel, 2);
    expect(driver.read(Register.DeviceFeatures)).toBe(0);
  });

  it('has a queue at its largest, and no other', () => {
    const { bar, setBar } = rng();
    expect(bar(Common.num_queues, 2)).toBe(1);
    expect([bar(Common.queue_size, 2), bar(Common.queue_notify_off, 2), bar(Common.queue_enable, 2)]).toEqual([64, 0, 0]);
    expect([bar(Common.config_msix_vector, 2), bar(Common.queue_msix_vector, 2)]).toEqual([0xffff, 0xffff]);
    setBar(Common.queue_select, 2, 1);
    expect(bar(Common.queue_size, 2)).toBe(0);
    setBar(Common.queue_enable, 2, 1);
    expect(bar(Common.queue_enable, 2)).toBe(0);
  });

  it('shows what was written of a queue, and keeps it while the queue is live', () => {
    const { driver, bar, setBar, memory } = rng();
    driver.negotiate();
    setBar(Common.queue_device + 4, 4, 0x12);
    setBar(Common.queue_device, 4, 0xfedc_ba98);
    expect([bar(Common.queue_device, 4), bar(Common.queue_device + 4, 4)]).toEqual([0xfedc_ba98, 0x12]);
    const { descriptors, available } = driver.setUpQueue(0);
    setBar(Common.queue_size, 2, 2);
    setBar(Common.queue_desc, 4, 0);
    setBar(Common.queue_enable, 2, 0);
    expect([bar(Common.queue_size, 2), bar(Common.queue_enable, 2)]).toEqual([8, 1]);
    expect([bar(Common.queue_desc, 4), bar(Common.queue_driver, 4)]).toEqual([descriptors, available]);
    expect([bar(Common.queue_desc + 4, 4), bar(Common.queue_driver + 4, 4)]).toEqual([0, 0]);
    expect(memory.read16(available)).toBe(0);
  });

  it('has a queue reset to its largest, by itself and with the device', () => {
    const { driver, bar, setBar } = rng();
    driver.start(Feature.VIRTIO_F_RING_RESET, 1)[0]!.request({ in: [4] });
    setBar(Common.queue_reset, 2, 1);
    expect([bar(Common.queue_reset, 2), bar(Common.queue_enable, 2), bar(Common.queue_size, 2)]).toEqual([0, 0, 64]);
    expect(driver.setUpQueue(0, 4).request({ in: [4] }).length).toBe(4);
    driver.write(Register.Status, 0);
    expect([bar(Common.queue_size, 2), bar(Common.queue_desc, 4)]).toEqual([64, 0]);
  });

  it('answers nothing where no field begins, and takes any write there', () => {
    const { bar, setBar, transport } = rng();
    const before = transport.save();
    for (let offset = 0x3c; offset < PART.isr; offset += 4) {
      expect(bar(offset, 4)).toBe(0);
      setBar(offset, 4, 0xffff_ffff);
    }
    for (const offset of [1, 2, 3, 5, 0x11, 0x17, 0x21, 0x22]) expect(bar(offset, 1)).toBe(0);
    expect(transport.save()).toEqual(before);
  });
});

describe('interrupts of a virtio function', () => {
  it('last until the ISR status is read', () => {
    const { driver, bar, pci } = rng();
    const [queue] = driver.start(0n, 1);
    queue!.add({ in: [16] });
    queue!.kick();
    expect(pci.asserts).toBe(true);
    expect(bar(PART.isr + 1, 1)).toBe(0);
    expect(pci.asserts).toBe(true);
    expect(bar(PART.isr, 1)).toBe(Interrupt.USED_BUFFER);
    expect(pci.asserts).toBe(false);
    expect(bar(PART.isr, 1)).toBe(0);
  });

  it('are gone with a reset', () => {
    const { driver, pci } = rng();
    driver.start(0n, 1)[0]!.request({ in: [16] });
    driver.write(Register.Status, 0);
    expect(pci.asserts).toBe(false);
  });
});

describe('a function that is no bus master', () => {
  it('touches no memory, and goes on where it was when it may', () => {
    const { driver, pci, transport } = rng();
    const [queue] = driver.start(0n, 1);
    pci.writeConfig(CONFIG.COMMAND, 2, COMMAND.MEMORY);
    queue!.add({ in: [16] });
    queue!.kick();
    expect(queue!.poll()).toEqual([]);
    expect(transport.hasMore).toBe(false);
    expect(pci.asserts).toBe(false);
    pci.writeConfig(CONFIG.COMMAND, 2, COMMAND.MEMORY | COMMAND.BUS_MASTER);
    expect(queue!.poll()).toMatchObject([{ length: 16 }]);
    expect(pci.asserts).toBe(true);
  });

  it('goes on while its memory space is off', () => {
    const { driver, pci } = rng();
    const [queue] = driver.start(0n, 1);
    pci.writeConfig(CONFIG.COMMAND, 2, COMMAND.BUS_MASTER);
    expect(queue!.request({ in: [16] }).length).toBe(16);
  });
});

it('a driver that breaks the rules is told so as on any transport', () => {
  const { driver, transport, faults } = rng();
  driver.negotiate();
  driver.setUpQueue(0, 6);
  expect(driver.needsReset).toBe(true);
  expect(transport.fault).toMatch(/size 6/);
  expect(faults).toHaveLength(1);
});

describe('save and restore of a virtio function', () => {
  it('carry a running device to another machine', () => {
    const a = rng();
    const [queue] = a.driver.start(Feature.VIRTIO_F_EVENT_IDX, 1);
    for (let i = 0; i < 5; i++) queue!.request({ in: [8] });
    const state = structuredClone(a.transport.save());
    const transport = new VirtioPci({ memory: a.memory, device: new VirtioEntropy((into) => into.fill(0x11)) });
    transport.check(state)();
    expect(transport.save()).toEqual(state);
    expect(transport.pci.asserts).toBe(true);
    transport.writeBar(VIRTIO_BAR, PART.notify, 2, 0);
    queue!.add({ in: [8] });
    transport.writeBar(VIRTIO_BAR, PART.notify, 2, 0);
    expect(queue!.poll()).toMatchObject([{ length: 8, data: new Uint8Array(8).fill(0x11) }]);
  });

  it('refuse a state of the other transport, either way', () => {
    const { transport, memory } = rng();
    const mmio = new VirtioMmio({ memory, irq: { set: () => {} }, device: new VirtioEntropy(() => {}) });
    expect(() => transport.check(mmio.save())).toThrow(
      'The saved virtio-rng was in a virtio-mmio slot, and this machine has it on PCI: make the machine with virtio “mmio”.',
    );
    expect(() => mmio.check(transport.save())).toThrow(
      'The saved virtio-rng was a function on PCI, and this machine has it in a virtio-mmio slot: make the machine with virtio “pci”.',
    );
    expect(() => transport.check({ ...transport.save(), pci: 7 })).toThrow(/"pci" where an object should be/);
  });

  it('reset is the state of a new one', () => {
    const { transport, driver } = rng();
    const memory = new FakeMemory();
    const fresh = new VirtioPci({ memory, device: new VirtioEntropy(() => {}) }).save();
    driver.start(Feature.VIRTIO_F_EVENT_IDX, 1)[0]!.request({ in: [8] });
    transport.reset();
    expect(transport.save()).toEqual(fresh);
  });
});
