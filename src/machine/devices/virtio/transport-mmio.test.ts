import { describe, expect, it } from 'vitest';
import { FakeIrq, FakeMemory, GuestDriver, RAM_BASE } from './guest.testkit';
import { Interrupt } from './transport';
import { MAGIC, Register, VENDOR_ID, VirtioMmio } from './transport-mmio';
import { Feature, Status } from './virtio-device';
import { VirtioEntropy } from './virtio-entropy';

function rng() {
  const memory = new FakeMemory();
  const irq = new FakeIrq();
  const faults: string[] = [];
  const device = new VirtioEntropy((into) => into.fill(0xa5));
  const transport = new VirtioMmio({ memory, irq, device, onFault: (sentence) => faults.push(sentence) });
  return { memory, irq, faults, transport, driver: new GuestDriver(transport, memory) };
}

describe('an empty slot', () => {
  const slot = new VirtioMmio({ memory: new FakeMemory(), irq: new FakeIrq() });

  it('names itself and has device id 0', () => {
    expect(slot.read(Register.MagicValue, 4)).toBe(MAGIC);
    expect(slot.read(Register.Version, 4)).toBe(2);
    expect(slot.read(Register.DeviceID, 4)).toBe(0);
    expect(slot.read(Register.VendorID, 4)).toBe(VENDOR_ID);
  });

  it('takes any write without effect', () => {
    slot.write(Register.Status, 4, 0xf);
    slot.write(Register.QueueNotify, 4, 0);
    slot.write(Register.Config, 1, 1);
    expect(slot.read(Register.Status, 4)).toBe(0);
    expect(slot.read(Register.QueueNumMax, 4)).toBe(0);
    expect(slot.read(Register.Config, 4)).toBe(0);
    slot.check(slot.save())();
  });
});

describe('feature negotiation', () => {
  it('offers the ring features', () => {
    const { driver } = rng();
    expect(driver.deviceFeatures()).toBe(
      Feature.VIRTIO_F_VERSION_1 | Feature.VIRTIO_F_INDIRECT_DESC | Feature.VIRTIO_F_EVENT_IDX | Feature.VIRTIO_F_RING_RESET,
    );
    driver.write(Register.DeviceFeaturesSel, 2);
    expect(driver.read(Register.DeviceFeatures)).toBe(0);
  });

  it('agrees to a subset and refuses what was not offered', () => {
    const { driver } = rng();
    expect(driver.negotiate(Feature.VIRTIO_F_EVENT_IDX)).toBe(true);
    expect(driver.negotiate(1n << 5n)).toBe(false);
    expect(driver.negotiate()).toBe(true);
  });

  it('refuses a legacy driver', () => {
    const { driver } = rng();
    driver.write(Register.Status, Status.ACKNOWLEDGE | Status.DRIVER | Status.FEATURES_OK);
    expect(driver.status).toBe(Status.ACKNOWLEDGE | Status.DRIVER);
    driver.write(Register.Status, Status.ACKNOWLEDGE | Status.DRIVER | Status.DRIVER_OK);
    expect(driver.status).toBe(Status.ACKNOWLEDGE | Status.DRIVER);
  });

  it('freezes the features at FEATURES_OK', () => {
    const { driver, transport } = rng();
    driver.negotiate();
    driver.write(Register.DriverFeaturesSel, 0);
    driver.write(Register.DriverFeatures, Number(Feature.VIRTIO_F_EVENT_IDX));
    expect(transport.save().driverFeatures).toBe(Feature.VIRTIO_F_VERSION_1);
  });

  it('never clears a status bit but by reset', () => {
    const { driver } = rng();
    driver.negotiate();
    driver.write(Register.Status, Status.FAILED);
    expect(driver.status).toBe(Status.ACKNOWLEDGE | Status.DRIVER | Status.FEATURES_OK | Status.FAILED);
    driver.write(Register.Status, 0);
    expect(driver.status).toBe(0);
  });
});

