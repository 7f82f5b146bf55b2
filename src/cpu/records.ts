import { FIXED_HANDLER } from './abi';
import { MEMORY, RECORD } from './layout';
import { type GuestRam, LINE_BYTES, PAGE_BYTES } from './ram';
import type { RecordHandlers } from './record-handlers';
import type { MemoryViews, Vcpu } from './vcpu';

const NO_PAGE = -1;

/** As a part of the pool. */
const WORTH_SWEEPING = 1 / 8;

/** Address of the first record at a place in the pool. */
const baseAt = (place: number): number => MEMORY.RECORDS + place * RECORD.PAGE_STRIDE;

/** Bytes of the records of one line of code. */
const LINE_RECORDS = (LINE_BYTES / 4) * RECORD.SIZE;

/**
 * Whose a breakpoint is: the host's, who stops whoever comes; or one by virtual address, the host's debugger's or a vCPU's, which only means that somebody is
 * to look.
 */
export type BreakpointOwner = 'host' | 'debugger' | Vcpu;

/** Called when a page's records are given up, or when some of its instructions were overwritten. */
export interface RecordsListener {
  /** All records of the page at `base` become invalid; it may be used for another page. */
  pageDropped(base: number): void;
  /** The records from `first` to before `end` (addresses) were reset to undecoded. */
  overwritten(base: number, first: number, end: number): void;
  /** Compiled code that starts before `record` must not run past it any more. */
  interrupted(base: number, record: number): void;
}

/**
 * The pool of decoded pages: which physical page of RAM has its records where. Pages are decoded lazily, record by record, so a
 * page in the pool may hold no decoded instruction at all. When the pool is full such pages are given to others, or if there are few of them everything
 * in it is dropped: that bounds memory, and decoding is cheap.
 */
export class Records {
  /** Address of the first record by page of RAM; 0: none. */
  private readonly byPage: Int32Array;
  /** Page of RAM by place in the pool. */
  private readonly pageOf: Int32Array;
  private used = 0;
  /** Places below that which no page has. */
  private free: number[] = [];
  /** Places that were used at any time: those behind are zero as the memory came, and the host has nothing for them until records are decoded there. */
  private everUsed = 0;
  /** By place in the pool: see {@link generation}. */
  private readonly generations: Uint32Array;
  /** By physical address of an instruction, also in pages that have no records: who wants to stop before it. */
  private readonly breakpoints = new Map<number, Set<BreakpointOwner>>();
  private readonly capacity: number;

  constructor(
    private readonly views: MemoryViews,
    private readonly ram: GuestRam,
    readonly handlers: RecordHandlers,
    poolBytes: number,
    private readonly listener: RecordsListener,
  ) {
    this.byPage = new Int32Array(ram.allPages);
    // A stop may be planted up to one page of records behind any record: keep that much free behind the last.
    this.capacity = Math.floor(poolBytes / RECORD.PAGE_STRIDE) - 1;
    this.pageOf = new Int32Array(this.capacity).fill(NO_PAGE);
    this.generations = new Uint32Array(this.capacity);
  }

  get pages(): number {
    return this.used - this.free.length;
  }

  /** The first record of a page of RAM, 0 if it has none yet. */
  find(pagePa: number): number {
    return this.byPage[this.ram.pageOf(pagePa)]!;
  }

  /** Makes undecoded records for a page of RAM that has none. Undefined when the pool is full: {@link sweep} or {@link clear} it first. */
  allocate(pagePa: number): number | undefined {
    const place = this.free.pop() ?? (this.used === this.capacity ? undefined : this.used++);
    if (place === undefined) return undefined;
    const base = baseAt(place);
    if (place < this.everUsed) this.views.u8.fill(0, base, base + RECORD.PAGE_STRIDE);
    else this.everUsed = this.used;
    const behind = base + RECORD.PER_PAGE * RECORD.SIZE;
    this.views.u16[(behind + RECORD.HANDLER) >>> 1] = FIXED_HANDLER.NEXT_PAGE;
    this.views.u16[(behind + RECORD.ORIGINAL) >>> 1] = FIXED_HANDLER.NEXT_PAGE;
    const page = this.ram.pageOf(pagePa);
    this.byPage[page] = base;
    this.pageOf[place] = page;
    for (const pa of this.breakpoints.keys()) if (this.ram.pageOf(pa) === page) this.handlers.setBreakpoint(this.recordOf(pa));
    return base;
  }

  /** Forgets all pages. Nobody may hold a record address afterwards: code TLBs must be emptied, too. */
  clear(): void {
    for (let place = 0; place < this.used; place++) if (this.pageOf[place] !== NO_PAGE) this.drop(place);
    this.used = 0;
    this.free = [];
    this.ram.removeAllCode();
  }

