/**
 * The virtio-pci transport, modern interface: a PCI function with one memory BAR, in which common configuration, ISR status, device
 * configuration and notifications have 4 KiB each, as QEMU lays them out with `disable-legacy=on`. It interrupts by INTA; there is no MSI-X.
 *
 * Source: VIRTIO 1.2, section 4.1 (virtio over PCI bus).
 */
import type { AccessSize, Apply, DeviceState } from '../../device';
import { SavedState } from '../../saved-state';
import { COMMAND, CONFIG } from '../pci/config-space';
import { type PciBehaviour, type PciCapability, PciFunction } from '../pci/pci-function';
import type { Virtqueue } from './queue';
import { VirtioTransport, type VirtioTransportOptions, withHigh, withLow } from './transport';
import { DeviceId, type VirtioDevice } from './virtio-device';

/** Offsets in the common configuration (4.1.4.3); fields of 64 bits are accessed by halves. */
export const Common = {
  device_feature_select: 0x00,
  device_feature: 0x04,
  driver_feature_select: 0x08,
  driver_feature: 0x0c,
  config_msix_vector: 0x10,
  num_queues: 0x12,
  device_status: 0x14,
  config_generation: 0x15,
  queue_select: 0x16,
  queue_size: 0x18,
  queue_msix_vector: 0x1a,
  queue_enable: 0x1c,
  queue_notify_off: 0x1e,
  queue_desc: 0x20,
  queue_driver: 0x28,
  queue_device: 0x30,
  queue_notify_data: 0x38,
  queue_reset: 0x3a,
} as const;

/** What lies where in the BAR, in bytes. */
export const PART = { common: 0x0000, isr: 0x1000, device: 0x2000, notify: 0x3000 } as const;
const PART_BYTES = 0x1000;
export const VIRTIO_BAR = 4;
export const VIRTIO_BAR_BYTES = 0x4000;
/** Bytes from one queue's place for notifications to the next's. */
export const NOTIFY_OFF_MULTIPLIER = 4;

const VENDOR_VIRTIO = 0x1af4;
/** The device id is this and the virtio device's (4.1.2). */
const FIRST_DEVICE_ID = 0x1040;
/** Of devices that never were transitional: 1 or higher. */
const REVISION = 1;
const SUBSYSTEM_QEMU = 0x1100;
const VIRTIO_MSI_NO_VECTOR = 0xffff;

/** Class codes as QEMU gives them. */
const CLASS_CODE: Readonly<Record<number, number>> = {
  [DeviceId.block]: 0x01_0000,
  [DeviceId.console]: 0x07_8000,
  [DeviceId.entropy]: 0x00_ff00,
};
const CLASS_OTHER = 0x00_ff00;

const PCI_CAP_ID_VNDR = 9;
const CapabilityType = { COMMON_CFG: 1, NOTIFY_CFG: 2, ISR_CFG: 3, DEVICE_CFG: 4, PCI_CFG: 5 } as const;
/** Bytes of `struct virtio_pci_cap` (4.1.4), and of one with a word more. */
const CAP_BYTES = 16;
const LONG_CAP_BYTES = 20;
/** In the capability for access through configuration space (4.1.4.9), where the function puts it. */
export const PCI_CFG = { bar: 0x88, offset: 0x8c, length: 0x90, data: 0x94 } as const;
const PCI_CFG_CAP = 0x84;
const DATA_BYTES = 4;

/** A `struct virtio_pci_cap` behind its id and link. `more`: the word behind it, if it is one of the longer ones. */
function capability(offset: number, type: number, start: number, length: number, more?: number): PciCapability {
  const bytes = new Uint8Array((more === undefined ? CAP_BYTES : LONG_CAP_BYTES) - 2);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, bytes.length + 2);
  view.setUint8(1, type);
  view.setUint8(2, length > 0 ? VIRTIO_BAR : 0);
  view.setUint32(6, start, true);
  view.setUint32(10, length, true);
  if (more !== undefined) view.setUint32(14, more, true);
  return { offset, id: PCI_CAP_ID_VNDR, bytes };
}

