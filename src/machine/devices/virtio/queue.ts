/**
 * A split virtqueue as its device sees it. Everything in it was written by the guest, so everything is checked: a ring
 * that breaks the rules throws a {@link VirtqueueError}, and no ring can make the device loop or allocate without bound.
 *
 * Source: VIRTIO 1.2, section 2.7 (split virtqueues).
 */
import type { Apply, DeviceState, GuestMemory } from '../../device';
import { SavedState } from '../../saved-state';
import { checkInProgress, saveInProgress } from './chain-state';
import { WORK_COST } from './virtio-cost';
import type { QueueView } from './virtio-view';

/** Flags of a descriptor (2.7.5). */
export const DescriptorFlag = { NEXT: 1, WRITE: 2, INDIRECT: 4 } as const;
/** Flag of the available ring (2.7.6): the driver polls. */
export const VIRTQ_AVAIL_F_NO_INTERRUPT = 1;

const MAX_ADDRESS = 0xffff_ffff_ffff_ffffn;
const DESCRIPTOR_BYTES = 16;
const RING_HEADER_BYTES = 4; // flags and idx
const USED_ELEMENT_BYTES = 8;
/** Longest indirect table taken. Drivers exceed a small queue's size in practice; nobody exceeds this. */
export const MAX_INDIRECT_DESCRIPTORS = 1024;

/** The driver broke the rules of a virtqueue; the device has to be reset. */
export class VirtqueueError extends Error {
  override readonly name = 'VirtqueueError';
}

/** A run of guest-physical bytes, checked to lie in RAM. */
export interface Segment {
  readonly address: number;
  readonly length: number;
}

/** One buffer the driver made available: what the device may read, then what it may write. */
export interface Chain {
  /** Index of the first descriptor; names the chain in the used ring. */
  readonly head: number;
  readonly readable: readonly Segment[];
  readonly writable: readonly Segment[];
}

/** A buffer that a device is at, and how much of it it has done: bytes, or whatever it counts. */
export interface InProgress {
  readonly chain: Chain;
  done: number;
}

/** Ring features as negotiated. */
export interface RingFeatures {
  indirect: boolean;
  eventIdx: boolean;
}

/** `vring_need_event` of 2.7.10: has the index moved past `event` on its way from `old` to `now`? All modulo 2^16. */
export function needEvent(event: number, now: number, old: number): boolean {
  return ((now - event - 1) & 0xffff) < ((now - old) & 0xffff);
}

interface Geometry {
  readonly size: number;
  readonly descriptorArea: bigint;
  readonly driverArea: bigint;
  readonly deviceArea: bigint;
}

interface Areas {
  readonly descriptors: number;
  readonly driver: number;
  readonly device: number;
}

export class Virtqueue {
  /** Ring geometry as the driver wrote it: any 32 bits, and addresses of any 64 bits. Checked when the queue is enabled. */
  size = 0;
  descriptorArea = 0n;
  driverArea = 0n;
  deviceArea = 0n;
  /** The areas of an enabled queue: guest-physical bytes. */
  private descriptors = 0;
  private driver = 0;
  private device = 0;

  private enabled = false;
  private indirect = false;
  private eventIdx = false;
  /** Free-running 16-bit indices: next available entry to take, next used entry to write. */
  private nextAvailable = 0;
  private nextUsed = 0;
  /** Value of nextUsed at the last decision to interrupt, once there was one. */
  private signalled: number | undefined;
  private pushed = false;
  /** The driver has made buffers available, and not all were taken since. */
  private notified = false;
  private inProgress: InProgress | undefined;
  /** For people: see {@link QueueView}. */
  private readonly tally = { returned: 0, bytesRead: 0, bytesWritten: 0 };

  /**
   * @param label for errors, e.g. `virtio-blk queue 0`
   * @param maxSize largest size in descriptors, a power of two
   * @param interrupt called when the driver wants to hear of used buffers
   * @param spend told what looking for buffers costs
   */
  constructor(
    readonly label: string,
    readonly maxSize: number,
    private readonly memory: GuestMemory,
    private readonly interrupt: () => void,
    private readonly spend: (cost: number) => void,
  ) {}

