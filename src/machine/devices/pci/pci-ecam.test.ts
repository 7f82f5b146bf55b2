import { describe, expect, it } from 'vitest';
import { AllOnes } from './no-answer';
import { PciBus } from './pci-bus';
import { PciEcam } from './pci-ecam';

const emptyBus = (): PciEcam => new PciEcam(new PciBus([0, 1, 2, 3].map(() => ({ set: () => {} }))));

describe('PCIe configuration space', () => {
  it('has the generic host bridge at 00:00.0', () => {
    const ecam = emptyBus();
    expect(ecam.read(0x00, 4)).toBe(0x0008_1b36);
    expect(ecam.read(0x02, 2)).toBe(0x0008);
    expect(ecam.read(0x08, 4), 'class and revision').toBe(0x0600_0000);
    expect(ecam.read(0x0e, 1), 'header type').toBe(0);
    expect(ecam.read(0x2c, 4)).toBe(0x1100_1af4);
    expect(ecam.read(0x34, 1), 'no capabilities').toBe(0);
  });

  it('reads all ones where there is no function', () => {
    const ecam = emptyBus();
    expect(ecam.read(1 << 15, 4)).toBe(0xffff_ffff);
    expect(ecam.read((1 << 12) + 2, 2)).toBe(0xffff);
    expect(ecam.read(1 << 20, 1)).toBe(0xff);
    expect(ecam.read(0x100, 4), 'no extended space').toBe(0xffff_ffff);
  });

  it('has no BARs, as sizing them finds', () => {
    const ecam = emptyBus();
    for (let bar = 0x10; bar < 0x28; bar += 4) {
      ecam.write(bar, 4, 0xffff_ffff);
      expect(ecam.read(bar, 4)).toBe(0);
    }
  });

  it('keeps the command register, not the ids, and forgets it at reset', () => {
    const ecam = emptyBus();
    ecam.write(0x04, 2, 0xffff);
    ecam.write(0x00, 4, 0);
    expect(ecam.read(0x04, 4)).toBe(0x0000_0547);
    expect(ecam.read(0x00, 4)).toBe(0x0008_1b36);
    const state = structuredClone(ecam.save());
    ecam.reset();
    expect(ecam.read(0x04, 2)).toBe(0);
    ecam.check(state)();
    expect(ecam.save()).toEqual(state);
  });
});

describe('a window without a device', () => {
  it('reads all ones of any width', () => {
    const window = new AllOnes('pcie-mmio');
    expect([window.read(0, 1), window.read(0, 2), window.read(0, 4)]).toEqual([0xff, 0xffff, 0xffff_ffff]);
  });
});
