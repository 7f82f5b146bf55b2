/**
 * The virtio-mmio transport, modern interface (version 2): one window of 0x200 bytes per device. A window without a
 * device reads DeviceID 0, which drivers take as an empty slot.
 *
 * A driver that breaks the rules gets DEVICE_NEEDS_RESET and a sentence in {@link VirtioMmio.fault}; nothing it does
 * throws out of `read` or `write`.
 *
 * Source: VIRTIO 1.2, section 4.2 (virtio over MMIO), 2.1 (status), 2.2 (features), 2.6.1 (queue reset).
 */
import { NoRamError } from '../../../cpu/ram';
import type { Version } from '../../../storage/snapshot-format';
import type { AccessSize, Apply, DeviceState, GuestMemory, IrqLine, MmioDevice } from '../../device';
import { SavedState } from '../../saved-state';
import { type RingFeatures, Virtqueue, VirtqueueError } from './queue';
import { MOST_AT_ONCE } from './virtio-cost';
import { DeviceId, Feature, Status, type VirtioDevice, type VirtioHost } from './virtio-device';
import type { VirtioView } from './virtio-view';

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

/** Bits of InterruptStatus. */
export const Interrupt = { USED_BUFFER: 1, CONFIG_CHANGE: 2 } as const;

const RING_FEATURES =
  Feature.VIRTIO_F_VERSION_1 | Feature.VIRTIO_F_INDIRECT_DESC | Feature.VIRTIO_F_EVENT_IDX | Feature.VIRTIO_F_RING_RESET;
const DRIVER_STATUS = Status.ACKNOWLEDGE | Status.DRIVER | Status.DRIVER_OK | Status.FEATURES_OK | Status.FAILED;
const TWO_32 = 0x1_0000_0000;
const MAX_FEATURES = 0xffff_ffff_ffff_ffffn;

export interface VirtioMmioOptions {
  memory: GuestMemory;
  irq: IrqLine;
  /** Left out: an empty slot. */
  device?: VirtioDevice;
  /**
   * Told what the device's work has cost; what it leaves undone is left to whoever this is, who calls {@link VirtioMmio.goOn} while
   * {@link VirtioMmio.hasMore}. Left out: the device does everything at once.
   */
  onWork?: (cost: number) => void;
  /** Told once per reset, in one sentence, when the driver breaks the rules. */
  onFault?: (sentence: string) => void;
}

export class VirtioMmio implements MmioDevice {
  /** 1.1: queues have buffers that were announced, and one in progress. */
  readonly stateVersion: Version = { major: 1, minor: 1 };
  /** The device has, or may have, something left to do. */
  hasMore = false;
  readonly name: string;
  readonly device: VirtioDevice | undefined;
  private readonly irq: IrqLine;
  private readonly onFault: (sentence: string) => void;
  private readonly onWork: ((cost: number) => void) | undefined;
  private readonly queues: Virtqueue[];
  private readonly offered: bigint;

  private status = 0;
  private deviceFeaturesSel = 0;
  private driverFeaturesSel = 0;
  private driverFeatures = 0n;
  private queueSel = 0;
  private interruptStatus = 0;
  private working = false;
  /** What the work at hand has cost so far. */
  private spent = 0;
  private configGeneration = 0;
  private faultSentence: string | undefined;

  constructor(options: VirtioMmioOptions) {
    const { device, memory } = options;
    this.device = device;
    this.name = device === undefined ? 'virtio-mmio (empty)' : device.name;
    this.irq = options.irq;
    this.onFault = options.onFault ?? (() => {});
    this.onWork = options.onWork;
    this.offered = device === undefined ? 0n : device.features | RING_FEATURES;
    this.queues = (device?.queueSizes ?? []).map(
      (size, index) =>
        new Virtqueue(
          `${this.name} queue ${index}`,
          size,
          memory,
          () => this.interrupt(Interrupt.USED_BUFFER),
          (cost) => {
            this.spent += cost;
          },
        ),
    );
    device?.connect(this.hostFor(memory));
  }

  /** What the driver did wrong since the last reset, as one sentence. */
  get fault(): string | undefined {
    return this.faultSentence;
  }

  /** For people; nothing changes by it. */
  view(): VirtioView {
    const { device, status, offered, negotiated, interruptStatus, fault } = this;
    return {
      deviceId: device?.deviceId ?? DeviceId.none,
      status,
      offered,
      negotiated,
      interruptStatus,
      ...(fault !== undefined && { fault }),
      about: device?.about() ?? [],
      queues: this.queues.map((queue) => queue.view()),
    };
  }

