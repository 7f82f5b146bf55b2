import { describe, expect, it } from 'vitest';
import { CPU_MODELS } from '../cpu/models';
import { diskSlot, MAX_DISKS, MEMORY_MAP, type Region, VIRTIO_MMIO_SLOTS, VIRTIO_SLOT, virtioMmioRegion } from './memory-map';

describe('the memory map', () => {
  it('has no two regions that overlap', () => {
    const regions = (Object.values(MEMORY_MAP) as Region[]).sort((a, b) => a.base - b.base);
    for (let n = 1; n < regions.length; n++) {
      expect(regions[n - 1]!.base + regions[n - 1]!.size).toBeLessThanOrEqual(regions[n]!.base);
    }
  });

  it('ends where the physical addresses of the processor end', () => {
    const ends = (Object.values(MEMORY_MAP) as Region[]).map(({ base, size }) => base + size);
    expect(Math.max(...ends)).toBe(2 ** Math.min(...Object.values(CPU_MODELS).map(({ paBits }) => paBits)));
  });

  it('places the last virtio transport at the end of its region', () => {
    const last = virtioMmioRegion(31);
    expect(last.base).toBe(0x0a003e00);
    expect(last.base + last.size).toBe(MEMORY_MAP.virtioMmio.base + MEMORY_MAP.virtioMmio.size);
  });

  it('refuses a slot that is not there', () => {
    expect(() => virtioMmioRegion(32)).toThrow('There is no virtio-mmio slot 32');
  });

  it('has a slot of its own for each console, the entropy source and each disk, and no more', () => {
    const disks = Array.from({ length: MAX_DISKS }, (_, index) => diskSlot(index));
    expect(disks.slice(0, 4)).toEqual([31, 28, 27, 26]);
    const slots = [VIRTIO_SLOT.console, VIRTIO_SLOT.entropy, VIRTIO_SLOT.hvc, VIRTIO_SLOT.files, ...disks].sort((a, b) => a - b);
    expect(slots).toEqual(Array.from({ length: VIRTIO_MMIO_SLOTS }, (_, slot) => slot));
    expect(() => diskSlot(28)).toThrow('There is no place for disk 28; the board has room for 28.');
  });
});
