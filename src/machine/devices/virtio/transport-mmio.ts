/**
 * The virtio-mmio transport, modern interface (version 2): one window of 0x200 bytes per device. A window without a
 * device reads DeviceID 0, which drivers take as an empty slot.
 *
 * Source: VIRTIO 1.2, section 4.2 (virtio over MMIO).
 */
import type { AccessSize, Apply, DeviceState, IrqLine, MmioDevice } from '../../device';
import type { Virtqueue } from './queue';
import { VirtioTransport, type VirtioTransportOptions, withHigh, withLow } from './transport';
import { DeviceId } from './virtio-device';

/** Register offsets (4.2.2, table 4.1). */
export const Register = {
  MagicValue: 0x000,
  Version: 0x004,
  DeviceID: 0x008,
  VendorID: 0x00c,
  DeviceFeatures: 0x010,
  DeviceFeaturesSel: 0x014,
  DriverFeatures: 0x020,
  DriverFeaturesSel: 0x024,
  QueueSel: 0x030,
  QueueNumMax: 0x034,
  QueueNum: 0x038,
  QueueReady: 0x044,
  QueueNotify: 0x050,
  InterruptStatus: 0x060,
  InterruptACK: 0x064,
  Status: 0x070,
  QueueDescLow: 0x080,
  QueueDescHigh: 0x084,
  QueueDriverLow: 0x090,
  QueueDriverHigh: 0x094,
  QueueDeviceLow: 0x0a0,
  QueueDeviceHigh: 0x0a4,
  SHMLenLow: 0x0b0,
  SHMLenHigh: 0x0b4,
  SHMBaseLow: 0x0b8,
  SHMBaseHigh: 0x0bc,
  QueueReset: 0x0c0,
  ConfigGeneration: 0x0fc,
  Config: 0x100,
} as const;

/** Size of one transport's window in bytes, as on QEMU's `virt`. */
export const VIRTIO_MMIO_SIZE = 0x200;
export const MAGIC = 0x7472_6976; // "virt"
export const MMIO_VERSION = 2;
/** "QEMU": drivers ignore it, people compare listings. */
export const VENDOR_ID = 0x554d_4551;

export interface VirtioMmioOptions extends VirtioTransportOptions {
  irq: IrqLine;
}

export class VirtioMmio extends VirtioTransport implements MmioDevice {
  private readonly irq: IrqLine;

  constructor(options: VirtioMmioOptions) {
    super(options, 'virtio-mmio (empty)');
    this.irq = options.irq;
  }

  read(offset: number, size: AccessSize): number {
    if (offset >= Register.Config) return this.device?.readConfig(offset - Register.Config, size) ?? 0;
    if (size !== 4) return 0; // 4.2.2.2: registers are accessed as 32-bit words only
    switch (offset) {
      case Register.MagicValue:
        return MAGIC;
      case Register.Version:
        return MMIO_VERSION;
      case Register.DeviceID:
        return this.device?.deviceId ?? DeviceId.none;
      case Register.VendorID:
        return VENDOR_ID;
    }
    if (this.device === undefined) return 0;
    const queue = this.selected;
    switch (offset) {
      case Register.DeviceFeatures:
        return this.offeredWord();
      case Register.QueueNumMax:
        return queue?.maxSize ?? 0;
      case Register.QueueReady:
        return queue?.ready ? 1 : 0;
      case Register.InterruptStatus:
        return this.interruptStatus;
      case Register.Status:
        return this.status;
      case Register.SHMLenLow:
      case Register.SHMLenHigh:
      case Register.SHMBaseLow:
      case Register.SHMBaseHigh:
        return 0xffff_ffff; // no shared memory regions: length and base read as -1
      case Register.ConfigGeneration:
        return this.configGeneration;
      default:
        return 0; // QueueReset is done by the time it can be read
    }
  }

  write(offset: number, size: AccessSize, value: number): void {
    const { device } = this;
    if (device === undefined) return;
    if (offset >= Register.Config) {
      this.catchGuestErrors(() => device.writeConfig(offset - Register.Config, size, value));
      return;
    }
    if (size !== 4) return;
    switch (offset) {
      case Register.DeviceFeaturesSel:
        this.deviceFeaturesSel = value;
        return;
      case Register.DriverFeaturesSel:
        this.driverFeaturesSel = value;
        return;
      case Register.DriverFeatures:
        this.writeDriverFeatures(value);
        return;
      case Register.QueueSel:
        this.queueSel = value;
        return;
      case Register.QueueNotify:
        this.notify(value);
        return;
      case Register.InterruptACK:
        this.setInterruptStatus(this.interruptStatus & ~value);
        return;
      case Register.Status:
        this.writeStatus(value);
        return;
      default:
        if (this.selected !== undefined) this.writeQueue(this.selected, offset, value);
    }
  }

  override check(state: DeviceState): Apply {
    if (state.pci !== undefined)
      throw new Error(
        `The saved ${this.name} was a function on PCI, and this machine has it in a virtio-mmio slot: make the machine with virtio “pci”.`,
      );
    return super.check(state);
  }

  protected override interruptChanged(): void {
    this.irq.set(this.interruptStatus !== 0);
  }

  private writeQueue(queue: Virtqueue, offset: number, value: number): void {
    if (offset === Register.QueueReady) {
      if (value & 1) this.enableSelected();
      else this.stopSelected();
      return;
    }
    if (offset === Register.QueueReset) {
      if (value & 1) this.resetSelected();
      return;
    }
    if (queue.ready) return; // 4.2.2.2: the geometry of a live queue does not change
    switch (offset) {
      case Register.QueueNum:
        queue.size = value;
        return;
      case Register.QueueDescLow:
        queue.descriptorArea = withLow(queue.descriptorArea, value);
        return;
      case Register.QueueDescHigh:
        queue.descriptorArea = withHigh(queue.descriptorArea, value);
        return;
      case Register.QueueDriverLow:
        queue.driverArea = withLow(queue.driverArea, value);
        return;
      case Register.QueueDriverHigh:
        queue.driverArea = withHigh(queue.driverArea, value);
        return;
      case Register.QueueDeviceLow:
        queue.deviceArea = withLow(queue.deviceArea, value);
        return;
      case Register.QueueDeviceHigh:
        queue.deviceArea = withHigh(queue.deviceArea, value);
        return;
    }
  }
}
