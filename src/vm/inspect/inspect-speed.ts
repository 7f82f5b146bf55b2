import { RECORD } from '../../cpu/layout';
import type { Machine } from '../../machine/machine';
import type { SpeedAnswer } from '../api/speed';

/** vCPUs count their compiled instructions modulo this. */
const WRAP = 2 ** 32;

export function inspectSpeed({ engine, jit, bus, clock, instructions, virtioSlots }: Machine): SpeedAnswer {
  const devices: Record<string, number> = {};
  const names = new Map([...virtioSlots.values()].map(({ name, transport }) => [transport as object, `virtio ${name}`]));
  for (const { device, accesses } of bus.windows) {
    if (accesses === 0) continue;
    const name = names.get(device) ?? device.name;
    devices[name] = (devices[name] ?? 0) + accesses;
  }
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
