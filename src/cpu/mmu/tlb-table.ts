/**
 * One software TLB as a table of slots: filling and emptying it. It remembers which slots were filled since it was last empty, up to a
 * number: so emptying or searching a large table that holds little costs little.
 */
import { TLB, WINDOW } from '../layout';
import type { MemoryViews } from '../vcpu';
import { clearSlots, closeWindow, ENTRY, ENTRY_FLAG, emptyEntry, entryWord } from './tlb-entries';

/** What a table may hold, never less than it does: lets whole classes of invalidation be skipped. */
export const HOLDS = { LOW: 1, HIGH: 2, NON_GLOBAL: 4, GLOBAL: 8, ALL: 15 } as const;

/** VA bit 55 in the high word: which half of the address space, thus which TTBR. */
export const HALF_BIT = 0x00800000;

/** VA[55:32] in the high word of a tag. */
export const TAG_HI_MASK = 0x00ffffff;

/** Of how many filled slots the numbers are kept, as a part of all slots. */
const KEPT = 1 / 4;

export class TlbTable {
  /** HOLDS bits. */
  holds: number = HOLDS.ALL;
  /** Slots filled since the table was last empty; one that was emptied and filled again may be there twice. */
  private readonly filled: Uint16Array;
  /** More than there is room for: any slot may be filled. */
  private count: number;

  /** `start` is the host address; a data TLB has a half for reading and one for writing, TLB.WRITE behind it, and may have a window at host address `window`. */
  constructor(
    private readonly views: MemoryViews,
    readonly start: number,
    private readonly entries: number,
    readonly isData: boolean,
    private readonly window?: number,
  ) {
    this.filled = new Uint16Array(entries * KEPT);
    this.count = this.filled.length + 1;
  }

  /** Opens the window: so many bytes from a virtual address on may be read. Whatever drops entries closes it. */
  openWindow(vaLo: number, vaHi: number, bytes: number, addend: number): void {
    if (this.window === undefined || bytes <= WINDOW.MOST_BYTES) return;
    const { u32 } = this.views;
    const word = this.window >>> 2;
    u32[word + WINDOW.BASE / 4] = vaLo;
    u32[word + WINDOW.BASE / 4 + 1] = vaHi;
    u32[word + WINDOW.LIMIT / 4] = bytes - WINDOW.MOST_BYTES;
    u32[word + WINDOW.LIMIT / 4 + 1] = 0;
    u32[word + WINDOW.ADDEND / 4] = addend;
  }
  private closeWindow(): void {
    if (this.window !== undefined) closeWindow(this.views.u32, this.window);
  }

  /** The slot of a virtual address. */
  slotOf(vaLo: number): number {
    return (vaLo >>> 12) & (this.entries - 1);
  }

  /** Index of an entry in 32-bit words; `half` is 0 or TLB.WRITE. */
  word(half: number, slot: number): number {
    return entryWord(this.start + half, slot);
  }

  /** Makes an entry and returns its word. The caller adds to `holds`. */
  enter(half: number, vaLo: number, vaHi: number, addend: number, flags: number): number {
    const { u32 } = this.views;
    const slot = this.slotOf(vaLo);
    this.list(slot);
    const word = this.word(half, slot);
    u32[word + ENTRY.TAG_LO] = vaLo & 0xfffff000;
    u32[word + ENTRY.TAG_HI] = vaHi;
    u32[word + ENTRY.ADDEND] = addend;
    u32[word + ENTRY.FLAGS] = flags | ENTRY_FLAG.FILLED;
    return word;
  }

  private list(slot: number): void {
    const { filled, count } = this;
    if (count > filled.length || this.isFilled(slot)) return;
    if (count < filled.length) filled[count] = slot;
    this.count = count + 1;
  }

  private isFilled(slot: number): boolean {
    const { u32 } = this.views;
    const read = u32[this.word(0, slot) + ENTRY.FLAGS]!;
    const either = this.isData ? read | u32[this.word(TLB.WRITE, slot) + ENTRY.FLAGS]! : read;
    return (either & ENTRY_FLAG.FILLED) !== 0;
  }

