/**
 * One function on a PCI bus: configuration space with a type 0 header, memory BARs, a list of capabilities, and an interrupt pin.
 *
 * Source: PCI Local Bus Specification 3.0, chapter 6 (configuration space) and 2.2.6 (interrupt pins).
 */
import type { AccessSize, Apply, DeviceState } from '../../device';
import { SavedState } from '../../saved-state';
import { BAR_FLAG, BAR_FLAG_BITS, COMMAND, CONFIG, CONFIG_BYTES, MULTIFUNCTION, STATUS } from './config-space';

/** A memory BAR of 64 bits: registers `index` and the next. */
export interface PciBar {
  /** 0 to 4. */
  readonly index: number;
  /** Bytes, a power of two. */
  readonly size: number;
  readonly prefetchable?: boolean;
}

export interface PciCapability {
  /** Where it lies in configuration space. The first of a list is the first that is found. */
  readonly offset: number;
  readonly id: number;
  /** What follows its id and the link to the next. */
  readonly bytes: Uint8Array;
  /** Bits of `bytes` that the guest may write; none if left out. */
  readonly writable?: Uint8Array;
}

export interface PciLayout {
  readonly vendor: number;
  readonly device: number;
  readonly revision?: number;
  /** 24 bits: base class, sub-class, programming interface. */
  readonly classCode: number;
  readonly subsystemVendor: number;
  readonly subsystem: number;
  /** There are other functions of the same device. */
  readonly multifunction?: boolean;
  /** It has INTA. */
  readonly interrupts?: boolean;
  readonly bars?: readonly PciBar[];
  readonly capabilities?: readonly PciCapability[];
}

/** What a function is for. Offsets are bytes from the start of the BAR or of configuration space; values are unsigned. */
export interface PciBehaviour {
  readBar(bar: number, offset: number, size: AccessSize): number;
  writeBar(bar: number, offset: number, size: AccessSize, value: number): void;
  /** Configuration space is about to be read. */
  readingConfig?(offset: number, size: AccessSize): void;
  /** Configuration space was written. */
  configWritten?(offset: number, size: AccessSize): void;
}

/** A BAR that answers: physical addresses from `base`, in bytes. */
export interface PciMapping {
  readonly owner: PciFunction;
  readonly bar: number;
  readonly base: number;
  readonly size: number;
}

/** Whoever routes addresses and interrupts. */
export interface PciListener {
  decodingChanged(): void;
  interruptChanged(owner: PciFunction): void;
}

const COMMAND_WRITABLE =
  COMMAND.IO | COMMAND.MEMORY | COMMAND.BUS_MASTER | COMMAND.PARITY | COMMAND.SERR | COMMAND.INTERRUPT_DISABLE;
const INTA = 1;
const BAR_BYTES = 4;
const LAST_BAR = CONFIG.BAR0 + 6 * BAR_BYTES;
const TWO_32 = 0x1_0000_0000;

export class PciFunction {
  /** Accesses to its BARs so far: for people. */
  accesses = 0;
  listener: PciListener | undefined;
  private readonly config = new Uint8Array(CONFIG_BYTES);
  private readonly view = new DataView(this.config.buffer);
  /** Configuration space after a reset, and the bits of it that the guest may write. */
  private readonly initial = new Uint8Array(CONFIG_BYTES);
  private readonly writable = new Uint8Array(CONFIG_BYTES);
  private readonly bars: readonly PciBar[];
  private wantsInterrupt = false;

  constructor(
    readonly name: string,
    layout: PciLayout,
    readonly behaviour: PciBehaviour,
  ) {
    this.bars = layout.bars ?? [];
    this.writeHeader(layout);
    this.linkCapabilities(layout.capabilities ?? []);
    this.reset();
  }

  get command(): number {
    return this.view.getUint16(CONFIG.COMMAND, true);
  }

  /** 0: none, 1: INTA. */
  get pin(): number {
    return this.config[CONFIG.INTERRUPT_PIN]!;
  }

  /** It drives its interrupt pin. */
  get asserts(): boolean {
    return this.wantsInterrupt && (this.command & COMMAND.INTERRUPT_DISABLE) === 0;
  }

  /** The function has an interrupt to make, or has none any more. */
  setInterrupt(wanted: boolean): void {
    if (wanted === this.wantsInterrupt) return;
    this.wantsInterrupt = wanted;
    this.showInterrupt();
    this.listener?.interruptChanged(this);
  }

  /** The BARs as the guest has programmed them; none while it has memory space switched off. */
  mappings(): PciMapping[] {
    if (!(this.command & COMMAND.MEMORY)) return [];
    return this.bars.map(({ index, size }) => ({ owner: this, bar: index, base: this.barAddress(index), size }));
  }

