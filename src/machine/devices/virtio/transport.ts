/**
 * What all transports of a virtio device do alike: status, features, queues, the device's turn to work, its interrupts, and what of it is
 * saved. How the guest reaches these is for {@link VirtioMmio} and {@link VirtioPci} to say.
 *
 * A driver that breaks the rules gets DEVICE_NEEDS_RESET and a sentence in {@link VirtioTransport.fault}; nothing it does
 * throws out of an access.
 *
 * Source: VIRTIO 1.2, section 2.1 (status), 2.2 (features), 2.6.1 (queue reset), 4 (transports).
 */
import { NoRamError } from '../../../cpu/ram';
import type { Version } from '../../../storage/snapshot-format';
import type { Apply, DeviceState, GuestMemory } from '../../device';
import { SavedState } from '../../saved-state';
import { type RingFeatures, Virtqueue, VirtqueueError } from './queue';
import { MOST_AT_ONCE } from './virtio-cost';
import { DeviceId, Feature, Status, type VirtioDevice, type VirtioHost } from './virtio-device';
import type { VirtioView } from './virtio-view';

/** Why a device interrupts: bits of InterruptStatus, and of the ISR status of PCI. */
export const Interrupt = { USED_BUFFER: 1, CONFIG_CHANGE: 2 } as const;

const RING_FEATURES =
  Feature.VIRTIO_F_VERSION_1 | Feature.VIRTIO_F_INDIRECT_DESC | Feature.VIRTIO_F_EVENT_IDX | Feature.VIRTIO_F_RING_RESET;
const DRIVER_STATUS = Status.ACKNOWLEDGE | Status.DRIVER | Status.DRIVER_OK | Status.FEATURES_OK | Status.FAILED;
const TWO_32 = 0x1_0000_0000;
const MAX_FEATURES = 0xffff_ffff_ffff_ffffn;

export interface VirtioTransportOptions {
  memory: GuestMemory;
  /** Left out: there is nothing behind this transport. */
  device?: VirtioDevice;
  /**
   * Told what the device's work has cost; what it leaves undone is left to whoever this is, who calls {@link VirtioTransport.goOn} while
   * {@link VirtioTransport.hasMore}. Left out: the device does everything at once.
   */
  onWork?: (cost: number) => void;
  /** Told once per reset, in one sentence, when the driver breaks the rules. */
  onFault?: (sentence: string) => void;
}

export abstract class VirtioTransport {
  /** 1.1: queues have buffers that were announced, and one in progress. */
  readonly stateVersion: Version = { major: 1, minor: 1 };
  /** The device has, or may have, something left to do. */
  hasMore = false;
  readonly name: string;
  readonly device: VirtioDevice | undefined;
  protected readonly queues: Virtqueue[];
  protected queueSel = 0;
  protected deviceFeaturesSel = 0;
  protected driverFeaturesSel = 0;
  protected interruptStatus = 0;
  protected configGeneration = 0;
  private readonly onFault: (sentence: string) => void;
  private readonly onWork: ((cost: number) => void) | undefined;
  private readonly offered: bigint;
  private statusBits = 0;
  private driverFeatures = 0n;
  private working = false;
  /** What the work at hand has cost so far. */
  private spent = 0;
  private faultSentence: string | undefined;