  /** Empties the table, whatever it is thought to hold if `anything`. */
  clear(anything = false): void {
    if (this.holds === 0 && !anything) return;
    this.closeWindow();
    if (anything || this.count > this.filled.length) this.clearAll();
    else for (let i = 0; i < this.count; i++) this.emptySlot(this.filled[i]!);
    this.count = 0;
    this.holds = 0;
  }

  private clearAll(): void {
    clearSlots(this.views, this.start, this.entries);
    if (this.isData) clearSlots(this.views, this.start + TLB.WRITE, this.entries);
  }

  private emptySlot(slot: number): void {
    this.empty(this.word(0, slot), slot);
    if (this.isData) this.empty(this.word(TLB.WRITE, slot), slot);
  }

  private empty(word: number, slot: number): void {
    emptyEntry(this.views.u32, word, slot, this.entries);
  }

  /** Calls `visit` for every filled entry of one half. */
  each(half: number, visit: (word: number, slot: number) => void): void {
    if (this.holds === 0) return;
    const { u32 } = this.views;
    const known = this.count <= this.filled.length;
    const end = known ? this.count : this.entries;
    for (let i = 0; i < end; i++) {
      const slot = known ? this.filled[i]! : i;
      const word = this.word(half, slot);
      if (u32[word + ENTRY.FLAGS]! & ENTRY_FLAG.FILLED) visit(word, slot);
    }
  }

  /** Empties the entries that `matches` says yes to. */
  drop(matches: (word: number) => boolean): void {
    this.closeWindow();
    const visit = (word: number, slot: number): void => {
      if (matches(word)) this.empty(word, slot);
    };
    this.each(0, visit);
    if (this.isData) this.each(TLB.WRITE, visit);
  }

  /**
   * Empties the entries `matches` says yes to, which must be those that `wanted` stands for among `kinds` (HOLDS bits). A table that holds nothing
   * else among `kinds` is cleared whole, and one that holds none is left alone.
   */
  dropKind(wanted: number, kinds: number, matches: (word: number) => boolean): void {
    const held = this.holds & kinds;
    if ((held & wanted) === 0) return;
    if (held === wanted) return this.clear();
    this.drop(matches);
    this.holds &= ~wanted;
  }

  /** Drops the entries of one half of the address space. */
  dropHalf(high: boolean): void {
    const { u32 } = this.views;
    const wanted = high ? HALF_BIT : 0;
    const half = high ? HOLDS.HIGH : HOLDS.LOW;
    this.dropKind(half, HOLDS.LOW | HOLDS.HIGH, (word) => (u32[word + ENTRY.TAG_HI]! & HALF_BIT) === wanted);
  }

  dropNonGlobal(): void {
    const { u32 } = this.views;
    const kinds = HOLDS.NON_GLOBAL | HOLDS.GLOBAL;
    this.dropKind(HOLDS.NON_GLOBAL, kinds, (word) => (u32[word + ENTRY.FLAGS]! & ENTRY_FLAG.NON_GLOBAL) !== 0);
  }

  /** Empties the entries for a page, given by its address as far as bit 55, that have none of the flags in `keep`. */
  dropPage(pageLo: number, pageHi: number, keep: number): void {
    this.closeWindow();
    const slot = this.slotOf(pageLo);
    this.dropPageAt(this.word(0, slot), slot, pageLo, pageHi, keep);
    if (this.isData) this.dropPageAt(this.word(TLB.WRITE, slot), slot, pageLo, pageHi, keep);
  }
  private dropPageAt(word: number, slot: number, pageLo: number, pageHi: number, keep: number): void {
    const { u32 } = this.views;
    // In this slot the other page that differs in WATCHED_TAG only is this one, watched.
    if (((u32[word + ENTRY.TAG_LO]! ^ pageLo) & ~TLB.WATCHED_TAG) !== 0 || (u32[word + ENTRY.TAG_HI]! & TAG_HI_MASK) !== pageHi)
      return;
    if ((u32[word + ENTRY.FLAGS]! & keep) === 0) this.empty(word, slot);
  }

  /** Empties the write half of a data TLB. */
  dropWritable(): void {
    if (this.isData) this.each(TLB.WRITE, (word, slot) => this.empty(word, slot));
  }
}