describe('registers', () => {
  it('answer 32-bit accesses only', () => {
    const { transport } = rng();
    expect(transport.read(Register.MagicValue, 1)).toBe(0);
    expect(transport.read(Register.MagicValue + 2, 2)).toBe(0);
    transport.write(Register.Status, 1, 1);
    expect(transport.read(Register.Status, 4)).toBe(0);
  });

  it('say that there is no shared memory and no queue past the last', () => {
    const { driver } = rng();
    expect(driver.read(Register.SHMLenLow)).toBe(0xffff_ffff);
    expect(driver.read(Register.SHMBaseHigh)).toBe(0xffff_ffff);
    expect(driver.read(Register.QueueNumMax)).toBe(64);
    driver.write(Register.QueueSel, 1);
    expect(driver.read(Register.QueueNumMax)).toBe(0);
    driver.write(Register.QueueReady, 1);
    expect(driver.read(Register.QueueReady)).toBe(0);
    expect(driver.needsReset).toBe(false);
  });

  it('keep the geometry of a live queue', () => {
    const { driver, transport } = rng();
    driver.negotiate();
    driver.setUpQueue(0);
    const before = transport.save();
    driver.write(Register.QueueNum, 2);
    driver.write(Register.QueueDescLow, 0x1234);
    expect(transport.save()).toEqual(before);
  });

  it('take 64-bit ring addresses', () => {
    const { driver, transport } = rng();
    driver.negotiate();
    driver.write(Register.QueueDeviceHigh, 0x12);
    driver.write(Register.QueueDeviceLow, 0xfedc_ba98);
    expect(transport.save().queues).toMatchObject([{ deviceArea: 0x12_fedc_ba98n }]);
    driver.write(Register.QueueDeviceHigh, 1);
    expect(transport.save().queues).toMatchObject([{ deviceArea: 0x1_fedc_ba98n }]);
  });
});

describe('interrupts', () => {
  it('stay asserted until acknowledged', () => {
    const { driver, irq } = rng();
    const [queue] = driver.start(0n, 1);
    queue!.add({ in: [16] });
    queue!.kick();
    expect(irq.asserted).toBe(true);
    expect(driver.read(Register.InterruptStatus)).toBe(Interrupt.USED_BUFFER);
    driver.write(Register.InterruptACK, Interrupt.CONFIG_CHANGE);
    expect(irq.asserted).toBe(true);
    driver.write(Register.InterruptACK, Interrupt.USED_BUFFER);
    expect(irq.asserted).toBe(false);
  });

  it('are lowered by reset', () => {
    const { driver, irq } = rng();
    const [queue] = driver.start(0n, 1);
    queue!.add({ in: [16] });
    queue!.kick();
    driver.write(Register.Status, 0);
    expect(irq.asserted).toBe(false);
    expect(driver.read(Register.InterruptStatus)).toBe(0);
  });
});

describe('the start and end of a queue', () => {
  it('touches no buffer before DRIVER_OK and then those already there', () => {
    const { driver } = rng();
    driver.negotiate();
    const queue = driver.setUpQueue(0);
    queue.add({ in: [4] });
    queue.kick();
    expect(queue.poll()).toEqual([]);
    driver.go();
    expect(queue.poll()).toMatchObject([{ length: 4 }]);
  });

  it('stops by QueueReady 0 and starts again from index 0', () => {
    const { driver } = rng();
    const [queue] = driver.start(0n, 1);
    queue!.request({ in: [4] });
    driver.write(Register.QueueSel, 0);
    driver.write(Register.QueueReady, 0);
    expect(driver.read(Register.QueueReady)).toBe(0);
    queue!.add({ in: [4] });
    queue!.kick();
    expect(queue!.poll()).toEqual([]);
    const again = driver.setUpQueue(0);
    expect(again.request({ in: [4] }).length).toBe(4);
  });

  it('is reset by QueueReset, if negotiated', () => {
    const { driver, transport } = rng();
    driver.start(0n, 1);
    driver.write(Register.QueueReset, 1);
    expect(driver.read(Register.QueueReady)).toBe(1);
    driver.start(Feature.VIRTIO_F_RING_RESET, 1);
    driver.write(Register.QueueReset, 1);
    expect(driver.read(Register.QueueReset)).toBe(0);
    expect(driver.read(Register.QueueReady)).toBe(0);
    expect(transport.save().queues).toMatchObject([{ size: 0, descriptorArea: 0n, nextAvailable: 0, nextUsed: 0 }]);
    expect(driver.setUpQueue(0, 4).request({ in: [4] }).length).toBe(4);
  });

  it.each([
    ['a size that is not a power of two', Register.QueueNum, 6, /size 6/],
    ['a size over the maximum', Register.QueueNum, 128, /size 128/],
    ['no size', Register.QueueNum, 0, /size 0/],
    ['a crooked descriptor area', Register.QueueDescLow, RAM_BASE + 8, /descriptor area at 0x40000008/],
    ['a crooked driver area', Register.QueueDriverLow, RAM_BASE + 1, /driver area/],
    ['a crooked device area', Register.QueueDeviceLow, RAM_BASE + 2, /device area/],
    ['a ring outside RAM', Register.QueueDriverLow, 0x1000, /no RAM at 0x1000/],
    ['an address past 2^53', Register.QueueDescHigh, 0xffff_ffff, /descriptor area/],
  ])('refuses %s', (_, register, value, sentence) => {
    const { driver, transport, faults } = rng();
    driver.negotiate();
    driver.setUpQueue(0);
    driver.write(Register.QueueReady, 0);
    driver.write(register, value);
    driver.write(Register.QueueReady, 1);
    expect(driver.read(Register.QueueReady)).toBe(0);
    expect(driver.needsReset).toBe(true);
    expect(transport.fault).toMatch(sentence);
    expect(faults).toHaveLength(1);
    driver.start(0n, 1)[0]!.request({ in: [1] });
    expect(transport.fault).toBeUndefined();
  });
});

