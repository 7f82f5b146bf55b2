import type { AccessSize, Apply, DeviceState, MmioDevice } from '../../device';
import { CONFIG_BYTES, devfn, FUNCTION_BYTES } from './config-space';
import { allOnes } from './no-answer';
import type { PciBus } from './pci-bus';
import { PciFunction } from './pci-function';

const VENDOR_RED_HAT = 0x1b36;
const DEVICE_GPEX_ROOT = 0x0008;
const SUBSYSTEM_VENDOR_QEMU = 0x1af4;
const SUBSYSTEM_QEMU = 0x1100;
const CLASS_HOST_BRIDGE = 0x06_0000;

/** Configuration space of all functions of a bus (PCI Express Base Specification, section 7.2.2). */
const BUS_BYTES = 0x10_0000;

/**
 * PCIe configuration space, with the host bridge at 00:00.0 as of QEMU's generic PCIe host, so that a kernel scans the bus as it would
 * there. Functions that are absent read as all ones. It is reset and restored after all functions, and then has the bus look at them anew.
 */
export class PciEcam implements MmioDevice {
  readonly name = 'pci-ecam';
  private readonly bridge: PciFunction;

  constructor(private readonly bus: PciBus) {
    const layout = {
      vendor: VENDOR_RED_HAT,
      device: DEVICE_GPEX_ROOT,
      classCode: CLASS_HOST_BRIDGE,
      subsystemVendor: SUBSYSTEM_VENDOR_QEMU,
      subsystem: SUBSYSTEM_QEMU,
    };
    this.bridge = new PciFunction(this.name, layout, { readBar: (_bar, _offset, size) => allOnes(size), writeBar: () => {} });
    bus.plug(devfn(0, 0), this.bridge);
  }

  read(offset: number, size: AccessSize): number {
    const register = offset % FUNCTION_BYTES;
    return (register < CONFIG_BYTES ? this.functionAt(offset)?.readConfig(register, size) : undefined) ?? allOnes(size);
  }

  write(offset: number, size: AccessSize, value: number): void {
    const register = offset % FUNCTION_BYTES;
    if (register < CONFIG_BYTES) this.functionAt(offset)?.writeConfig(register, size, value);
  }

  reset(): void {
    this.bridge.reset();
    this.bus.settle();
  }

  save(): DeviceState {
    return this.bridge.save();
  }

  check(state: DeviceState): Apply {
    const bridge = this.bridge.check(state);
    return () => {
      bridge();
      this.bus.settle();
    };
  }

  private functionAt(offset: number): PciFunction | undefined {
    return offset < BUS_BYTES ? this.bus.at(Math.floor(offset / FUNCTION_BYTES)) : undefined;
  }
}
