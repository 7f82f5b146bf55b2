import type { MemoryViews } from './vcpu';

export const PAGE_BYTES = 4096;
const PAGE_SHIFT = 12;
/** What is known of code is known by lines of this many bytes: as many as a page has are the bits of one i64. */
export const LINE_BYTES = 64;
const LINE_SHIFT = 6;

/** Bytes of the code line masks for so much RAM: 64 bits per page. */
export const codeLineBytes = (ramBytes: number): number => (ramBytes / PAGE_BYTES) * 8;

/**
 * Where RAM is for the guest (physical addresses, multiples of 4 KiB), and where in the host's memory it and its code line masks are. ROM, from physical address 0
 * on, lies behind it there.
 */
export interface RamPlace {
  base: number;
  size: number;
  /** Bytes of ROM, a multiple of 4 KiB: none unless given. */
  rom?: number;
  hostBase: number;
  codeLines: number;
}

/** Whoever keeps copies of what RAM holds, or ways to write to it that do not come by here. */
export interface RamListener {
  /** Some of these bytes, which were just written, are in lines that hold code. */
  codeWritten(pa: number, length: number): void;
  /** A page without code is about to have some: stores to it must look at its lines from now on. */
  firstCodeIn(pagePa: number): void;
  /** Every page's next store must be seen here. */
  storesMustBeSeen(): void;
}

/** An address that the guest gave is outside of RAM: the guest's mistake, unlike any other RangeError. */
export class NoRamError extends RangeError {
  override readonly name = 'NoRamError';
}

/**
 * Guest RAM and ROM, and all that is known about it: the only place that turns physical addresses into addresses of the host's memory. Whatever
 * writes to it, apart from stores that hit a write entry of a TLB, comes through here.
 *
 * Code: which lines of 64 bytes hold decoded instructions is one bit each in the host's memory, where Wasm can look, too. A store to such a
 * line must come here; any other store to the page need not.
 *
 * ROM is read and executed like RAM; stores to it, and reads while its device says something else than what it holds ({@link romReads}), are the device's.
 *
 * Changes: {@link mark} starts an epoch. Until a page's first change in it no TLB may let stores to the page through, so that the change is
 * seen here, and hooks can look at (copy) the page before it. From then on stores to it are as fast as ever. Nobody asks: nothing is paid.
 */
export class GuestRam {
  readonly base: number;
  readonly size: number;
  /** Address behind the last byte. */
  readonly end: number;
  /** Bytes of ROM, at physical address 0. */
  readonly romSize: number;
  /** Whether reads of ROM give what it holds. See {@link programRom}. */
  romReads = true;
  /** Number of 4 KiB pages of RAM; and with those of ROM, which are numbered behind them. */
  readonly pages: number;
  readonly allPages: number;
  /** Offset of the first byte in the host's memory. */
  readonly hostBase: number;
  /** Address for Wasm: the code lines of the page at host address h are the i64 at `codeLinesBias + (h >>> 12) * 8`, modulo 2^32. */
  readonly codeLinesBias: number;

  /** Set once by the engine. */
  listener: RamListener | undefined;
  /** Called with a page's number before its first change after a {@link mark}, while it still holds what it held then. */
  readonly beforeFirstChange = new Set<(page: number) => void>();

  /** By page two words, the lines' bits. */
  private readonly lines: Uint32Array;
  /** Pages of which every store is seen here, and who hears of each before it is done. */
  private watched: { readonly pages: ReadonlySet<number>; readonly hook: (pa: number, length: number) => void } | undefined;
  /** Epoch of each page's last change; undefined: nobody asks. */
  private changedIn: Uint32Array | undefined;
  private epoch = 0;
  /** Changes are known since this one. */
  private firstEpoch = 0;

  constructor(
    private readonly views: MemoryViews,
    place: RamPlace,
  ) {
    this.base = place.base;
    this.size = place.size;
    this.end = place.base + place.size;
    this.romSize = place.rom ?? 0;
    this.pages = place.size / PAGE_BYTES;
    this.allPages = this.pages + this.romSize / PAGE_BYTES;
    this.hostBase = place.hostBase;
    this.codeLinesBias = place.codeLines - (place.hostBase >>> PAGE_SHIFT) * 8;
    this.lines = new Uint32Array(views.memory.buffer, place.codeLines, this.allPages * 2);
  }

