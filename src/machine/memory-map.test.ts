import { describe, expect, it } from 'vitest';
import { CPU_MODELS } from '../cpu/models';
import { MEMORY_MAP, type Region, virtioMmioRegion } from './memory-map';

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
});