  reset(): void {
    this.resetTransport();
    this.configGeneration = 0;
    this.device?.reset();
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
    const queue = this.queues[this.queueSel];
    switch (offset) {
      case Register.DeviceFeatures:
        return this.deviceFeaturesSel > 1 ? 0 : Number((this.offered >> BigInt(32 * this.deviceFeaturesSel)) & 0xffff_ffffn);
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
        if (!this.active || !this.queues[value]?.ready) return;
        this.queues[value].notify();
        this.goOn();
        return;
      case Register.InterruptACK:
        this.setInterruptStatus(this.interruptStatus & ~value);
        return;
      case Register.Status:
        this.writeStatus(value);
        return;
      default: {
        const queue = this.queues[this.queueSel];
        if (queue !== undefined) this.writeQueue(queue, this.queueSel, offset, value);
      }
    }
  }

  save(): DeviceState {
    return {
      deviceId: this.device?.deviceId ?? DeviceId.none,
      status: this.status,
      deviceFeaturesSel: this.deviceFeaturesSel,
      driverFeaturesSel: this.driverFeaturesSel,
      driverFeatures: this.driverFeatures,
      queueSel: this.queueSel,
      interruptStatus: this.interruptStatus,
      configGeneration: this.configGeneration,
      fault: this.faultSentence ?? null,
      queues: this.queues.map((queue) => queue.save()),
      device: this.device?.save() ?? {},
    };
  }

  check(state: DeviceState): Apply {
    const saved = new SavedState(this.name, state);
    const deviceId = saved.number('deviceId');
    if (deviceId !== (this.device?.deviceId ?? DeviceId.none)) {
      throw new Error(`The saved state of ${this.name} is one of virtio device ${deviceId}.`);
    }
    const driverFeatures = saved.bigint('driverFeatures', MAX_FEATURES);
    const status = saved.number('status', 0xff);
    if (status & Status.FEATURES_OK && (driverFeatures & ~this.offered) !== 0n) {
      const missing = (driverFeatures & ~this.offered).toString(16);
      throw new Error(`The saved state of ${this.name} uses feature bits 0x${missing}, which are not offered here.`);
    }
    const states = saved.objects('queues', this.queues.length);
    const queues = this.queues.map((queue, index) => queue.check(states[index]!));
    const [deviceFeaturesSel, driverFeaturesSel] = [saved.number('deviceFeaturesSel'), saved.number('driverFeaturesSel')];
    const [queueSel, configGeneration] = [saved.number('queueSel'), saved.number('configGeneration')];
    const interruptStatus = saved.number('interruptStatus', 3);
    const fault = typeof state.fault === 'string' ? state.fault : undefined;
    const device = this.device?.check(saved.object('device'));
    return () => {
      this.status = status;
      this.driverFeatures = driverFeatures;
      this.deviceFeaturesSel = deviceFeaturesSel;
      this.driverFeaturesSel = driverFeaturesSel;
      this.queueSel = queueSel;
      this.configGeneration = configGeneration;
      this.faultSentence = fault;
      for (const apply of queues) apply();
      this.setInterruptStatus(interruptStatus);
      device?.();
      this.hasMore = true;
    };
  }

  /** A driver has the device in use (DRIVER_OK), and it works. */
  get active(): boolean {
    return (this.status & (Status.DRIVER_OK | Status.DEVICE_NEEDS_RESET)) === Status.DRIVER_OK;
  }

  private get negotiated(): bigint {
    return this.status & Status.FEATURES_OK ? this.driverFeatures : 0n;
  }

  private get ringFeatures(): RingFeatures {
    return {
      indirect: (this.negotiated & Feature.VIRTIO_F_INDIRECT_DESC) !== 0n,
      eventIdx: (this.negotiated & Feature.VIRTIO_F_EVENT_IDX) !== 0n,
    };
  }

  private hostFor(memory: GuestMemory): VirtioHost {
    const transport = this;
    return {
      memory,
      get active() {
        return transport.active;
      },
      get features() {
        return transport.negotiated;
      },
      queues: this.queues,
      configChanged: () => {
        this.configGeneration = (this.configGeneration + 1) % TWO_32;
        if (this.active) this.interrupt(Interrupt.CONFIG_CHANGE);
      },
      hasWork: () => {
        this.hasMore = true;
        if (!this.onWork) this.goOn();
      },
      spend: (cost) => {
        this.spent += cost;
      },
    };
  }

