import { NoRamError } from '../../cpu/ram';
import type { AccessSize, Apply, DeviceState, GuestMemory, MmioDevice } from '../device';
import { SavedState } from '../saved-state';
import { MOST_AT_ONCE, WORK_COST } from './virtio/virtio-cost';

/**
 * Registers, all big-endian. DATA is 8 bytes wide, gives the bytes of an item one after the other, and takes none; SELECTOR takes 16 bits; DMA 64, the high half first.
 * Source: QEMU documentation, "QEMU Firmware Configuration (fw_cfg) Device".
 */
const REGISTER = { DATA: 0, SELECTOR: 8, DMA_HIGH: 16, DMA_LOW: 20, END: 24 } as const;
/** What DMA reads as. */
const DMA_SIGNATURE = 'QEMU CFG';

/** Of a selector: that an item is to be written (which none can be), and that it is one of the architecture's own (which there are none of). */
const KEY = { WRITE: 1 << 14, LOCAL: 1 << 15 } as const;
/** Bits of the first word of a {@link TRANSFER}, which holds a key in its upper half. */
const CONTROL = { ERROR: 1, READ: 2, SKIP: 4, SELECT: 8, WRITE: 16 } as const;
/** What a guest has in memory for DMA, big-endian: control and length of 32 bits, an address of 64. */
const TRANSFER = { BYTES: 16, LENGTH: 4, ADDRESS: 8 } as const;
/** Moved at a time. */
const PIECE_BYTES = 0x10000;
const ZEROS = new Uint8Array(PIECE_BYTES);
const NOTHING = new Uint8Array(0);
/** Cost of looking at a transfer. */
const TRANSFER_COST = WORK_COST.CHAIN;

/** A transfer that the guest has asked for. Addresses are guest-physical bytes. */
interface Job {
  /** Where the guest waits for its control to become zero. */
  control: number;
  address: number;
  left: number;
}

export interface FwCfgOptions {
  memory: GuestMemory;
  /** By key: see fw-cfg-items.ts. */
  items: ReadonlyMap<number, Uint8Array>;
  /** Told what its work has cost; while {@link FwCfg.hasMore}, {@link FwCfg.goOn} is to be called. */
  onWork: (cost: number) => void;
}

const byteSwapped = (value: number): number =>
  ((value << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24)) >>> 0;

/** fw_cfg, by which a VMM gives firmware what it needs to know, and the kernel that it is to boot. Nothing can be written into it. */
export class FwCfg implements MmioDevice {
  readonly name = 'fw-cfg';
  private readonly options: FwCfgOptions;
  private key = 0;
  /** Of the next byte of the selected item. */
  private offset = 0;
  private dmaHigh = 0;
  private job: Job | undefined;

  constructor(options: FwCfgOptions) {
    this.options = options;
  }

  read(offset: number, size: AccessSize): number {
    let value = 0;
    for (let n = 0; n < size; n++) value += this.readByte(offset + n) * 2 ** (8 * n);
    return value;
  }

  private readByte(offset: number): number {
    if (offset >= REGISTER.DMA_HIGH) return DMA_SIGNATURE.charCodeAt(offset - REGISTER.DMA_HIGH) || 0;
    if (offset >= REGISTER.SELECTOR || this.offset >= this.item.length) return 0;
    return this.item[this.offset++]!;
  }

  write(offset: number, size: AccessSize, value: number): void {
    if (offset === REGISTER.SELECTOR && size === 2) {
      this.giveUp();
      this.select(byteSwapped(value) >>> 16);
    } else if (offset === REGISTER.DMA_HIGH && size === 4) this.dmaHigh = byteSwapped(value);
    else if (offset === REGISTER.DMA_LOW && size === 4) {
      this.giveUp();
      this.start(this.dmaHigh * 2 ** 32 + byteSwapped(value));
      this.dmaHigh = 0;
    }
  }

  private get item(): Uint8Array {
    return this.options.items.get(this.key & ~KEY.WRITE) ?? NOTHING;
  }

