/** The guest's side for tests: RAM, an interrupt wire, a clock, and a small driver that lays out rings as Linux does. */
import { NoRamError } from '../../../cpu/ram';
import type { AccessSize, Alarm, Clock, GuestMemory, IrqLine, MmioDevice } from '../../device';
import { COMMAND, CONFIG } from '../pci/config-space';
import { DescriptorFlag, needEvent } from './queue';
import { Register } from './transport-mmio';
import { Common, NOTIFY_OFF_MULTIPLIER, PART, VIRTIO_BAR, type VirtioPci } from './transport-pci';
import { Feature, Status } from './virtio-device';

export const RAM_BASE = 0x4000_0000;
export const RAM_SIZE = 0x10_0000;

export class FakeMemory implements GuestMemory {
  readonly bytes = new Uint8Array(RAM_SIZE);
  private readonly words = new DataView(this.bytes.buffer);

  view(address: number, length: number): Uint8Array {
    const start = this.offset(address, length);
    return this.bytes.subarray(start, start + length);
  }
  write(address: number, bytes: Uint8Array): void {
    this.bytes.set(bytes, this.offset(address, bytes.length));
  }
  read16(address: number): number {
    return this.words.getUint16(this.offset(address, 2), true);
  }
  read32(address: number): number {
    return this.words.getUint32(this.offset(address, 4), true);
  }
  read64(address: number): bigint {
    return this.words.getBigUint64(this.offset(address, 8), true);
  }
  write16(address: number, value: number): void {
    this.words.setUint16(this.offset(address, 2), value, true);
  }
  write32(address: number, value: number): void {
    this.words.setUint32(this.offset(address, 4), value, true);
  }
  write64(address: number, value: bigint): void {
    this.words.setBigUint64(this.offset(address, 8), value, true);
  }
  private offset(address: number, length: number): number {
    if (address < RAM_BASE || address + length > RAM_BASE + RAM_SIZE) {
      throw new NoRamError(`There is no RAM at 0x${address.toString(16)}.`);
    }
    return address - RAM_BASE;
  }
}

export class FakeIrq implements IrqLine {
  asserted = false;
  /** How often the wire went from low to high. */
  edges = 0;
  set(asserted: boolean): void {
    if (asserted && !this.asserted) this.edges++;
    this.asserted = asserted;
  }
}

export class FakeClock implements Clock {
  private time = 0n;
  private alarms: { deadline: bigint; fire: () => void }[] = [];
  now(): bigint {
    return this.time;
  }
  wallTime(): bigint {
    return this.time;
  }
  at(deadline: bigint, fire: () => void): Alarm {
    const alarm = { deadline, fire };
    this.alarms.push(alarm);
    return { cancel: () => (this.alarms = this.alarms.filter((other) => other !== alarm)) };
  }
  onWallStep(): void {}
  get waiting(): number {
    return this.alarms.length;
  }
  advance(nanoseconds: bigint): void {
    this.time += nanoseconds;
    for (let rounds = 0; ; rounds++) {
      const due = this.alarms.find((alarm) => alarm.deadline <= this.time);
      if (due === undefined) return;
      if (rounds > 1000) throw new Error('The alarms never stop.');
      this.alarms = this.alarms.filter((other) => other !== due);
      due.fire();
    }
  }
}

/** What one buffer holds: bytes the device reads, then lengths the device may write. */
export interface Request {
  out?: readonly Uint8Array[];
  in?: readonly number[];
}

export interface Used {
  head: number;
  length: number;
  /** What the device-writable parts hold now, joined. */
  data: Uint8Array;
}

/** A split virtqueue from the driver's side, VIRTIO 1.2 section 2.7. */
export class DriverQueue {
  readonly descriptors: number;
  readonly available: number;
  readonly used: number;
  /** Free-running indices. */
  added = 0;
  seen = 0;
  private kicked = 0;
  private free: number[];
  private chains = new Map<number, { indices: number[]; writable: [number, number][] }>();

  constructor(
    readonly driver: GuestDriver,
    readonly index: number,
    readonly size: number,
  ) {
    this.descriptors = driver.allocate(16 * size, 16);
    this.available = driver.allocate(6 + 2 * size, 2);
    this.used = driver.allocate(6 + 8 * size, 4);
    this.free = Array.from({ length: size }, (_, i) => i);
  }

  writeDescriptor(table: number, index: number, address: number, length: number, flags: number, next = 0): void {
    const at = table + 16 * index;
    this.driver.memory.write64(at, BigInt(address));
    this.driver.memory.write32(at + 8, length);
    this.driver.memory.write16(at + 12, flags);
    this.driver.memory.write16(at + 14, next);
  }

  /** Puts `head` on the available ring without looking at it. */
  publish(head: number): void {
    const { memory } = this.driver;
    memory.write16(this.available + 4 + 2 * (this.added % this.size), head);
    this.added = (this.added + 1) & 0xffff;
    memory.write16(this.available + 2, this.added);
  }