  /** Whether all of `length` bytes from a physical address on are RAM. */
  contains(pa: number, length = 1): boolean {
    return pa >= this.base && pa + length <= this.end;
  }
  /** Whether they are RAM, or ROM that reads as what it holds. */
  holds(pa: number, length = 1): boolean {
    return this.contains(pa, length) || (this.romReads && this.isRom(pa, length));
  }
  /** Whether they are RAM or ROM, whatever ROM reads as: instructions are fetched from what it holds. */
  isMemory(pa: number, length = 1): boolean {
    return this.contains(pa, length) || this.isRom(pa, length);
  }
  isRom(pa: number, length = 1): boolean {
    return pa >= 0 && pa + length <= this.romSize;
  }

  /** Address in the host's memory. The caller knows that RAM or ROM {@link holds} what it is about to touch. */
  host(pa: number): number {
    return this.hostBase + this.offsetOf(pa);
  }
  /** Bytes from the first of RAM on, ROM behind it. */
  private offsetOf(pa: number): number {
    return pa < this.romSize ? this.size + pa : pa - this.base;
  }

  /** Number of the page at a physical address, and the address of a page. */
  pageOf(pa: number): number {
    return this.offsetOf(pa) >>> PAGE_SHIFT;
  }
  addressOf(page: number): number {
    const offset = page * PAGE_BYTES;
    return offset < this.size ? this.base + offset : offset - this.size;
  }

  /** Changes ROM: its device does, and whoever makes the machine. Throws a {@link NoRamError} for addresses outside it. */
  programRom(pa: number, bytes: Uint8Array): void {
    if (!this.isRom(pa, bytes.length)) throw new NoRamError(`There is no ROM for ${bytes.length} bytes at 0x${pa.toString(16)}.`);
    this.changing(pa, bytes.length);
    this.views.u8.set(bytes, this.host(pa));
    this.changed(pa, bytes.length);
  }
  /** A live view of all of ROM, for reading only. */
  get rom(): Uint8Array {
    return this.views.u8.subarray(this.hostBase + this.size, this.hostBase + this.size + this.romSize);
  }

  private checked(pa: number, length: number): number {
    if (!Number.isSafeInteger(pa) || !this.contains(pa, length)) {
      throw new NoRamError(`There is no RAM for ${length} bytes at 0x${pa.toString(16)}.`);
    }
    return this.host(pa);
  }

  // What devices, the firmware and the VMM use. All throw a {@link NoRamError} naming an address outside RAM.

  /** A live view (no copy) for reading only. */
  view(pa: number, length: number): Uint8Array {
    const at = this.checked(pa, length);
    return this.views.u8.subarray(at, at + length);
  }
  read16(pa: number): number {
    return this.views.data.getUint16(this.checked(pa, 2), true);
  }
  read32(pa: number): number {
    return this.views.data.getUint32(this.checked(pa, 4), true);
  }
  read64(pa: number): bigint {
    return this.views.data.getBigUint64(this.checked(pa, 8), true);
  }
  write(pa: number, bytes: Uint8Array): void {
    const at = this.checked(pa, bytes.length);
    this.changing(pa, bytes.length);
    this.views.u8.set(bytes, at);
    this.changed(pa, bytes.length);
  }
  write16(pa: number, value: number): void {
    const at = this.checked(pa, 2);
    this.changing(pa, 2);
    this.views.data.setUint16(at, value, true);
    this.changed(pa, 2);
  }
  write32(pa: number, value: number): void {
    const at = this.checked(pa, 4);
    this.changing(pa, 4);
    this.views.data.setUint32(at, value, true);
    this.changed(pa, 4);
  }
  write64(pa: number, value: bigint): void {
    const at = this.checked(pa, 8);
    this.changing(pa, 8);
    this.views.data.setBigUint64(at, value, true);
    this.changed(pa, 8);
  }
  /** Sets a stretch to one byte. */
  fill(pa: number, length: number, byte = 0): void {
    const at = this.checked(pa, length);
    this.changing(pa, length);
    this.views.u8.fill(byte, at, at + length);
    this.changed(pa, length);
  }

  // What the CPU's slow paths use, with addresses that they have looked at: from and to a place in the host's memory.

  copyOut(pa: number, length: number, to: number): void {
    const at = this.host(pa);
    this.views.u8.copyWithin(to, at, at + length);
  }
  copyIn(pa: number, length: number, from: number): void {
    this.changing(pa, length);
    this.views.u8.copyWithin(this.host(pa), from, from + length);
    this.changed(pa, length);
  }
  /** The instruction word at an aligned address. */
  word(pa: number): number {
    return this.views.u32[this.host(pa) >>> 2]!;
  }

  // Pages as a whole, by number.