  private select(key: number): void {
    this.key = key;
    this.offset = 0;
  }

  private start(at: number): void {
    const { memory, onWork } = this.options;
    onWork(TRANSFER_COST);
    let given: DataView;
    try {
      const { buffer } = memory.view(at, TRANSFER.BYTES).slice();
      given = new DataView(buffer);
    } catch (error) {
      if (!(error instanceof NoRamError)) throw error;
      // Nobody can be told.
      return;
    }
    const control = given.getUint32(0);
    const length = given.getUint32(TRANSFER.LENGTH);
    const address = given.getUint32(TRANSFER.ADDRESS) * 2 ** 32 + given.getUint32(TRANSFER.ADDRESS + 4);
    if (control & CONTROL.SELECT) this.select(control >>> 16);
    if (control & CONTROL.READ) {
      this.job = { control: at, address, left: length };
      this.goOn();
      return;
    }
    if (control & CONTROL.WRITE) return this.answer(at, length === 0 ? 0 : CONTROL.ERROR);
    if (control & CONTROL.SKIP) this.offset += Math.min(length, this.item.length - this.offset);
    this.answer(at, 0);
  }

  /** A transfer has more to move than may be moved at once. */
  get hasMore(): boolean {
    return this.job !== undefined;
  }

  /** Moves some of it. */
  goOn(): void {
    const { job } = this;
    if (!job) return;
    let cost = 0;
    try {
      while (job.left > 0 && cost < MOST_AT_ONCE) cost += this.move(job);
    } catch (error) {
      if (!(error instanceof NoRamError)) throw error;
      this.giveUp();
    }
    if (this.job && job.left === 0) {
      this.job = undefined;
      this.answer(job.control, 0);
    }
    this.options.onWork(cost);
  }

  /** One piece: of the item, or behind its end zeros. Returns what that costs. */
  private move(job: Job): number {
    const { item } = this;
    const rest = item.length - this.offset;
    const length = Math.min(job.left, PIECE_BYTES, rest > 0 ? rest : PIECE_BYTES);
    const bytes = rest > 0 ? item.subarray(this.offset, this.offset + length) : ZEROS.subarray(0, length);
    this.options.memory.write(job.address, bytes);
    if (rest > 0) this.offset += length;
    job.address += length;
    job.left -= length;
    return TRANSFER_COST + Math.ceil(length * WORK_COST.COPIED_BYTE);
  }

  /** The guest does not wait for a transfer, or it leads out of memory. */
  private giveUp(): void {
    const { job } = this;
    this.job = undefined;
    if (job) this.answer(job.control, CONTROL.ERROR);
  }

  private answer(control: number, value: number): void {
    // It was read before; what is in memory is in memory.
    this.options.memory.write32(control, byteSwapped(value));
  }

  reset(): void {
    this.select(0);
    this.dmaHigh = 0;
    this.job = undefined;
  }

  save(): DeviceState {
    return { key: this.key, offset: this.offset, dmaHigh: this.dmaHigh, job: this.job ? { ...this.job } : null };
  }

  check(state: DeviceState): Apply {
    const saved = new SavedState(this.name, state);
    const [key, offset, dmaHigh] = [saved.number('key', 0xffff), saved.number('offset'), saved.number('dmaHigh')];
    const job = state.job === null ? undefined : this.checkJob(saved.object('job'));
    return () => {
      Object.assign(this, { key, offset, dmaHigh });
      this.job = job;
    };
  }

  private checkJob(state: DeviceState): Job {
    const saved = new SavedState(`${this.name}, job`, state);
    const control = saved.number('control', Number.MAX_SAFE_INTEGER);
    try {
      this.options.memory.view(control, TRANSFER.BYTES);
    } catch {
      throw new Error(`The saved state of ${this.name} has a transfer at 0x${control.toString(16)}, where there is no RAM.`);
    }
    return { control, address: saved.number('address', Number.MAX_SAFE_INTEGER), left: saved.number('left') };
  }
}
