import { expect, it } from 'vitest';
import { MemoryDisk } from '../storage/memory-disk';
import { bareMachine } from './machine.testkit';
import { VIRTIO_MMIO_SLOTS, virtioMmioRegion } from './memory-map';

const DEVICE_ID = 0x008;
const NAMES = ['', 'network', 'block', 'console', 'entropy'];

/** What a driver finds in each slot that is not empty. */
async function slotsWith(disks: number): Promise<Record<number, string>> {
  const sizes = Array.from({ length: disks }, (_, index) => (index + 1) * 512);
  const machine = await bareMachine({ disks: sizes.map((size) => new MemoryDisk(size)) });
  const found: Record<number, string> = {};
  for (let slot = 0; slot < VIRTIO_MMIO_SLOTS; slot++) {
    const { base } = virtioMmioRegion(slot);
    const name = NAMES[machine.bus.read(base + DEVICE_ID, 4)!];
    if (name) found[slot] = name === 'block' ? `block of ${machine.bus.read(base + 0x100, 4)}` : name;
  }
  return found;
}

it('one more disk moves no device: a guest that hibernated finds each where it was', async () => {
  const none = { 0: 'console', 1: 'console', 29: 'console', 30: 'entropy' };
  expect(await slotsWith(0)).toEqual(none);
  const one = { ...none, 31: 'block of 1' };
  expect(await slotsWith(1)).toEqual(one);
  expect(await slotsWith(3)).toEqual({ ...one, 28: 'block of 2', 27: 'block of 3' });
  await expect(slotsWith(29)).rejects.toThrow('There is no place for disk 28');
});
