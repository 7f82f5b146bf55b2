import { expect, it } from 'vitest';
import { type DriverQueue, FakeIrq, FakeMemory, GuestDriver, pattern } from './guest.testkit';
import { Register, VirtioMmio } from './transport-mmio';
import { DeviceId } from './virtio-device';
import { MAX_ENTROPY_BYTES, VirtioEntropy } from './virtio-entropy';

function setUp() {
  const memory = new FakeMemory();
  let next = 0;
  const device = new VirtioEntropy((into) => {
    for (let i = 0; i < into.length; i++) into[i] = next++ & 0xff;
  });
  const transport = new VirtioMmio({ memory, irq: new FakeIrq(), device });
  const driver = new GuestDriver(transport, memory);
  const [queue] = driver.start(0n, 1) as [DriverQueue];
  return { driver, queue, transport };
}

it('is an entropy device', () => {
  expect(setUp().driver.read(Register.DeviceID)).toBe(DeviceId.entropy);
});

it('fills all parts of a buffer from its source', () => {
  const used = setUp().queue.request({ in: [3, 5] });
  expect(used.length).toBe(8);
  expect([...used.data]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});

it('gives a large buffer no more than its limit', () => {
  const used = setUp().queue.request({ in: [MAX_ENTROPY_BYTES, 100] });
  expect(used.length).toBe(MAX_ENTROPY_BYTES);
  expect(used.data.subarray(MAX_ENTROPY_BYTES)).toEqual(new Uint8Array(100));
  expect(used.data[MAX_ENTROPY_BYTES - 1]).toBe(0xff);
});

it('asks for a reset when there is nothing to fill', () => {
  const { queue, driver, transport } = setUp();
  queue.add({ out: [pattern(4)] });
  queue.kick();
  expect(driver.needsReset).toBe(true);
  expect(transport.fault).toBe('The virtio-rng queue 0 has a buffer the device cannot write.');
});
