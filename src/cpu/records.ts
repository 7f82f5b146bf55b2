import { FIXED_HANDLER } from './abi';
import { CPU, MEMORY, RECORD } from './layout';
import { type GuestRam, LINE_BYTES, PAGE_BYTES } from './ram';
import type { MemoryViews, Vcpu } from './vcpu';

/** Bytes of the records of one line of code. */
const LINE_RECORDS = (LINE_BYTES / 4) * RECORD.SIZE;

/** Called when a page's records are given up, or when some of its instructions were overwritten. */
export interface RecordsListener {
  /** All records of the page at `base` become invalid; it may be used for another page. */
  pageDropped(base: number): void;
  /** The records from `first` to before `end` (addresses) were reset to undecoded. */
  overwritten(base: number, first: number, end: number): void;
}

/**
 * The pool of decoded pages: which physical page of RAM has its records where. Pages are decoded lazily, record by record, so a
 * page in the pool may hold no decoded instruction at all. When the pool is full everything in it is dropped: that bounds memory, and
 * decoding is cheap.
 */
export class Records {
  /** Address of the first record by page of RAM; 0: none. */
  private readonly byPage: Int32Array;
  /** Page of RAM by place in the pool. */
  private readonly pageOf: Int32Array;
  private used = 0;
  private readonly capacity: number;

  constructor(
    private readonly views: MemoryViews,
    private readonly ram: GuestRam,
    poolBytes: number,
    private readonly listener: RecordsListener,
  ) {
    this.byPage = new Int32Array(ram.pages);
    // A stop may be planted up to one page of records behind any record: keep that much free behind the last.
    this.capacity = Math.floor(poolBytes / RECORD.PAGE_STRIDE) - 1;
    this.pageOf = new Int32Array(this.capacity).fill(-1);
  }

  get pages(): number {
    return this.used;
  }

  /** The first record of a page of RAM, 0 if it has none yet. */
  find(pagePa: number): number {
    return this.byPage[this.ram.pageOf(pagePa)]!;
  }

  /** Makes undecoded records for a page of RAM that has none. Undefined when the pool is full: call {@link clear} first. */
  allocate(pagePa: number): number | undefined {
    if (this.used === this.capacity) return undefined;
    const place = this.used++;
    const base = MEMORY.RECORDS + place * RECORD.PAGE_STRIDE;
    this.views.u8.fill(0, base, base + RECORD.PAGE_STRIDE);
    this.views.u16[(base + RECORD.PER_PAGE * RECORD.SIZE + RECORD.HANDLER) >>> 1] = FIXED_HANDLER.NEXT_PAGE;
    const page = this.ram.pageOf(pagePa);
    this.byPage[page] = base;
    this.pageOf[place] = page;
    return base;
  }

  /** Forgets all pages. Nobody may hold a record address afterwards: code TLBs must be emptied, too. */
  clear(): void {
    for (let place = 0; place < this.used; place++) {
      this.byPage[this.pageOf[place]!] = 0;
      this.listener.pageDropped(MEMORY.RECORDS + place * RECORD.PAGE_STRIDE);
    }
    this.used = 0;
    this.ram.removeAllCode();
  }

  /** First record of the page that `record` belongs to. */
  baseOf(record: number): number {
    return record - ((record - MEMORY.RECORDS) % RECORD.PAGE_STRIDE);
  }

  /** Physical address of the instruction at `record`. */
  physical(record: number): number {
    const within = (record - MEMORY.RECORDS) % RECORD.PAGE_STRIDE;
    const place = (record - MEMORY.RECORDS - within) / RECORD.PAGE_STRIDE;
    return this.ram.addressOf(this.pageOf[place]!) + within / 4;
  }

  /** Memory from `pa` on was written: its instructions are undecoded again. `running`: the vCPU that may have a stop planted. */
  written(pa: number, length: number, running: Vcpu): void {
    const end = pa + length;
    for (let at = pa; at < end; ) {
      const page = this.ram.pageOf(at);
      const pagePa = this.ram.addressOf(page);
      const stop = Math.min(end, pagePa + PAGE_BYTES);
      const base = this.byPage[page]!;
      if (base) this.undecode(base, at - pagePa, stop - pagePa, running);
      at = stop;
    }
  }

  private undecode(base: number, from: number, to: number, running: Vcpu): void {
    const first = base + (from >>> 2) * RECORD.SIZE;
    const end = base + ((to + 3) >>> 2) * RECORD.SIZE;
    let changed = false;
    for (let record = first; record < end; record += RECORD.SIZE) {
      if (this.views.u16[(record + RECORD.HANDLER) >>> 1] === FIXED_HANDLER.UNDECODED) continue;
      this.setHandler(record, FIXED_HANDLER.UNDECODED, running);
      changed = true;
    }
    if (!changed) return;
    this.listener.overwritten(base, first, end);
    for (let line = first - ((first - base) % LINE_RECORDS); line < end; line += LINE_RECORDS) {
      if (!this.lineHasCode(line, running)) this.ram.removeCode(this.physical(line));
    }
  }

  private lineHasCode(line: number, running: Vcpu): boolean {
    for (let record = line; record < line + LINE_RECORDS; record += RECORD.SIZE) {
      if (this.handler(record, running) !== FIXED_HANDLER.UNDECODED) return true;
    }
    return false;
  }

  /** Changes what runs at a record, also while a stop is planted there. */
  setHandler(record: number, handler: number, running: Vcpu): void {
    if (running.get32(CPU.PLANTED_REC) === record) running.set32(CPU.PLANTED_HANDLER, handler);
    else this.views.u16[(record + RECORD.HANDLER) >>> 1] = handler;
  }

  /** What runs at a record, looking through a planted stop. */
  handler(record: number, running: Vcpu): number {
    if (running.get32(CPU.PLANTED_REC) === record) return running.get32(CPU.PLANTED_HANDLER);
    return this.views.u16[(record + RECORD.HANDLER) >>> 1]!;
  }
}
