import type { GuestRam } from '../../cpu/ram';
import type { BlockDevice } from '../../storage/block-device';
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
  private readonly behind: number;

  constructor(
    readonly size: number,
    private readonly ram: GuestRam,
    private readonly image: Uint8Array,
    /** What was read of it may read otherwise now. */
    private readonly readsChanged: () => void,
  ) {
    this.behind = image.length >= FILLED && image.subarray(-FILLED).every((byte) => byte === 0) ? 0 : BLANK;
    this.restoreAll();
  }

  byte(offset: number): number {
    return this.ram.rom[offset] ?? this.behind;
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
  restore(blocks: ReadonlyMap<number, Uint8Array>): void {
    this.restoreAll();
    for (const [block, bytes] of blocks) this.write(block * FLASH_BLOCK_BYTES, bytes);
  }
  private restoreAll(): void {
    const whole = new Uint8Array(this.ram.romSize).fill(this.behind);
    whole.set(this.image);
    this.ram.programRom(0, whole);
    this.changes.clear();
  }
  *changedBlocks(): IterableIterator<[block: number, bytes: Uint8Array]> {
    for (const block of this.changes)
      yield [block, this.ram.rom.slice(block * FLASH_BLOCK_BYTES, (block + 1) * FLASH_BLOCK_BYTES)];
  }
}

/** What the bank for variables is kept in while the machine is off. */
export interface VariableStore {
  /** As large as the bank. Opened, and closed, by whoever gives it. */
  readonly disk: BlockDevice;
  /** It could not be written: one sentence, once. */
  readonly onError: (error: unknown) => void;
}

/**
 * The bank for the firmware's variables: blank at first, or as its store has it. The store holds what the bank does at every moment, written in the guest's own order, so that
 * one that was left in the middle is what a chip would be that lost its power there: firmware copes with that.
 */
export class VariableCells implements FlashCells {
  /** Blocks that may not be all {@link blank}. Whoever was given one for a save keeps it, so that it is written only while it is in {@link own}. */
  private blocks = new Map<number, Uint8Array>();
  private readonly own = new Set<number>();
  private blank = BLANK;
  /** The store held something, which nobody has touched yet. */
  private isAsFound = false;
  /** Blocks that the store could not take. */
  private readonly late = new Set<number>();

  /** Throws a DiskError if the store cannot be read. */
  constructor(
    readonly size: number,
    private readonly store?: VariableStore,
  ) {
    if (store) this.load(store.disk);
  }

  /** Ones are left out: before there were stores nobody said so. */
  get filler(): number | undefined {
    return this.blank === BLANK ? undefined : this.blank;
  }

  byte(offset: number): number {
    return this.blocks.get(Math.floor(offset / FLASH_BLOCK_BYTES))?.[offset % FLASH_BLOCK_BYTES] ?? this.blank;
  }
  write(offset: number, bytes: Uint8Array): void {
    const number = Math.floor(offset / FLASH_BLOCK_BYTES);
    this.isAsFound = false;
    if (bytes.length === FLASH_BLOCK_BYTES && isFilledWith(bytes, this.blank)) {
      this.blocks.delete(number);
      this.own.delete(number);
    } else this.ownBlock(number).set(bytes, offset % FLASH_BLOCK_BYTES);
    this.keep(offset, bytes);
  }
  readsAsArray(): void {}
  *changedBlocks(): IterableIterator<[block: number, bytes: Uint8Array]> {
    this.own.clear();
    for (const block of [...this.blocks].sort(([a], [b]) => a - b)) if (!isFilledWith(block[1], this.blank)) yield block;
  }
  requireTaking(blocks: ReadonlyMap<number, Uint8Array>, filler = BLANK): void {
    if (!this.isAsFound || this.differing(blocks, filler).next().done) return;
    throw new Error(
      `The firmware's variables in “${this.store!.disk.name}” are others than those of the saved machine, which would replace them: keep them in another file, or in none.`,
    );
  }
  restore(blocks: ReadonlyMap<number, Uint8Array>, filler = BLANK): void {
    const differing = this.store ? [...this.differing(blocks, filler)] : [];
    this.blocks = new Map([...blocks].filter(([, bytes]) => !isFilledWith(bytes, filler)));
    this.own.clear();
    this.blank = filler;
    this.isAsFound = false;
    for (const number of differing) this.keep(number * FLASH_BLOCK_BYTES, this.block(number));
  }

  /** Numbers of the blocks that are not what they would be. */
  private *differing(blocks: ReadonlyMap<number, Uint8Array>, filler: number): IterableIterator<number> {
    for (let number = 0; number < this.size / FLASH_BLOCK_BYTES; number++) {
      const [was, is] = [this.blocks.get(number), blocks.get(number)];
      const isSame =
        was && is
          ? sameBytes(was, is)
          : was || is
            ? isFilledWith((was ?? is)!, was ? filler : this.blank)
            : this.blank === filler;
      if (!isSame) yield number;
    }
  }

  /** The block, to be written. */
  private ownBlock(number: number): Uint8Array {
    const block = this.blocks.get(number);
    if (block && this.own.has(number)) return block;
    const own = block?.slice() ?? new Uint8Array(FLASH_BLOCK_BYTES).fill(this.blank);
    this.blocks.set(number, own);
    this.own.add(number);
    return own;
  }

  private block(number: number): Uint8Array {
    return this.blocks.get(number) ?? new Uint8Array(FLASH_BLOCK_BYTES).fill(this.blank);
  }

  private load(disk: BlockDevice): void {
    const block = new Uint8Array(FLASH_BLOCK_BYTES);
    const filled: Record<0 | typeof BLANK, number[]> = { 0: [], [BLANK]: [] };
    for (let number = 0; number < this.size / FLASH_BLOCK_BYTES; number++) {
      disk.read(number * FLASH_BLOCK_BYTES, block);
      if (isFilledWith(block, 0)) filled[0].push(number);
      else if (isFilledWith(block, BLANK)) filled[BLANK].push(number);
      else this.blocks.set(number, block.slice());
    }
    // New files, and such as were made elsewhere, are filled up with zeros: the commoner filling is what blocks are that nothing is noted of.
    const [commoner, rarer] = filled[0].length > filled[BLANK].length ? ([0, BLANK] as const) : ([BLANK, 0] as const);
    this.blank = commoner;
    for (const number of filled[rarer]) this.blocks.set(number, new Uint8Array(FLASH_BLOCK_BYTES).fill(rarer));
    this.isAsFound = this.blocks.size > 0;
  }

  /** Writes into the store, and first what it could not take before. */
  private keep(offset: number, bytes: Uint8Array): void {
    const { store, late } = this;
    if (!store) return;
    const isFirst = late.size === 0;
    late.add(Math.floor(offset / FLASH_BLOCK_BYTES));
    try {
      if (isFirst) store.disk.write(offset, bytes);
      else for (const number of late) store.disk.write(number * FLASH_BLOCK_BYTES, this.block(number));
      late.clear();
    } catch (error) {
      if (isFirst) store.onError(error);
    }
  }
}

/** A block of one byte over and over. By words: whole banks are looked at. */
function isFilledWith(block: Uint8Array, byte: number): boolean {
  const words = new Int32Array(block.buffer, block.byteOffset, block.length / 4);
  const word = Math.imul(byte, 0x0101_0101);
  for (let i = 0; i < words.length; i++) if (words[i] !== word) return false;
  return true;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