  get ready(): boolean {
    return this.enabled;
  }

  /** Checks the geometry and starts the queue at index 0. Throws a VirtqueueError or (outside RAM) a NoRamError. */
  enable(features: RingFeatures): void {
    const areas = this.checkGeometry(this, features);
    this.rewind();
    this.start(areas, features);
  }

  private start({ descriptors, driver, device }: Areas, { indirect, eventIdx }: RingFeatures): void {
    this.descriptors = descriptors;
    this.driver = driver;
    this.device = device;
    this.indirect = indirect;
    this.eventIdx = eventIdx;
    this.enabled = true;
  }

  private checkGeometry({ size, descriptorArea, driverArea, deviceArea }: Geometry, { eventIdx }: RingFeatures): Areas {
    if (size < 1 || size > this.maxSize || (size & (size - 1)) !== 0) {
      throw this.error(`has size ${size}, which is not a power of two up to ${this.maxSize}`);
    }
    const descriptors = this.aligned('descriptor area', descriptorArea, 16);
    const driver = this.aligned('driver area', driverArea, 2);
    const device = this.aligned('device area', deviceArea, 4);
    // Two more bytes in each ring: the event fields of 2.7.6 and 2.7.8 are there whether negotiated or not.
    this.memory.view(descriptors, size * DESCRIPTOR_BYTES);
    this.memory.view(driver, RING_HEADER_BYTES + 2 * size + (eventIdx ? 2 : 0));
    this.memory.view(device, RING_HEADER_BYTES + USED_ELEMENT_BYTES * size + (eventIdx ? 2 : 0));
    return { descriptors, driver, device };
  }

  /** Stops the queue and forgets its positions; the geometry stays. */
  disable(): void {
    this.enabled = false;
    this.indirect = false;
    this.eventIdx = false;
    this.rewind();
  }

  /** The state after a device reset. */
  reset(): void {
    this.disable();
    this.size = 0;
    this.descriptorArea = 0n;
    this.driverArea = 0n;
    this.deviceArea = 0n;
  }

  /** Number of buffers the driver has made available and nobody has taken; 0 when not ready. */
  available(): number {
    if (!this.enabled) return 0;
    const index = this.memory.read16(this.driver + 2);
    const count = (index - this.nextAvailable) & 0xffff;
    if (count > this.size) {
      throw this.error(`has available index ${index}, more than ${this.size} past ${this.nextAvailable}`);
    }
    return count;
  }

  /** Takes the next available buffer; undefined if there is none, and then the driver is asked to notify at the next. */
  pop(): Chain | undefined {
    if (this.available() === 0) {
      this.requestNotification();
      return undefined;
    }
    const slot = this.nextAvailable & (this.size - 1);
    const head = this.memory.read16(this.driver + RING_HEADER_BYTES + 2 * slot);
    const chain = this.walk(head);
    this.nextAvailable = (this.nextAvailable + 1) & 0xffff;
    return chain;
  }

  /** The driver says that there are buffers. */
  notify(): void {
    if (this.enabled) this.notified = true;
  }

  /** The buffer that was begun and not {@link finish}ed, or else the next of those that were announced. */
  take(): InProgress | undefined {
    if (this.inProgress || !this.notified) return this.inProgress;
    const chain = this.pop();
    if (chain) this.inProgress = { chain, done: 0 };
    else this.notified = false;
    return this.inProgress;
  }

  /** Returns the buffer that was taken. */
  finish(written: number): void {
    const { inProgress } = this;
    this.inProgress = undefined;
    if (inProgress) this.push(inProgress.chain, written);
  }

