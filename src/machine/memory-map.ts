/**
 * Where everything of the board sits: QEMU's `virt` machine, so that whatever runs there runs here unmodified.
 * Addresses are guest-physical bytes. Source: QEMU's documentation of `virt` and the device tree it generates.
 */

import { devfn } from './devices/pci/config-space';

/** A window of physical addresses, in bytes. */
export interface Region {
  readonly base: number;
  readonly size: number;
}

const KIB = 0x400;
const MIB = 0x100000;
const GIB = 1024 * MIB;

export const MEMORY_MAP = {
  /** Two banks of {@link FLASH_BANK_BYTES}, there if the machine starts with firmware in the first. */
  flash: { base: 0x0000_0000, size: 128 * MIB },
  /** The GIC's distributor. */
  gicDistributor: { base: 0x0800_0000, size: 64 * KIB },
  /** CPU interfaces of a GICv2, each at the same address. */
  gicCpuInterface: { base: 0x0801_0000, size: 64 * KIB },
  /** GICv3 redistributors: room for 123; {@link GIC_REDISTRIBUTOR_STRIDE} bytes are mapped for each vCPU. */
  gicRedistributors: { base: 0x080a_0000, size: 0xf6_0000 },
  uart: { base: 0x0900_0000, size: 4 * KIB },
  rtc: { base: 0x0901_0000, size: 4 * KIB },
  fwCfg: { base: 0x0902_0000, size: 0x18 },
  gpio: { base: 0x0903_0000, size: 4 * KIB },
  /** {@link VIRTIO_MMIO_SLOTS} transports of {@link VIRTIO_MMIO_STRIDE} bytes each. */
  virtioMmio: { base: 0x0a00_0000, size: 0x4000 },
  pcieMmio: { base: 0x1000_0000, size: 0x2eff_0000 },
  pciePio: { base: 0x3eff_0000, size: 64 * KIB },
  ram: { base: 0x4000_0000, size: 3072 * MIB },
  /** Configuration space of buses 0 to 255, above RAM as `virt` has it unless told `highmem=off`. */
  pcieEcam: { base: 0x40_1000_0000, size: 256 * MIB },
  /** For 64-bit BARs; ends where the processor's 40 bits of physical address do. */
  pcieMmio64: { base: 0x80_0000_0000, size: 512 * GIB },
} as const satisfies Record<string, Region>;

/** The first bank is for code, the second for variables. */
export const FLASH_BANK_BYTES = MEMORY_MAP.flash.size / 2;

/** One RD_base and one SGI_base frame of 64 KiB (GICv3 without virtual LPIs). */
export const GIC_REDISTRIBUTOR_STRIDE = 128 * KIB;

export const VIRTIO_MMIO_SLOTS = 32;
export const VIRTIO_MMIO_STRIDE = 0x200;

/** The register window of virtio-mmio transport `slot` (0 to 31). */
export function virtioMmioRegion(slot: number): Region {
  if (!Number.isInteger(slot) || slot < 0 || slot >= VIRTIO_MMIO_SLOTS) {
    throw new RangeError(`There is no virtio-mmio slot ${slot}; the board has ${VIRTIO_MMIO_SLOTS}.`);
  }
  return { base: MEMORY_MAP.virtioMmio.base + slot * VIRTIO_MMIO_STRIDE, size: VIRTIO_MMIO_STRIDE };
}

/**
 * The slots of the virtio devices, the same whatever else the machine has: one more disk moves nothing, and a guest that hibernated finds what it
 * had. Disk 0 is in the last slot, where QEMU's `-device` puts a single one; the others are below the console, downward ({@link diskSlot}). What the board had
 * not at first is in the lowest.
 */
export const VIRTIO_SLOT = { disk0: 31, entropy: 30, console: 29, disk1: 28, hvc: 1, files: 0 } as const;
/** The agent's port, the entropy source, hvc0 and the port for files take a slot each. */
export const MAX_DISKS = VIRTIO_MMIO_SLOTS - 4;

/** The slot of disk `index` (0 to {@link MAX_DISKS} - 1). */
export function diskSlot(index: number): number {
  if (!Number.isInteger(index) || index < 0 || index >= MAX_DISKS) {
    throw new RangeError(`There is no place for disk ${index}; the board has room for ${MAX_DISKS}.`);
  }
  return index === 0 ? VIRTIO_SLOT.disk0 : VIRTIO_SLOT.disk1 + 1 - index;
}

/**
 * The same devices as functions on PCI. Linux finds them in ascending order, so disk 0 is in the lowest of its disks' devices; what every
 * machine has shares the first.
 */
export const VIRTIO_FUNCTION = { console: devfn(1, 0), entropy: devfn(1, 1), hvc: devfn(1, 2), files: devfn(1, 3) } as const;
const FIRST_DISK_DEVICE = 2;

/** The function of disk `index`, which {@link diskSlot} has room for. */
export const diskFunction = (index: number): number => devfn(FIRST_DISK_DEVICE + index, 0);

/** Shared peripheral interrupts by SPI number; the INTID is {@link FIRST_SPI_INTID} more. */
export const SPI = {
  uart: 1,
  rtc: 2,
  /** PCIe INTA to INTD are this and the next three. */
  pcieIntA: 3,
  gpio: 7,
  /** virtio-mmio slot n has SPI 16 + n. */
  virtioMmio: 16,
} as const;

/** SPIs of a GICv3, as many as QEMU's `virt` reports. */
export const SPI_COUNT = 224;

/** Private peripheral interrupts by INTID (16 to 31), as the Base System Architecture assigns them. */
export const PPI = {
  pmu: 23,
  hypervisorTimer: 26,
  virtualTimer: 27,
  secureTimer: 29,
  physicalTimer: 30,
} as const;

export const FIRST_PPI_INTID = 16;
export const FIRST_SPI_INTID = 32;
