import { RECORD } from '../../cpu/layout';
import { PciWindow } from '../../machine/devices/pci/pci-window';
import type { Machine } from '../../machine/machine';
import type { SpeedAnswer } from '../api/speed';

/** vCPUs count their compiled instructions modulo this. */
const WRAP = 2 ** 32;

export function inspectSpeed({ engine, jit, bus, clock, instructions, virtio }: Machine): SpeedAnswer {
  const devices: Record<string, number> = {};
  const count = (name: string, accesses: number): void => {
    if (accesses > 0) devices[name] = (devices[name] ?? 0) + accesses;
  };
  const names = new Map(virtio.map(({ name, transport }) => [transport as object, `virtio ${name}`]));
  for (const { device, accesses } of bus.windows)
    count(names.get(device) ?? device.name, accesses - (device instanceof PciWindow ? device.answered : 0));
  for (const { name, place } of virtio) if ('pci' in place) count(`virtio ${name}`, place.pci.accesses);
  const services = engine.tally.byName();
  const toDevices = Object.values(devices).reduce((sum, count) => sum + count, 0);
  const slow = services['TLB misses and devices, loads']! + services['TLB misses and devices, stores']!;
  return {
    time: clock.ns,
    instructions,
    compiled: engine.vcpus.reduce((sum, vcpu) => sum + vcpu.compiledInstructions, 0) % WRAP,
    services,
    entries: engine.entries,
    tlbMisses: Math.max(0, slow - toDevices),
    walks: engine.mmu.walks,
    devices,
    codePages: engine.records.pages,
    codeBytes: engine.records.pages * RECORD.PAGE_STRIDE,
    ...(jit && {
      jit: {
        regions: jit.compiledRegions,
        kept: jit.translations.size,
        modules: jit.modules,
        compileTime: jit.compileTime,
      },
    }),
  };
}