  /**
   * Takes the places of pages that hold nothing decoded any more: their code was overwritten. Answers whether that made room for a while. Nobody may hold an
   * address of their records afterwards: code TLBs must be emptied.
   */
  sweep(): boolean {
    for (let place = 0; place < this.used; place++) {
      const page = this.pageOf[place]!;
      if (page === NO_PAGE || this.ram.pageHasCode(this.ram.addressOf(page))) continue;
      this.drop(place);
      this.free.push(place);
    }
    return this.free.length >= this.capacity * WORTH_SWEEPING;
  }

  private drop(place: number): void {
    const page = this.pageOf[place]!;
    for (const pa of this.breakpoints.keys()) if (this.ram.pageOf(pa) === page) this.handlers.clearBreakpoint(this.recordOf(pa));
    this.generations[place]!++;
    this.byPage[page] = 0;
    this.listener.pageDropped(baseAt(place));
    this.pageOf[place] = NO_PAGE;
  }

  /** First record of the page that `record` belongs to. */
  baseOf(record: number): number {
    return record - ((record - MEMORY.RECORDS) % RECORD.PAGE_STRIDE);
  }

  /**
   * A number that changes when records of the page at `base` become invalid: the page was dropped, or some of its instructions overwritten.
   * Whoever prepares something for the page while others run (compiles it, say) looks at it before and after.
   */
  generation(base: number): number {
    return this.generations[(base - MEMORY.RECORDS) / RECORD.PAGE_STRIDE]!;
  }

  /** The record of the instruction at a physical address, 0 if its page has none. */
  private recordOf(pa: number): number {
    const page = this.ram.pageOf(pa);
    const base = this.byPage[page]!;
    return base && base + ((pa - this.ram.addressOf(page)) >>> 2) * RECORD.SIZE;
  }

  /**
   * A vCPU that is about to run the instruction at this physical address stops before it, until {@link clearBreakpoint}: whatever happens to
   * the page meanwhile. To go on from there, clear it, run one instruction, and set it again. Throws for an address that is not in RAM.
   */
  setBreakpoint(pa: number, owner: BreakpointOwner = 'host'): void {
    if (pa % 4 !== 0 || !this.ram.isMemory(pa, 4))
      throw new RangeError(`There can be no instruction at 0x${pa.toString(16)}: give the address of a word in RAM.`);
    const owners = this.breakpoints.get(pa);
    if (owners) {
      owners.add(owner);
      return;
    }
    this.breakpoints.set(pa, new Set([owner]));
    const record = this.recordOf(pa);
    if (!record) return;
    this.handlers.setBreakpoint(record);
    this.listener.interrupted(this.baseOf(record), record);
  }
  clearBreakpoint(pa: number, owner: BreakpointOwner = 'host'): void {
    const owners = this.breakpoints.get(pa);
    if (!owners?.delete(owner) || owners.size > 0) return;
    this.breakpoints.delete(pa);
    const record = this.recordOf(pa);
    if (record) this.handlers.clearBreakpoint(record);
  }
  /** Whether this owner wants to stop before the instruction at `record`. */
  hasBreakpoint(record: number, owner: BreakpointOwner): boolean {
    return this.breakpoints.get(this.physical(record))?.has(owner) === true;
  }

  /** Physical address of the instruction at `record`. */
  physical(record: number): number {
    const within = (record - MEMORY.RECORDS) % RECORD.PAGE_STRIDE;
    const place = (record - MEMORY.RECORDS - within) / RECORD.PAGE_STRIDE;
    return this.ram.addressOf(this.pageOf[place]!) + within / 4;
  }

  /** Memory from `pa` on was written: its instructions are undecoded again. */
  written(pa: number, length: number): void {
    const end = pa + length;
    for (let at = pa; at < end; ) {
      const page = this.ram.pageOf(at);
      const pagePa = this.ram.addressOf(page);
      const stop = Math.min(end, pagePa + PAGE_BYTES);
      const base = this.byPage[page]!;
      if (base) this.undecode(base, at - pagePa, stop - pagePa);
      at = stop;
    }
  }

  private undecode(base: number, from: number, to: number): void {
    const first = base + (from >>> 2) * RECORD.SIZE;
    const end = base + ((to + 3) >>> 2) * RECORD.SIZE;
    let changed = false;
    for (let record = first; record < end; record += RECORD.SIZE) {
      if (this.handlers.original(record) === FIXED_HANDLER.UNDECODED) continue;
      this.handlers.setOriginal(record, FIXED_HANDLER.UNDECODED);
      changed = true;
    }
    if (!changed) return;
    this.generations[(base - MEMORY.RECORDS) / RECORD.PAGE_STRIDE]!++;
    this.listener.overwritten(base, first, end);
    for (let line = first - ((first - base) % LINE_RECORDS); line < end; line += LINE_RECORDS) {
      if (!this.lineHasCode(line)) this.ram.removeCode(this.physical(line));
    }
  }

  private lineHasCode(line: number): boolean {
    for (let record = line; record < line + LINE_RECORDS; record += RECORD.SIZE) {
      if (this.handlers.original(record) !== FIXED_HANDLER.UNDECODED) return true;
    }
    return false;
  }
}