  /** Physical address that BAR `index` holds, whether it answers there or not. */
  barAddress(index: number): number {
    const at = CONFIG.BAR0 + BAR_BYTES * index;
    const low = (this.view.getUint32(at, true) & ~BAR_FLAG_BITS) >>> 0;
    return this.view.getUint32(at + BAR_BYTES, true) * TWO_32 + low;
  }

  readConfig(offset: number, size: AccessSize): number {
    this.behaviour.readingConfig?.(offset, size);
    return this.bytesAt(offset, size);
  }

  writeConfig(offset: number, size: AccessSize, value: number): void {
    const asserted = this.asserts;
    for (let n = 0; n < size && offset + n < CONFIG_BYTES; n++) {
      const mask = this.writable[offset + n]!;
      this.config[offset + n] = (this.config[offset + n]! & ~mask) | ((value >>> (8 * n)) & mask);
    }
    if (offset < LAST_BAR && offset + size > CONFIG.COMMAND) this.listener?.decodingChanged();
    if (asserted !== this.asserts) this.listener?.interruptChanged(this);
    this.behaviour.configWritten?.(offset, size);
  }

  /** Bytes of configuration space as they are, without what reading them does besides. */
  bytesAt(offset: number, size: AccessSize): number {
    let value = 0;
    for (let n = size - 1; n >= 0; n--) value = value * 256 + (this.config[offset + n] ?? 0xff);
    return value;
  }

  /** Puts a value of the function's own into configuration space. */
  put(offset: number, size: AccessSize, value: number): void {
    for (let n = 0; n < size; n++) this.config[offset + n] = value >>> (8 * n);
  }

  /** Power-on state. Whoever resets has the listener look at all of its functions afterwards: it is not told here that an interrupt is gone. */
  reset(): void {
    this.config.set(this.initial);
    this.wantsInterrupt = false;
  }

  save(): DeviceState {
    return { config: this.config.slice() };
  }

  /** What interrupt it wants is not in it. Applied like {@link reset}. */
  check(state: DeviceState): Apply {
    const config = new SavedState(this.name, state).bytes('config', CONFIG_BYTES);
    return () => {
      this.reset();
      config.forEach((byte, n) => {
        this.config[n] = (this.config[n]! & ~this.writable[n]!) | (byte & this.writable[n]!);
      });
    };
  }

  private showInterrupt(): void {
    const status = this.view.getUint16(CONFIG.STATUS, true);
    this.view.setUint16(CONFIG.STATUS, this.wantsInterrupt ? status | STATUS.INTERRUPT : status & ~STATUS.INTERRUPT, true);
  }

  private writeHeader(layout: PciLayout): void {
    const header = new DataView(this.initial.buffer);
    const writable = new DataView(this.writable.buffer);
    header.setUint16(CONFIG.VENDOR_ID, layout.vendor, true);
    header.setUint16(CONFIG.DEVICE_ID, layout.device, true);
    header.setUint8(CONFIG.REVISION_ID, layout.revision ?? 0);
    for (let n = 0; n < 3; n++) header.setUint8(CONFIG.CLASS_CODE + n, (layout.classCode >>> (8 * n)) & 0xff);
    header.setUint8(CONFIG.HEADER_TYPE, layout.multifunction ? MULTIFUNCTION : 0);
    header.setUint16(CONFIG.SUBSYSTEM_VENDOR_ID, layout.subsystemVendor, true);
    header.setUint16(CONFIG.SUBSYSTEM_ID, layout.subsystem, true);
    header.setUint8(CONFIG.INTERRUPT_PIN, layout.interrupts ? INTA : 0);
    writable.setUint16(CONFIG.COMMAND, COMMAND_WRITABLE, true);
    writable.setUint8(CONFIG.CACHE_LINE_SIZE, 0xff);
    writable.setUint8(CONFIG.INTERRUPT_LINE, 0xff);
    for (const { index, size, prefetchable } of this.bars) {
      const at = CONFIG.BAR0 + BAR_BYTES * index;
      header.setUint32(at, BAR_FLAG.MEMORY64 | (prefetchable ? BAR_FLAG.PREFETCHABLE : 0), true);
      writable.setUint32(at, -size, true);
      writable.setUint32(at + BAR_BYTES, 0xffff_ffff, true);
    }
  }

  private linkCapabilities(capabilities: readonly PciCapability[]): void {
    if (capabilities.length === 0) return;
    this.initial[CONFIG.STATUS]! |= STATUS.CAPABILITIES;
    let link: number = CONFIG.CAPABILITIES_POINTER;
    for (const { offset, id, bytes, writable } of capabilities) {
      this.initial[link] = offset;
      this.initial[offset] = id;
      this.initial.set(bytes, offset + 2);
      if (writable) this.writable.set(writable, offset + 2);
      link = offset + 1;
    }
  }
}