  private writeDriverFeatures(value: number): void {
    // 3.1.1: fixed once FEATURES_OK is set.
    if (this.status & Status.FEATURES_OK || this.driverFeaturesSel > 1) return;
    const shift = BigInt(32 * this.driverFeaturesSel);
    this.driverFeatures = (this.driverFeatures & ~(0xffff_ffffn << shift)) | (BigInt(value) << shift);
  }

  private writeStatus(value: number): void {
    if (value === 0) {
      this.resetTransport();
      this.device?.driverReset();
      return;
    }
    const before = this.status;
    // 2.1.1: the driver never clears a bit but by reset.
    let added = value & DRIVER_STATUS & ~before;
    if (added & Status.FEATURES_OK && !this.acceptsFeatures()) added &= ~Status.FEATURES_OK;
    this.status |= added & ~Status.DRIVER_OK;
    // A driver that goes on without agreed features speaks the legacy interface, which is not here.
    if (!(added & Status.DRIVER_OK) || !(this.status & Status.FEATURES_OK)) return;
    this.status |= Status.DRIVER_OK;
    if (!this.active) return;
    this.catchGuestErrors(() => this.device?.activate());
    // Buffers made available before DRIVER_OK may have been announced before it, too.
    for (const queue of this.queues) queue.notify();
    this.goOn();
  }

  /** Lets the device do some of what it has to do, no more than {@link MOST_AT_ONCE} and one piece. */
  goOn(): void {
    const { device, onWork } = this;
    // A listener of the device may give it more to do: it comes to that by and by.
    if (!device || this.working) return;
    this.working = true;
    this.spent = 0;
    const most = onWork ? MOST_AT_ONCE : Number.POSITIVE_INFINITY;
    let more = true;
    try {
      this.catchGuestErrors(() => {
        while (more && this.active && this.spent < most) more = device.step();
      });
      if (this.active) for (const queue of this.queues) queue.signal();
    } finally {
      this.working = false;
    }
    this.hasMore = more && this.active;
    onWork?.(Math.ceil(this.spent));
  }

  private acceptsFeatures(): boolean {
    const features = this.driverFeatures;
    return (features & ~this.offered) === 0n && (features & Feature.VIRTIO_F_VERSION_1) !== 0n;
  }

  private writeQueue(queue: Virtqueue, index: number, offset: number, value: number): void {
    if (offset === Register.QueueReady) {
      if (value & 1) {
        if (!queue.ready) this.catchGuestErrors(() => queue.enable(this.ringFeatures));
      } else this.stopQueue(queue, index);
      return;
    }
    if (offset === Register.QueueReset) {
      if (value & 1 && this.negotiated & Feature.VIRTIO_F_RING_RESET) {
        this.stopQueue(queue, index);
        queue.reset();
      }
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

  private stopQueue(queue: Virtqueue, index: number): void {
    if (!queue.ready) return;
    queue.disable();
    this.device?.queueStopped(index);
  }

  private resetTransport(): void {
    this.status = 0;
    this.deviceFeaturesSel = 0;
    this.driverFeaturesSel = 0;
    this.driverFeatures = 0n;
    this.queueSel = 0;
    this.faultSentence = undefined;
    for (const queue of this.queues) queue.reset();
    this.setInterruptStatus(0);
  }

  /** A driver's mistakes become DEVICE_NEEDS_RESET; anything else is our own bug, or want of the host's memory, and goes on up. */
  private catchGuestErrors(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof VirtqueueError || error instanceof NoRamError)) throw error;
      if (this.status & Status.DEVICE_NEEDS_RESET) return;
      const live = this.active;
      this.status |= Status.DEVICE_NEEDS_RESET;
      this.faultSentence = error.message;
      if (live) this.interrupt(Interrupt.CONFIG_CHANGE); // 2.1.2
      this.onFault(error.message);
    }
  }

  private interrupt(bit: number): void {
    this.setInterruptStatus(this.interruptStatus | bit);
  }

  private setInterruptStatus(status: number): void {
    this.interruptStatus = status;
    this.irq.set(status !== 0);
  }
}

/** Replace one half of a 64-bit address. */
const withLow = (address: bigint, low: number): bigint => (address & ~0xffff_ffffn) | BigInt(low);
const withHigh = (address: bigint, high: number): bigint => (BigInt(high) << 32n) | (address & 0xffff_ffffn);
