import type { AccessSize, Apply, DeviceState, MmioDevice } from '../device';
import { SavedState } from '../saved-state';

/** The host bridge is a conventional function: what lies beyond its 256 bytes reads as all ones, as on QEMU. */
const CONVENTIONAL_SIZE = 0x100;

/** Offsets in a type 0 header. Source: PCI Local Bus Specification 3.0, chapter 6. */
const CONFIG = {
  VENDOR_ID: 0x00,
  DEVICE_ID: 0x02,
  COMMAND: 0x04,
  CLASS_CODE_BASE: 0x0b,
  CACHE_LINE_SIZE: 0x0c,
  SUBSYSTEM_VENDOR_ID: 0x2c,
  SUBSYSTEM_ID: 0x2e,
  INTERRUPT_LINE: 0x3c,
} as const;

/** I/O, memory, bus master, parity, SERR# and interrupt disable. */
const COMMAND_WRITABLE = 0x0547;
const VENDOR_RED_HAT = 0x1b36;
const DEVICE_GPEX_ROOT = 0x0008;
const SUBSYSTEM_VENDOR_QEMU = 0x1af4;
const SUBSYSTEM_QEMU = 0x1100;
const BASE_CLASS_BRIDGE = 0x06;

/**
 * PCIe configuration space in which there is only the host bridge, 00:00.0: the same as QEMU's generic PCIe host, so
 * that a kernel scans a bus as it would there. Every other function is absent and reads as all ones.
 */
export class PciEcam implements MmioDevice {
  readonly name = 'pci-ecam';
  private readonly config = new Uint8Array(CONVENTIONAL_SIZE);
  private readonly writable = new Uint8Array(CONVENTIONAL_SIZE);

  constructor() {
    this.writable[CONFIG.COMMAND] = COMMAND_WRITABLE & 0xff;
    this.writable[CONFIG.COMMAND + 1] = COMMAND_WRITABLE >>> 8;
    this.writable[CONFIG.CACHE_LINE_SIZE] = 0xff;
    this.writable[CONFIG.INTERRUPT_LINE] = 0xff;
    this.reset();
  }

  read(offset: number, size: AccessSize): number {
    if (offset >= CONVENTIONAL_SIZE) return allOnes(size);
    let value = 0;
    for (let n = size - 1; n >= 0; n--) value = (value << 8) | (this.config[offset + n] ?? 0xff);
    return value >>> 0;
  }

  write(offset: number, size: AccessSize, value: number): void {
    for (let n = 0; n < size && offset + n < CONVENTIONAL_SIZE; n++) {
      const mask = this.writable[offset + n]!;
      this.config[offset + n] = (this.config[offset + n]! & ~mask) | ((value >>> (8 * n)) & mask);
    }
  }

  reset(): void {
    this.config.fill(0);
    const header = new DataView(this.config.buffer);
    header.setUint16(CONFIG.VENDOR_ID, VENDOR_RED_HAT, true);
    header.setUint16(CONFIG.DEVICE_ID, DEVICE_GPEX_ROOT, true);
    header.setUint8(CONFIG.CLASS_CODE_BASE, BASE_CLASS_BRIDGE);
    header.setUint16(CONFIG.SUBSYSTEM_VENDOR_ID, SUBSYSTEM_VENDOR_QEMU, true);
    header.setUint16(CONFIG.SUBSYSTEM_ID, SUBSYSTEM_QEMU, true);
  }

  save(): DeviceState {
    return { config: this.config.slice() };
  }

  check(state: DeviceState): Apply {
    const config = new SavedState(this.name, state).bytes('config', CONVENTIONAL_SIZE);
    return () => {
      this.reset();
      config.forEach((byte, n) => {
        this.config[n] = (this.config[n]! & ~this.writable[n]!) | (byte & this.writable[n]!);
      });
    };
  }
}

/** A window behind which nothing answers, as PCI memory and I/O space without a device: reads all ones, ignores writes. */
export class AllOnes implements MmioDevice {
  constructor(readonly name: string) {}

  read(_offset: number, size: AccessSize): number {
    return allOnes(size);
  }

  write(): void {}

  reset(): void {}

  save(): DeviceState {
    return {};
  }

  check(): Apply {
    return () => {};
  }
}

function allOnes(size: AccessSize): number {
  return size === 4 ? 0xffff_ffff : size === 2 ? 0xffff : 0xff;
}