describe('what is not the driver’s fault', () => {
  it.each([
    ['a failed allocation', () => new Uint8Array(2 ** 53)],
    ['a bug of ours', () => new DataView(new ArrayBuffer(4)).getUint32(1)],
  ])('%s goes on up, and the device stays as it was', (_, fail) => {
    const memory = new FakeMemory();
    const device = new VirtioEntropy(() => void fail());
    const transport = new VirtioMmio({ memory, irq: new FakeIrq(), device });
    const driver = new GuestDriver(transport, memory);
    const [queue] = driver.start(0n, 1);
    queue!.add({ in: [8] });
    expect(() => queue!.kick()).toThrow(RangeError);
    expect(driver.needsReset).toBe(false);
    expect(transport.fault).toBeUndefined();
  });
});

describe('save and restore', () => {
  it('carries a running device to another machine', () => {
    const a = rng();
    const [queue] = a.driver.start(Feature.VIRTIO_F_EVENT_IDX, 1);
    for (let i = 0; i < 5; i++) queue!.request({ in: [8] });
    const state = structuredClone(a.transport.save());

    const irq = new FakeIrq();
    const device = new VirtioEntropy((into) => into.fill(0x11));
    const transport = new VirtioMmio({ memory: a.memory, irq, device });
    transport.check(state)();
    expect(transport.save()).toEqual(state);
    expect(irq.asserted).toBe(true);
    const driver = new GuestDriver(transport, a.memory);
    queue!.add({ in: [8] });
    driver.write(Register.QueueNotify, 0);
    expect(queue!.poll()).toMatchObject([{ length: 8, data: new Uint8Array(8).fill(0x11) }]);
  });

  it('does not write to guest memory', () => {
    const a = rng();
    const [queue] = a.driver.start(Feature.VIRTIO_F_EVENT_IDX, 1);
    queue!.request({ in: [8] });
    const before = a.memory.bytes.slice();
    a.transport.check(a.transport.save())();
    expect(a.memory.bytes.every((byte, index) => byte === before[index])).toBe(true);
  });

  it('refuses states of another device, with unknown features, or of another shape', () => {
    const { transport, driver } = rng();
    driver.negotiate();
    const state = transport.save();
    expect(() => transport.check({ ...state, deviceId: 2 })).toThrow('The saved state of virtio-rng is one of virtio device 2.');
    expect(() => transport.check({ ...state, driverFeatures: 1n << 50n })).toThrow(/feature bits 0x4000000000000/);
    expect(() => transport.check({ ...state, queues: [] })).toThrow(/queues/);
    expect(() => transport.check({})).toThrow(/deviceId/);
  });

  it('reset is the state of a new one', () => {
    const { transport, driver } = rng();
    const fresh = transport.save();
    driver.start(Feature.VIRTIO_F_EVENT_IDX, 1)[0]!.request({ in: [8] });
    expect(transport.save()).not.toEqual(fresh);
    transport.reset();
    expect(transport.save()).toEqual(fresh);
  });
});

it('an error of the host is not taken for one of the guest', () => {
  const memory = new FakeMemory();
  const device = new VirtioEntropy(() => {
    throw new TypeError('a bug');
  });
  const driver = new GuestDriver(new VirtioMmio({ memory, irq: new FakeIrq(), device }), memory);
  const [queue] = driver.start(0n, 1);
  queue!.add({ in: [4] });
  expect(() => queue!.kick()).toThrow('a bug');
});