  /** Makes a buffer available; returns its head. */
  add(request: Request, { indirect = false } = {}): number {
    const { memory } = this.driver;
    const parts: { address: number; length: number; flags: number }[] = [];
    for (const bytes of request.out ?? []) {
      const address = this.driver.allocate(bytes.length, 1);
      memory.write(address, bytes);
      parts.push({ address, length: bytes.length, flags: 0 });
    }
    for (const length of request.in ?? []) {
      parts.push({ address: this.driver.allocate(length, 1), length, flags: DescriptorFlag.WRITE });
    }
    const indices = this.free.splice(0, indirect ? 1 : parts.length);
    const positions = indirect ? parts.map((_, i) => i) : indices;
    const table = indirect ? this.driver.allocate(16 * parts.length, 16) : this.descriptors;
    parts.forEach(({ address, length, flags }, i) => {
      const last = i === parts.length - 1;
      this.writeDescriptor(
        table,
        positions[i]!,
        address,
        length,
        flags | (last ? 0 : DescriptorFlag.NEXT),
        positions[i + 1] ?? 0,
      );
    });
    const head = indices[0]!;
    if (indirect) this.writeDescriptor(this.descriptors, head, table, 16 * parts.length, DescriptorFlag.INDIRECT);
    const writable = parts.filter(({ flags }) => flags !== 0).map(({ address, length }): [number, number] => [address, length]);
    this.chains.set(head, { indices, writable });
    this.publish(head);
    return head;
  }

  /** Notifies the device if it wants to know; returns whether it did. */
  kick(): boolean {
    const old = this.kicked;
    this.kicked = this.added;
    if (this.driver.eventIdx && !needEvent(this.driver.memory.read16(this.used + 4 + 8 * this.size), this.added, old))
      return false;
    this.driver.write(Register.QueueNotify, this.index);
    return true;
  }

  /** Tells the device (with VIRTIO_F_EVENT_IDX) at which used index to interrupt next. */
  set usedEvent(index: number) {
    this.driver.memory.write16(this.available + 4 + 2 * this.size, index);
  }

  /** Takes everything from the used ring. */
  poll(): Used[] {
    const { memory } = this.driver;
    const result: Used[] = [];
    while (this.seen !== memory.read16(this.used + 2)) {
      const element = this.used + 4 + 8 * (this.seen % this.size);
      const head = memory.read32(element);
      const chain = this.chains.get(head);
      this.chains.delete(head);
      this.free.push(...(chain?.indices ?? []));
      const data = (chain?.writable ?? []).flatMap(([address, length]) => [...memory.view(address, length)]);
      result.push({ head, length: memory.read32(element + 4), data: Uint8Array.from(data) });
      this.seen = (this.seen + 1) & 0xffff;
    }
    return result;
  }

  /** Adds, kicks, and takes the answer of a device that answers at once. */
  request(request: Request, options?: { indirect?: boolean }): Used {
    this.add(request, options);
    this.kick();
    const [used, ...more] = this.poll();
    if (used === undefined || more.length > 0) throw new Error('The device did not answer exactly once.');
    return used;
  }
}

/** What a driver sees of a transport. */
export type Registers = Pick<MmioDevice, 'read' | 'write'>;

/** Where a register of virtio-mmio has its like in the common configuration of virtio-pci, and how wide it is there. */
const IN_COMMON: Readonly<Record<number, readonly [offset: number, size: AccessSize]>> = {
  [Register.DeviceFeatures]: [Common.device_feature, 4],
  [Register.DeviceFeaturesSel]: [Common.device_feature_select, 4],
  [Register.DriverFeatures]: [Common.driver_feature, 4],
  [Register.DriverFeaturesSel]: [Common.driver_feature_select, 4],
  [Register.QueueSel]: [Common.queue_select, 2],
  [Register.QueueNum]: [Common.queue_size, 2],
  [Register.QueueNumMax]: [Common.queue_size, 2],
  [Register.QueueReady]: [Common.queue_enable, 2],
  [Register.QueueReset]: [Common.queue_reset, 2],
  [Register.Status]: [Common.device_status, 1],
  [Register.ConfigGeneration]: [Common.config_generation, 1],
  [Register.QueueDescLow]: [Common.queue_desc, 4],
  [Register.QueueDescHigh]: [Common.queue_desc + 4, 4],
  [Register.QueueDriverLow]: [Common.queue_driver, 4],
  [Register.QueueDriverHigh]: [Common.queue_driver + 4, 4],
  [Register.QueueDeviceLow]: [Common.queue_device, 4],
  [Register.QueueDeviceHigh]: [Common.queue_device + 4, 4],
};

/**
 * A function on PCI for a driver that speaks of registers by their names in virtio-mmio, so that both transports can be tested with one. Reading
 * InterruptStatus acknowledges, as it does there.
 */