  /** A live view of one page, for reading only. */
  page(page: number): Uint8Array {
    const at = this.hostBase + page * PAGE_BYTES;
    return this.views.u8.subarray(at, at + PAGE_BYTES);
  }
  isZero(page: number): boolean {
    const { i32 } = this.views;
    const first = (this.hostBase + page * PAGE_BYTES) >>> 2;
    for (let word = first; word < first + PAGE_BYTES / 4; word++) if (i32[word] !== 0) return false;
    return true;
  }
  /** The pages that are not all zero, in order. Most of a guest's RAM is. */
  *usedPages(): IterableIterator<number> {
    for (let page = 0; page < this.pages; page++) if (!this.isZero(page)) yield page;
  }

  // Code lines.

  /** Notes that the lines of these bytes (in one page) hold decoded instructions. */
  addCode(pa: number, length: number): void {
    const word = this.pageOf(pa) * 2;
    if (this.lines[word] === 0 && this.lines[word + 1] === 0) this.listener?.firstCodeIn(this.addressOf(word / 2));
    const offset = pa % PAGE_BYTES;
    for (let line = offset >>> LINE_SHIFT; line <= (offset + length - 1) >>> LINE_SHIFT; line++) {
      this.lines[word + (line >>> 5)]! |= 1 << (line & 31);
    }
  }
  /** Notes that the line of this address has no decoded instruction left. */
  removeCode(pa: number): void {
    const line = (pa % PAGE_BYTES) >>> LINE_SHIFT;
    this.lines[this.pageOf(pa) * 2 + (line >>> 5)]! &= ~(1 << (line & 31));
  }
  removeAllCode(): void {
    this.lines.fill(0);
  }
  /** Whether any line of the page at this address holds decoded instructions. */
  pageHasCode(pa: number): boolean {
    const word = this.pageOf(pa) * 2;
    return this.lines[word] !== 0 || this.lines[word + 1] !== 0;
  }
  /** Whether any line of these bytes does. */
  hasCode(pa: number, length: number): boolean {
    const first = this.offsetOf(pa);
    const last = (first + length - 1) >>> LINE_SHIFT;
    for (let line = first >>> LINE_SHIFT; line <= last; line = (line | 31) + 1) {
      const bits = this.lines[line >>> 5]! >>> (line & 31);
      if (bits !== 0) return line + (31 - Math.clz32(bits & -bits)) <= last;
    }
    return false;
  }

  // Changes.

  /** Starts an epoch, also for those who marked before. Returns its number for {@link dirtyPages}. */
  mark(): number {
    this.epoch++;
    if (!this.changedIn) {
      this.changedIn = new Uint32Array(this.allPages);
      this.firstEpoch = this.epoch;
    }
    this.listener?.storesMustBeSeen();
    return this.epoch;
  }
  /** Pages that were changed since a mark, in order: written by the CPU, a device or the VMM, whatever was written. */
  *dirtyPages(since: number): IterableIterator<number> {
    const { changedIn } = this;
    if (!changedIn || since < this.firstEpoch || since > this.epoch)
      throw new RangeError(`Which pages changed since mark ${since} is not known: mark again and look at all of them.`);
    for (let page = 0; page < this.pages; page++) if (changedIn[page]! >= since) yield page;
  }
  /** Nobody asks any more: marks made before mean nothing. */
  forgetMarks(): void {
    this.changedIn = undefined;
  }
  /**
   * From now on `hook` hears of all that is written to the pages of these addresses, by whomever, while they still hold what they did. Undefined: nobody does. Between two slices, or from a
   * hook's own call.
   */
  watchStores(addresses: Iterable<number>, hook: ((pa: number, length: number) => void) | undefined): void {
    const pages = new Set([...addresses].map((pa) => this.pageOf(pa)));
    this.watched = hook && pages.size > 0 ? { pages, hook } : undefined;
    if (this.watched) this.listener?.storesMustBeSeen();
  }
  /** Whether stores to the page at this address may go unseen: a TLB may let them through. */
  storesMayPass(pa: number): boolean {
    if (this.watched?.pages.has(this.pageOf(pa))) return false;
    return this.contains(pa) && (this.changedIn === undefined || this.changedIn[this.pageOf(pa)] === this.epoch);
  }

  private changing(pa: number, length: number): void {
    const { changedIn, epoch, watched } = this;
    if (watched && length > 0) watched.hook(pa, length);
    if (!changedIn || length === 0) return;
    const last = this.pageOf(pa + length - 1);
    for (let page = this.pageOf(pa); page <= last; page++) {
      if (changedIn[page] === epoch) continue;
      for (const hook of this.beforeFirstChange) hook(page);
      changedIn[page] = epoch;
    }
  }
  private changed(pa: number, length: number): void {
    if (length > 0 && this.hasCode(pa, length)) this.listener?.codeWritten(pa, length);
  }
}