const CAPABILITIES: readonly PciCapability[] = [
  {
    ...capability(PCI_CFG_CAP, CapabilityType.PCI_CFG, 0, 0, 0),
    // bar, offset, length and pci_cfg_data.
    writable: Uint8Array.from({ length: LONG_CAP_BYTES - 2 }, (_, n) => (n === 2 || n >= 6 ? 0xff : 0)),
  },
  capability(0x70, CapabilityType.NOTIFY_CFG, PART.notify, PART_BYTES, NOTIFY_OFF_MULTIPLIER),
  capability(0x60, CapabilityType.DEVICE_CFG, PART.device, PART_BYTES),
  capability(0x50, CapabilityType.ISR_CFG, PART.isr, PART_BYTES),
  capability(0x40, CapabilityType.COMMON_CFG, PART.common, PART_BYTES),
];

export interface VirtioPciOptions extends VirtioTransportOptions {
  device: VirtioDevice;
  /** There are other functions of the same PCI device. */
  multifunction?: boolean;
}

export class VirtioPci extends VirtioTransport implements PciBehaviour {
  /** What of it is on the bus. */
  readonly pci: PciFunction;

  constructor(options: VirtioPciOptions) {
    super(options, 'virtio-pci');
    const { deviceId } = options.device;
    const layout = {
      vendor: VENDOR_VIRTIO,
      device: FIRST_DEVICE_ID + deviceId,
      revision: REVISION,
      classCode: CLASS_CODE[deviceId] ?? CLASS_OTHER,
      subsystemVendor: VENDOR_VIRTIO,
      subsystem: SUBSYSTEM_QEMU,
      multifunction: options.multifunction ?? false,
      interrupts: true,
      bars: [{ index: VIRTIO_BAR, size: VIRTIO_BAR_BYTES, prefetchable: true }],
      capabilities: CAPABILITIES,
    };
    this.pci = new PciFunction(this.name, layout, this);
    for (const queue of this.queues) this.resetQueue(queue);
  }

  override reset(): void {
    this.pci.reset();
    super.reset();
  }

  override save(): DeviceState {
    return { ...super.save(), pci: this.pci.save() };
  }

  /** Whoever applies it has the bus look at all functions afterwards. */
  override check(state: DeviceState): Apply {
    if (state.pci === undefined)
      throw new Error(
        `The saved ${this.name} was in a virtio-mmio slot, and this machine has it on PCI: make the machine with virtio “mmio”.`,
      );
    const pci = this.pci.check(new SavedState(this.name, state).object('pci'));
    const transport = super.check(state);
    return () => {
      pci();
      transport();
    };
  }

  readBar(_bar: number, offset: number, size: AccessSize): number {
    if (offset >= PART.notify) return 0;
    if (offset >= PART.device) return this.device!.readConfig(offset - PART.device, size);
    if (offset >= PART.isr) return offset === PART.isr ? this.takeIsr() : 0;
    return this.readCommon(offset);
  }

  writeBar(_bar: number, offset: number, size: AccessSize, value: number): void {
    if (offset >= PART.notify) this.notify(Math.floor((offset - PART.notify) / NOTIFY_OFF_MULTIPLIER));
    else if (offset >= PART.device) this.catchGuestErrors(() => this.device!.writeConfig(offset - PART.device, size, value));
    else if (offset < PART.isr) this.writeCommon(offset, value);
  }

  /** 4.1.4.9: a driver that cannot map the BAR reads of it what the capability names. */
  readingConfig(offset: number, size: AccessSize): void {
    if (!touches(PCI_CFG.data, DATA_BYTES, offset, size)) return;
    const place = this.placeOfConfigAccess();
    if (place) this.pci.put(PCI_CFG.data, place.size, this.readBar(VIRTIO_BAR, place.offset, place.size));
  }

  configWritten(offset: number, size: AccessSize): void {
    if (touches(PCI_CFG.data, DATA_BYTES, offset, size)) {
      const place = this.placeOfConfigAccess();
      if (place) this.writeBar(VIRTIO_BAR, place.offset, place.size, this.pci.bytesAt(PCI_CFG.data, place.size));
    }
    // It may use memory now: there may be something to do.
    if (touches(CONFIG.COMMAND, 1, offset, size) && this.mayWork() && this.active) this.goOn();
  }

  /** A function that is no bus master does not touch memory. */
  protected override mayWork(): boolean {
    return (this.pci.command & COMMAND.BUS_MASTER) !== 0;
  }

  /** 4.1.4.3: a queue begins with the largest size there is. */
  protected override resetQueue(queue: Virtqueue): void {
    super.resetQueue(queue);
    queue.size = queue.maxSize;
  }