  /** @param empty what it is called if there is no device behind it */
  constructor({ device, memory, onFault, onWork }: VirtioTransportOptions, empty: string) {
    this.device = device;
    this.name = device?.name ?? empty;
    this.onFault = onFault ?? (() => {});
    this.onWork = onWork;
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

  /** The wire of the device follows {@link interruptStatus}. */
  protected abstract interruptChanged(): void;

  /** The device may read and write the guest's memory. */
  protected mayWork(): boolean {
    return true;
  }

  /** The state of a queue after a reset. */
  protected resetQueue(queue: Virtqueue): void {
    queue.reset();
  }

  /** What the driver did wrong since the last reset, as one sentence. */
  get fault(): string | undefined {
    return this.faultSentence;
  }

  /** A driver has the device in use (DRIVER_OK), and it works. */
  get active(): boolean {
    return (this.statusBits & (Status.DRIVER_OK | Status.DEVICE_NEEDS_RESET)) === Status.DRIVER_OK;
  }

  /** For people; nothing changes by it. */
  view(): VirtioView {
    const { device, statusBits: status, offered, negotiated, interruptStatus, fault } = this;
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

  save(): DeviceState {
    return {
      deviceId: this.device?.deviceId ?? DeviceId.none,
      status: this.statusBits,
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
      this.statusBits = status;
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

  /** Lets the device do some of what it has to do, no more than {@link MOST_AT_ONCE} and one piece. */
  goOn(): void {
    const { device, onWork } = this;
    // A listener of the device may give it more to do: it comes to that by and by.
    if (!device || this.working) return;
    this.working = true;
    this.spent = 0;
    const most = onWork ? MOST_AT_ONCE : Number.POSITIVE_INFINITY;
    let more = this.mayWork();
    try {
      this.catchGuestErrors(() => {
        while (more && this.active && this.spent < most) more = device.step();
      });
      if (this.active && this.mayWork()) for (const queue of this.queues) queue.signal();
    } finally {
      this.working = false;
    }
    this.hasMore = more && this.active;
    onWork?.(Math.ceil(this.spent));
  }

  // The rest is what the registers of a transport do.

  protected get status(): number {
    return this.statusBits;
  }

  /** The queue that the driver has selected; undefined past the last. */
  protected get selected(): Virtqueue | undefined {
    return this.queues[this.queueSel];
  }

  /** The 32 feature bits that the driver has selected. */
  protected offeredWord(): number {
    return this.deviceFeaturesSel > 1 ? 0 : Number((this.offered >> BigInt(32 * this.deviceFeaturesSel)) & 0xffff_ffffn);
  }

  protected driverFeaturesWord(): number {
    return this.driverFeaturesSel > 1 ? 0 : Number((this.driverFeatures >> BigInt(32 * this.driverFeaturesSel)) & 0xffff_ffffn);
  }

  protected writeDriverFeatures(value: number): void {
    // 3.1.1: fixed once FEATURES_OK is set.
    if (this.statusBits & Status.FEATURES_OK || this.driverFeaturesSel > 1) return;
    const shift = BigInt(32 * this.driverFeaturesSel);
    this.driverFeatures = (this.driverFeatures & ~(0xffff_ffffn << shift)) | (BigInt(value) << shift);
  }

  protected writeStatus(value: number): void {
    if (value === 0) {
      this.resetTransport();
      this.device?.driverReset();
      return;
    }
    const before = this.statusBits;
    // 2.1.1: the driver never clears a bit but by reset.
    let added = value & DRIVER_STATUS & ~before;
    if (added & Status.FEATURES_OK && !this.acceptsFeatures()) added &= ~Status.FEATURES_OK;
    this.statusBits |= added & ~Status.DRIVER_OK;
    // A driver that goes on without agreed features speaks the legacy interface, which is not here.
    if (!(added & Status.DRIVER_OK) || !(this.statusBits & Status.FEATURES_OK)) return;
    this.statusBits |= Status.DRIVER_OK;
    if (!this.active) return;
    this.catchGuestErrors(() => this.device?.activate());
    // Buffers made available before DRIVER_OK may have been announced before it, too.
    for (const queue of this.queues) queue.notify();
    this.goOn();
  }

  /** The driver says that queue `index` has buffers. */
  protected notify(index: number): void {
    const queue = this.queues[index];
    if (!this.active || !queue?.ready) return;
    queue.notify();
    this.goOn();
  }

  protected enableSelected(): void {
    const queue = this.selected;
    if (queue && !queue.ready) this.catchGuestErrors(() => queue.enable(this.ringFeatures));
  }

  protected stopSelected(): void {
    const queue = this.selected;
    if (!queue?.ready) return;
    queue.disable();
    this.device?.queueStopped(this.queueSel);
  }

  /** 2.6.1, if it was agreed on. */
  protected resetSelected(): void {
    const queue = this.selected;
    if (!queue || !(this.negotiated & Feature.VIRTIO_F_RING_RESET)) return;
    this.stopSelected();
    this.resetQueue(queue);
  }

  protected setInterruptStatus(status: number): void {
    this.interruptStatus = status;
    this.interruptChanged();
  }

  /** A driver's mistakes become DEVICE_NEEDS_RESET; anything else is our own bug, or want of the host's memory, and goes on up. */
  protected catchGuestErrors(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof VirtqueueError || error instanceof NoRamError)) throw error;
      if (this.statusBits & Status.DEVICE_NEEDS_RESET) return;
      const live = this.active;
      this.statusBits |= Status.DEVICE_NEEDS_RESET;
      this.faultSentence = error.message;
      if (live) this.interrupt(Interrupt.CONFIG_CHANGE); // 2.1.2
      this.onFault(error.message);
    }
  }

  private get negotiated(): bigint {
    return this.statusBits & Status.FEATURES_OK ? this.driverFeatures : 0n;
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

  private acceptsFeatures(): boolean {
    const features = this.driverFeatures;
    return (features & ~this.offered) === 0n && (features & Feature.VIRTIO_F_VERSION_1) !== 0n;
  }

  private resetTransport(): void {
    this.statusBits = 0;
    this.deviceFeaturesSel = 0;
    this.driverFeaturesSel = 0;
    this.driverFeatures = 0n;
    this.queueSel = 0;
    this.faultSentence = undefined;
    for (const queue of this.queues) this.resetQueue(queue);
    this.setInterruptStatus(0);
  }

  private interrupt(bit: number): void {
    this.setInterruptStatus(this.interruptStatus | bit);
  }
}

/** Replace one half of a 64-bit address. */
export const withLow = (address: bigint, low: number): bigint => (address & ~0xffff_ffffn) | BigInt(low);
export const withHigh = (address: bigint, high: number): bigint => (BigInt(high) << 32n) | (address & 0xffff_ffffn);
