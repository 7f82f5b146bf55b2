import type { MmioDevice } from './device';
import type { Region } from './memory-map';

/** Width of one access of the CPU in bytes; the bus breaks 8 into two accesses of 4. */
export type BusAccessSize = 1 | 2 | 4 | 8;

/** A device and the window of physical addresses at which it answers. */
export interface BusWindow extends Region {
  readonly device: MmioDevice;
  /** Of the CPU, so far: for people. */
  accesses: number;
}

/**
 * Finds the device behind a physical address. RAM is not on this bus: the CPU reaches it directly.
 *
 * 64-bit values travel as two unsigned 32-bit halves, because a BigInt per access would cost more than the access.
 */
export class Bus {
  /**
   * Bits 63 to 32 of the value of the last {@link read}: zero unless its size was 8.
   * A field rather than a second result, so that a read allocates nothing.
   */
  high = 0;

  private readonly sorted: BusWindow[] = [];
  private last: BusWindow | undefined;

  /** All windows, by ascending base address. */
  get windows(): readonly BusWindow[] {
    return this.sorted;
  }

  /** Puts `device` at `size` bytes from physical address `base`. Throws a RangeError if that overlaps another device. */
  map(base: number, size: number, device: MmioDevice): void {
    if (!Number.isSafeInteger(base) || base < 0 || !Number.isSafeInteger(size) || size <= 0) {
      throw new RangeError(`The window of ${device.name} at ${hex(base)} of ${size} bytes is not a range of addresses.`);
    }
    const taken = this.sorted.find((window) => base < window.base + window.size && window.base < base + size);
    if (taken) {
      throw new RangeError(`The window of ${device.name} at ${hex(base)} overlaps ${taken.device.name} at ${hex(taken.base)}.`);
    }
    const after = this.sorted.findIndex((window) => window.base > base);
    this.sorted.splice(after < 0 ? this.sorted.length : after, 0, { base, size, device, accesses: 0 });
  }

  /**
   * Reads `size` bytes at physical address `address`. Returns the low 32 bits and leaves the others in {@link high}.
   * Returns undefined, and touches no device, where no device answers for all the bytes: the CPU takes a synchronous
   * external abort, as on QEMU's `virt`.
   */
  read(address: number, size: BusAccessSize): number | undefined {
    const window = this.find(address, size);
    if (window === undefined) return undefined;
    window.accesses++;
    const offset = address - window.base;
    if (size === 8) {
      const low = window.device.read(offset, 4);
      this.high = window.device.read(offset + 4, 4);
      return low;
    }
    this.high = 0;
    const value = window.device.read(offset, size);
    // A device may answer with the whole of a register.
    return size === 4 ? value : value & narrowMask(size);
  }

  /** Writes; `high` counts only where size is 8. Returns false where {@link read} would return undefined. */
  write(address: number, size: BusAccessSize, low: number, high = 0): boolean {
    const window = this.find(address, size);
    if (window === undefined) return false;
    window.accesses++;
    const offset = address - window.base;
    if (size === 8) {
      window.device.write(offset, 4, low >>> 0);
      window.device.write(offset + 4, 4, high >>> 0);
    } else if (size === 4) {
      window.device.write(offset, 4, low >>> 0);
    } else {
      window.device.write(offset, size, low & narrowMask(size));
    }
    return true;
  }

  /** The window that holds all of the access. Drivers stay with one device for many accesses, so the last is tried first. */
  private find(address: number, size: number): BusWindow | undefined {
    const last = this.last;
    if (last !== undefined && address >= last.base && address + size <= last.base + last.size) return last;
    let from = 0;
    let to = this.sorted.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      const window = this.sorted[middle]!;
      if (address < window.base) to = middle;
      else if (address >= window.base + window.size) from = middle + 1;
      else {
        if (address + size > window.base + window.size) return undefined;
        this.last = window;
        return window;
      }
    }
    return undefined;
  }
}

const narrowMask = (size: 1 | 2): number => (size === 1 ? 0xff : 0xffff);

function hex(address: number): string {
  return `0x${address.toString(16)}`;
}