  /** Returns a buffer to the driver. `written` counts the bytes written from the start of its writable part. */
  push(chain: Chain, written: number): void {
    if (!this.enabled) return;
    const slot = this.nextUsed & (this.size - 1);
    const element = this.device + RING_HEADER_BYTES + USED_ELEMENT_BYTES * slot;
    this.memory.write32(element, chain.head);
    this.memory.write32(element + 4, written);
    this.nextUsed = (this.nextUsed + 1) & 0xffff;
    this.memory.write16(this.device + 2, this.nextUsed);
    this.pushed = true;
    const { tally } = this;
    tally.returned++;
    tally.bytesWritten += written;
    for (const { length } of chain.readable) tally.bytesRead += length;
  }

  /** Interrupts the driver if buffers were pushed since the last call and the driver wants to know (2.7.7). */
  signal(): void {
    if (!this.enabled || !this.pushed) return;
    this.pushed = false;
    if (this.wantsInterrupt()) this.interrupt();
  }

  /** For people; nothing changes by it. */
  view(): QueueView {
    const { enabled, nextAvailable } = this;
    const availableIndex = enabled ? this.memory.read16(this.driver + 2) : 0;
    return {
      ready: enabled,
      size: this.size,
      maxSize: this.maxSize,
      descriptors: this.descriptorArea,
      available: this.driverArea,
      used: this.deviceArea,
      availableIndex,
      nextAvailable,
      usedIndex: this.nextUsed,
      waiting: (availableIndex - nextAvailable) & 0xffff,
      atWork: this.inProgress !== undefined,
      ...this.tally,
    };
  }

  save(): DeviceState {
    return {
      size: this.size,
      descriptorArea: this.descriptorArea,
      driverArea: this.driverArea,
      deviceArea: this.deviceArea,
      ready: this.enabled,
      indirect: this.indirect,
      eventIdx: this.eventIdx,
      nextAvailable: this.nextAvailable,
      nextUsed: this.nextUsed,
      signalled: this.signalled ?? null,
      notified: this.notified,
      inProgress: this.inProgress ? saveInProgress(this.inProgress) : null,
    };
  }

  check(state: DeviceState): Apply {
    const saved = new SavedState(this.label, state);
    const geometry: Geometry = {
      size: saved.number('size'),
      descriptorArea: saved.bigint('descriptorArea', MAX_ADDRESS),
      driverArea: saved.bigint('driverArea', MAX_ADDRESS),
      deviceArea: saved.bigint('deviceArea', MAX_ADDRESS),
    };
    // What was negotiated when the queue was enabled, which is not always what is now.
    const features = { indirect: saved.boolean('indirect'), eventIdx: saved.boolean('eventIdx') };
    const areas = saved.boolean('ready') ? this.checkSaved(geometry, features) : undefined;
    const [nextAvailable, nextUsed] = [saved.number('nextAvailable', 0xffff), saved.number('nextUsed', 0xffff)];
    const signalled = state.signalled === null ? undefined : saved.number('signalled', 0xffff);
    // Devices of version 1.0 did everything at once.
    const notified = state.notified !== undefined && saved.boolean('notified');
    const most = this.maxSize + MAX_INDIRECT_DESCRIPTORS;
    const inProgress = state.inProgress ? checkInProgress(this.label, saved.object('inProgress'), most) : undefined;
    return () => {
      this.reset();
      Object.assign(this, geometry);
      if (areas === undefined) return;
      this.start(areas, features);
      this.nextAvailable = nextAvailable;
      this.nextUsed = nextUsed;
      this.signalled = signalled;
      this.notified = notified;
      this.inProgress = inProgress;
    };
  }

  /** A ring of a running queue that no driver could have enabled. */
  private checkSaved(geometry: Geometry, features: RingFeatures): Areas {
    try {
      return this.checkGeometry(geometry, features);
    } catch (error) {
      throw new Error(`The saved state of the ${this.label} cannot be: ${(error as Error).message}`);
    }
  }

  private rewind(): void {
    this.nextAvailable = 0;
    this.nextUsed = 0;
    this.signalled = undefined;
    this.pushed = false;
    this.notified = false;
    this.inProgress = undefined;
  }

