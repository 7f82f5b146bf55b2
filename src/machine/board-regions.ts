/** What answers at a physical address of the board, in words. */
import { PciWindow } from './devices/pci/pci-window';
import type { Machine } from './machine';

/** A range of physical addresses: from the first byte to behind the last. */
export interface BoardRegion {
  readonly kind: 'ram' | 'rom' | 'device' | 'nothing';
  /** E.g. `RAM`, `UART (PL011)`. */
  readonly name: string;
  readonly from: number;
  readonly end: number;
}

/** By the names devices have for logs. */
const DEVICE_WORDS: Readonly<Record<string, string>> = {
  pl011: 'UART (PL011)',
  pl031: 'real-time clock (PL031)',
  pl061: 'GPIO with the power key (PL061)',
  gicd: 'GIC distributor',
  gicr: 'GIC redistributors',
  gicc: 'GIC CPU interface',
  'cfi-flash': 'flash for variables',
  'fw-cfg': 'what the firmware is told (fw_cfg)',
  'pci-ecam': 'PCIe configuration space',
  'pcie-mmio': 'PCIe memory window',
  'pcie-mmio64': 'PCIe memory window (64-bit)',
  'pcie-pio': 'PCIe I/O window',
  'virtio-blk': 'virtio disk',
  'virtio-console': 'virtio console',
  'virtio-rng': 'virtio entropy source',
  'virtio-mmio (empty)': 'virtio slot without a device',
};

/** The end of what an address can say, for what lies behind the last device. */
const TOP = 2 ** 64;

export function regionAt({ memory, bus }: Machine, pa: number): BoardRegion {
  if (memory.contains(pa)) return { kind: 'ram', name: 'RAM', from: memory.base, end: memory.end };
  if (memory.isRom(pa)) return { kind: 'rom', name: 'flash with the firmware', from: 0, end: memory.romSize };
  const { windows } = bus;
  const window = windows.find(({ base, size }) => pa >= base && pa < base + size);
  if (window) {
    const { base, size, device } = window;
    const mapping = device instanceof PciWindow ? device.at(pa) : undefined;
    if (mapping) {
      const { name } = mapping.owner;
      return { kind: 'device', name: DEVICE_WORDS[name] ?? name, from: mapping.base, end: mapping.base + mapping.size };
    }
    return { kind: 'device', name: DEVICE_WORDS[device.name] ?? device.name, from: base, end: base + size };
  }
  const edges = [0, memory.base, memory.end, ...windows.flatMap(({ base, size }) => [base, base + size])];
  return {
    kind: 'nothing',
    name: 'nothing answers',
    from: Math.max(...edges.filter((edge) => edge <= pa)),
    end: Math.min(TOP, ...edges.filter((edge) => edge > pa)),
  };
}