  protected override interruptChanged(): void {
    this.pci.setInterrupt(this.interruptStatus !== 0);
  }

  /** 4.1.4.5.1: reading acknowledges. */
  private takeIsr(): number {
    const { interruptStatus } = this;
    this.setInterruptStatus(0);
    return interruptStatus;
  }

  /** What the capability for access through configuration space names; undefined if that is no place in the BAR. */
  private placeOfConfigAccess(): { offset: number; size: AccessSize } | undefined {
    const { pci } = this;
    const size = pci.bytesAt(PCI_CFG.length, 4);
    const offset = pci.bytesAt(PCI_CFG.offset, 4);
    if (pci.bytesAt(PCI_CFG.bar, 1) !== VIRTIO_BAR || (size !== 1 && size !== 2 && size !== 4)) return undefined;
    return offset % size === 0 && offset + size <= VIRTIO_BAR_BYTES ? { offset, size } : undefined;
  }

  /** A field answers at its own offset, whatever the width. */
  private readCommon(offset: number): number {
    const queue = this.selected;
    switch (offset) {
      case Common.device_feature_select:
        return this.deviceFeaturesSel;
      case Common.device_feature:
        return this.offeredWord();
      case Common.driver_feature_select:
        return this.driverFeaturesSel;
      case Common.driver_feature:
        return this.driverFeaturesWord();
      case Common.config_msix_vector:
      case Common.queue_msix_vector:
        return VIRTIO_MSI_NO_VECTOR;
      case Common.num_queues:
        return this.queues.length;
      case Common.device_status:
        return this.status;
      case Common.config_generation:
        return this.configGeneration & 0xff;
      case Common.queue_select:
        return this.queueSel;
      case Common.queue_size:
        return queue?.size ?? 0;
      case Common.queue_enable:
        return queue?.ready ? 1 : 0;
      case Common.queue_notify_off:
        return this.queueSel;
      case Common.queue_desc:
        return low(queue?.descriptorArea);
      case Common.queue_desc + 4:
        return high(queue?.descriptorArea);
      case Common.queue_driver:
        return low(queue?.driverArea);
      case Common.queue_driver + 4:
        return high(queue?.driverArea);
      case Common.queue_device:
        return low(queue?.deviceArea);
      case Common.queue_device + 4:
        return high(queue?.deviceArea);
      default:
        return 0; // queue_reset is done by the time it can be read
    }
  }

  private writeCommon(offset: number, value: number): void {
    switch (offset) {
      case Common.device_feature_select:
        this.deviceFeaturesSel = value;
        return;
      case Common.driver_feature_select:
        this.driverFeaturesSel = value;
        return;
      case Common.driver_feature:
        this.writeDriverFeatures(value);
        return;
      case Common.device_status:
        this.writeStatus(value & 0xff);
        return;
      case Common.queue_select:
        this.queueSel = value & 0xffff;
        return;
      case Common.queue_enable:
        // 4.1.4.3.2: a driver takes a queue away by a reset only.
        if (value === 1) this.enableSelected();
        return;
      case Common.queue_reset:
        if (value === 1) this.resetSelected();
        return;
      default:
        if (this.selected && !this.selected.ready) writeGeometry(this.selected, offset, value);
    }
  }
}

function writeGeometry(queue: Virtqueue, offset: number, value: number): void {
  switch (offset) {
    case Common.queue_size:
      queue.size = value & 0xffff;
      return;
    case Common.queue_desc:
      queue.descriptorArea = withLow(queue.descriptorArea, value);
      return;
    case Common.queue_desc + 4:
      queue.descriptorArea = withHigh(queue.descriptorArea, value);
      return;
    case Common.queue_driver:
      queue.driverArea = withLow(queue.driverArea, value);
      return;
    case Common.queue_driver + 4:
      queue.driverArea = withHigh(queue.driverArea, value);
      return;
    case Common.queue_device:
      queue.deviceArea = withLow(queue.deviceArea, value);
      return;
    case Common.queue_device + 4:
      queue.deviceArea = withHigh(queue.deviceArea, value);
      return;
  }
}

const touches = (start: number, length: number, offset: number, size: number): boolean =>
  offset < start + length && offset + size > start;
const low = (address = 0n): number => Number(address & 0xffff_ffffn);
const high = (address = 0n): number => Number(address >> 32n);