export class AsMmio implements Registers {
  constructor(private readonly transport: VirtioPci) {
    transport.pci.writeConfig(CONFIG.COMMAND, 2, COMMAND.MEMORY | COMMAND.BUS_MASTER);
  }

  read(register: number, size: AccessSize): number {
    if (register >= Register.Config) return this.transport.readBar(VIRTIO_BAR, PART.device + register - Register.Config, size);
    if (register === Register.InterruptStatus) return this.transport.readBar(VIRTIO_BAR, PART.isr, 1);
    const [offset, width] = IN_COMMON[register]!;
    return this.transport.readBar(VIRTIO_BAR, PART.common + offset, width);
  }

  write(register: number, size: AccessSize, value: number): void {
    if (register >= Register.Config)
      return this.transport.writeBar(VIRTIO_BAR, PART.device + register - Register.Config, size, value);
    if (register === Register.QueueNotify)
      return this.transport.writeBar(VIRTIO_BAR, PART.notify + NOTIFY_OFF_MULTIPLIER * value, 2, value);
    const [offset, width] = IN_COMMON[register]!;
    this.transport.writeBar(VIRTIO_BAR, PART.common + offset, width, value);
  }
}

export class GuestDriver {
  eventIdx = false;
  private next: number;

  constructor(
    readonly transport: Registers,
    readonly memory: FakeMemory,
    base = RAM_BASE,
  ) {
    this.next = base;
  }

  read(register: number): number {
    return this.transport.read(register, 4);
  }

  write(register: number, value: number): void {
    this.transport.write(register, 4, value);
  }

  get status(): number {
    return this.read(Register.Status);
  }

  get needsReset(): boolean {
    return (this.status & Status.DEVICE_NEEDS_RESET) !== 0;
  }

  allocate(length: number, alignment: number): number {
    const address = Math.ceil(this.next / alignment) * alignment;
    this.next = address + length;
    return address;
  }

  deviceFeatures(): bigint {
    this.write(Register.DeviceFeaturesSel, 0);
    const low = BigInt(this.read(Register.DeviceFeatures));
    this.write(Register.DeviceFeaturesSel, 1);
    return low | (BigInt(this.read(Register.DeviceFeatures)) << 32n);
  }

  /** Resets, acknowledges and negotiates `wanted` (VERSION_1 is added); returns whether the device agreed. */
  negotiate(wanted: bigint = 0n): boolean {
    const features = wanted | Feature.VIRTIO_F_VERSION_1;
    this.write(Register.Status, 0);
    this.write(Register.Status, Status.ACKNOWLEDGE);
    this.write(Register.Status, Status.ACKNOWLEDGE | Status.DRIVER);
    this.write(Register.DriverFeaturesSel, 0);
    this.write(Register.DriverFeatures, Number(features & 0xffff_ffffn));
    this.write(Register.DriverFeaturesSel, 1);
    this.write(Register.DriverFeatures, Number(features >> 32n));
    this.write(Register.Status, Status.ACKNOWLEDGE | Status.DRIVER | Status.FEATURES_OK);
    this.eventIdx = (features & Feature.VIRTIO_F_EVENT_IDX) !== 0n;
    return (this.status & Status.FEATURES_OK) !== 0;
  }

  setUpQueue(index: number, size = 8): DriverQueue {
    const queue = new DriverQueue(this, index, size);
    this.memory.view(queue.descriptors, 16 * size).fill(0);
    this.memory.view(queue.available, 6 + 2 * size).fill(0);
    this.memory.view(queue.used, 6 + 8 * size).fill(0);
    this.write(Register.QueueSel, index);
    this.write(Register.QueueNum, size);
    this.write(Register.QueueDescLow, queue.descriptors);
    this.write(Register.QueueDescHigh, 0);
    this.write(Register.QueueDriverLow, queue.available);
    this.write(Register.QueueDriverHigh, 0);
    this.write(Register.QueueDeviceLow, queue.used);
    this.write(Register.QueueDeviceHigh, 0);
    this.write(Register.QueueReady, 1);
    return queue;
  }

  go(): void {
    this.write(Register.Status, this.status | Status.DRIVER_OK);
  }

  /** Everything a driver's probe does: negotiation, queues of `size`, DRIVER_OK. */
  start(features: bigint, queues: number, size = 8): DriverQueue[] {
    if (!this.negotiate(features)) throw new Error('The device refused the features.');
    const result = Array.from({ length: queues }, (_, index) => this.setUpQueue(index, size));
    this.go();
    return result;
  }
}

/** `count` bytes that differ from each other and with `seed`. */
export function pattern(count: number, seed = 1): Uint8Array {
  return Uint8Array.from({ length: count }, (_, i) => (i * 7 + seed * 31 + (i >> 8)) & 0xff);
}

export function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

export function utf8(string: string): Uint8Array {
  return new TextEncoder().encode(string);
}