  private wantsInterrupt(): boolean {
    if (!this.eventIdx) return (this.memory.read16(this.driver) & VIRTQ_AVAIL_F_NO_INTERRUPT) === 0;
    const old = this.signalled;
    this.signalled = this.nextUsed;
    const usedEvent = this.memory.read16(this.driver + RING_HEADER_BYTES + 2 * this.size);
    return old === undefined || needEvent(usedEvent, this.nextUsed, old);
  }

  /** Writes `avail_event` (2.7.8): tell us when the entry we would take next has been added. */
  private requestNotification(): void {
    if (!this.enabled || !this.eventIdx) return;
    this.memory.write16(this.device + RING_HEADER_BYTES + USED_ELEMENT_BYTES * this.size, this.nextAvailable);
  }

  private walk(head: number): Chain {
    const readable: Segment[] = [];
    const writable: Segment[] = [];
    let table = this.memory.view(this.descriptors, this.size * DESCRIPTOR_BYTES);
    let entries = this.size;
    let inIndirect = false;
    let index = head;
    let total = 0;
    this.spend(WORK_COST.CHAIN);
    for (let count = 0; ; count++) {
      this.spend(WORK_COST.DESCRIPTOR);
      if (index >= entries) throw this.error(`names descriptor ${index} of ${entries}`);
      if (count >= entries) throw this.error(`has a chain at descriptor ${head} that never ends`);
      const descriptor = new DataView(table.buffer, table.byteOffset + index * DESCRIPTOR_BYTES, DESCRIPTOR_BYTES);
      const address = descriptor.getUint32(4, true) * 0x1_0000_0000 + descriptor.getUint32(0, true);
      const length = descriptor.getUint32(8, true);
      const flags = descriptor.getUint16(12, true);
      if (!Number.isSafeInteger(address)) throw this.error(`has descriptor ${index} at an address past 2^53`);

      if (flags & DescriptorFlag.INDIRECT) {
        if (!this.indirect) throw this.error(`uses indirect descriptor ${index} without VIRTIO_F_INDIRECT_DESC`);
        if (inIndirect) throw this.error(`has indirect descriptor ${index} inside an indirect table`);
        if (flags & DescriptorFlag.NEXT) throw this.error(`has indirect descriptor ${index} with a next one`);
        entries = length / DESCRIPTOR_BYTES;
        if (!Number.isInteger(entries) || entries < 1 || entries > MAX_INDIRECT_DESCRIPTORS) {
          throw this.error(`has an indirect table of ${length} bytes`);
        }
        table = this.memory.view(address, length);
        inIndirect = true;
        index = 0;
        count = -1;
        continue;
      }

      if (flags & DescriptorFlag.WRITE) {
        if (length > 0) writable.push(this.segment(address, length));
      } else {
        if (writable.length > 0) throw this.error(`has readable descriptor ${index} after writable ones`);
        if (length > 0) readable.push(this.segment(address, length));
      }
      total += length;
      if (total > 0xffff_ffff) throw this.error(`has a chain at descriptor ${head} of more than 4 GiB`);
      if (!(flags & DescriptorFlag.NEXT)) return { head, readable, writable };
      index = descriptor.getUint16(14, true);
    }
  }

  private segment(address: number, length: number): Segment {
    this.memory.view(address, length); // throws a NoRamError outside RAM
    return { address, length };
  }

  private aligned(what: string, address: bigint, alignment: number): number {
    if (address % BigInt(alignment) !== 0n) {
      throw this.error(`has its ${what} at 0x${address.toString(16)}, which is not a multiple of ${alignment}`);
    }
    if (address > BigInt(Number.MAX_SAFE_INTEGER))
      throw this.error(`has its ${what} at 0x${address.toString(16)}, where no memory is`);
    return Number(address);
  }

  private error(what: string): VirtqueueError {
    return new VirtqueueError(`The ${this.label} ${what}.`);
  }
}
