import { PAGE_BYTES } from '../cpu/ram';
import { BLOCK_BYTES, type NotingDisk } from '../storage/noting-disk';
import type { Machine } from './machine';

/** What a page of RAM, or a block of a disk, holds; undefined: zeros, which most of them are when they are written first. */
export type Held = Uint8Array | undefined;

/** Copies that wait for their next use: as many as change between two places of the past. */
const MOST_SPARE = 1024;

/**
 * What of a machine's memory and disks changes, in *units*: the pages of its RAM, and behind them the blocks of its disks, counted through. Each is told before
 * its first change since {@link begin}; a page costs the guest one slow store for that, and where nobody asks nothing.
 */
export class MachineChanges {
  /** The number of each disk's first block. */
  private readonly firsts: readonly number[];
  private readonly spare: Uint8Array[] = [];
  private moving = false;
  private on = false;

  constructor(
    private readonly machine: Machine,
    private readonly disks: readonly NotingDisk[],
    /** A unit is about to change. */
    private readonly changing: (unit: number) => void,
  ) {
    let next = machine.memory.pages;
    this.firsts = disks.map(({ size }) => {
      const first = next;
      next += Math.ceil(size / BLOCK_BYTES);
      return first;
    });
  }

  /** From here on the first change of each unit is told. To be called between two instructions. */
  begin(): void {
    const { memory } = this.machine;
    if (!this.on) memory.beforeFirstChange.add(this.page);
    this.on = true;
    memory.mark();
    for (const [index, disk] of this.disks.entries()) disk.note((block) => this.tell(this.firsts[index]! + block));
  }

  /** Nobody asks any more. */
  end(): void {
    if (!this.on) return;
    this.on = false;
    const { memory } = this.machine;
    memory.beforeFirstChange.delete(this.page);
    memory.forgetMarks();
    for (const disk of this.disks) disk.note(undefined);
  }

  private readonly page = (page: number): void => {
    // ROM is numbered behind RAM, and its device's to save.
    if (page < this.machine.memory.pages) this.tell(page);
  };

  private tell(unit: number): void {
    if (!this.moving) this.changing(unit);
  }

  /** A copy of what a unit holds now. Whoever does not need it any more may {@link giveBack} it. */
  held(unit: number): Held {
    if (unit >= this.machine.memory.pages) return this.look(unit);
    const page = this.look(unit);
    if (!page) return undefined;
    const copy = this.spare.pop() ?? new Uint8Array(PAGE_BYTES);
    copy.set(page);
    return copy;
  }

  /** A copy that nobody else has is used for the next: so that recording a boot does not leave tens of megabytes to be collected. */
  giveBack(held: Uint8Array): void {
    if (held.length === PAGE_BYTES && held.buffer.byteLength === PAGE_BYTES && this.spare.length < MOST_SPARE)
      this.spare.push(held);
  }

  /** What a unit holds now, to be looked at at once. */
  look(unit: number): Held {
    const { memory } = this.machine;
    if (unit < memory.pages) return memory.isZero(unit) ? undefined : memory.page(unit);
    const { disk, offset, length } = this.blockOf(unit);
    const bytes = new Uint8Array(length);
    disk.read(offset, bytes);
    return bytes.every((byte) => byte === 0) ? undefined : bytes;
  }

  /** Writes into units what they held; none of that is a change to be told. {@link begin} must follow. */
  put(units: Iterable<readonly [unit: number, held: Held]>): void {
    this.moving = true;
    try {
      for (const [unit, held] of units) this.putOne(unit, held);
    } finally {
      this.moving = false;
    }
  }

  private putOne(unit: number, held: Held): void {
    const { memory } = this.machine;
    if (unit >= memory.pages) {
      const { disk, offset, length } = this.blockOf(unit);
      if (held) disk.write(offset, held);
      else disk.writeZeroes(offset, length);
    } else if (held) memory.write(memory.addressOf(unit), held);
    else if (!memory.isZero(unit)) memory.fill(memory.addressOf(unit), PAGE_BYTES);
  }

  private blockOf(unit: number): { disk: NotingDisk; offset: number; length: number } {
    let index = this.disks.length - 1;
    while (this.firsts[index]! > unit) index--;
    const disk = this.disks[index]!;
    const offset = (unit - this.firsts[index]!) * BLOCK_BYTES;
    return { disk, offset, length: Math.min(BLOCK_BYTES, disk.size - offset) };
  }
}
