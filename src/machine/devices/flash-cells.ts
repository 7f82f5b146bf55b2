import type { GuestRam } from '../../cpu/ram';
import { FLASH_BLOCK_BYTES, type FlashCells } from './cfi-flash';

/** What the two banks of flash keep their bits in. What was never written reads as ones, as after an erase, or as what firmware is filled up with. */

const BLANK = 0xff;
/** So many zeros at an image's end are no part of the code. */
const FILLED = 4096;

/** Which blocks differ from what they were at power-on. */
class Changes {
  private readonly blocks = new Set<number>();
  note(offset: number): void {
    this.blocks.add(Math.floor(offset / FLASH_BLOCK_BYTES));
  }
  clear(): void {
    this.blocks.clear();
  }
  *[Symbol.iterator](): IterableIterator<number> {
    yield* [...this.blocks].sort((a, b) => a - b);
  }
}

/** The bank that code runs from: ROM, as far as the firmware goes, and blank behind it, where nothing can be kept. Instructions are fetched from what it holds whatever it reads as. */
export class RomCells implements FlashCells {
  private readonly changes = new Changes();
  /** What an image is filled up with goes on behind it. */
  private readonly filler: number;

  constructor(
    readonly size: number,
    private readonly ram: GuestRam,
    private readonly image: Uint8Array,
    /** What was read of it may read otherwise now. */
    private readonly readsChanged: () => void,
  ) {
    this.filler = image.length >= FILLED && image.subarray(-FILLED).every((byte) => byte === 0) ? 0 : BLANK;
    this.restoreAll();
  }

  byte(offset: number): number {
    return this.ram.rom[offset] ?? this.filler;
  }
  write(offset: number, bytes: Uint8Array): void {
    if (!this.ram.isRom(offset, bytes.length)) return;
    this.ram.programRom(offset, bytes);
    this.changes.note(offset);
  }
  readsAsArray(yes: boolean): void {
    if (this.ram.romReads === yes) return;
    this.ram.romReads = yes;
    this.readsChanged();
  }
  restoreAll(): void {
    const whole = new Uint8Array(this.ram.romSize).fill(this.filler);
    whole.set(this.image);
    this.ram.programRom(0, whole);
    this.changes.clear();
  }
  *changedBlocks(): IterableIterator<[block: number, bytes: Uint8Array]> {
    for (const block of this.changes)
      yield [block, this.ram.rom.subarray(block * FLASH_BLOCK_BYTES, (block + 1) * FLASH_BLOCK_BYTES)];
  }
}

/** The bank for the firmware's variables: blank at first. */
export class VariableCells implements FlashCells {
  private readonly blocks = new Map<number, Uint8Array>();

  constructor(readonly size: number) {}

  byte(offset: number): number {
    return this.blocks.get(Math.floor(offset / FLASH_BLOCK_BYTES))?.[offset % FLASH_BLOCK_BYTES] ?? BLANK;
  }
  write(offset: number, bytes: Uint8Array): void {
    const number = Math.floor(offset / FLASH_BLOCK_BYTES);
    let block = this.blocks.get(number);
    if (!block) {
      block = new Uint8Array(FLASH_BLOCK_BYTES).fill(BLANK);
      this.blocks.set(number, block);
    }
    block.set(bytes, offset % FLASH_BLOCK_BYTES);
  }
  readsAsArray(): void {}
  restoreAll(): void {
    this.blocks.clear();
  }
  *changedBlocks(): IterableIterator<[block: number, bytes: Uint8Array]> {
    yield* [...this.blocks].sort(([a], [b]) => a - b);
  }
}
