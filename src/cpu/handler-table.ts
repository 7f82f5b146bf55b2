/** Where the table starts. Node 20 copies it into every module that imports it: 20 bytes a slot and module. */
const INITIAL_SIZE = 4096;
/** Handler indices are 16 bits wide. */
export const MAX_HANDLERS = 65536;

/** The function table that records' handlers index: the interpreter's own first, then slots that a compiler takes. */
export class HandlerTable {
  table!: WebAssembly.Table;
  /** Slots from here on were never used. */
  private next!: number;

  /** `fixed`: slots from 0 on that the interpreter fills. */
  constructor(private readonly fixed: number) {
    this.renew();
  }

  /**
   * Begins with another table, which is empty. The old one is garbage with all that is linked to it; no part of it is before, as V8 of Node 20 keeps
   * every module that ever imported a table for as long as the table, whether any of its functions is still in it or not.
   */
  renew(): void {
    let initial = INITIAL_SIZE;
    while (initial <= this.fixed) initial *= 2;
    this.table = new WebAssembly.Table({ initial, element: 'anyfunc' });
    this.next = this.fixed;
  }

  get size(): number {
    return this.table.length;
  }
  /** Slots that are taken, without the interpreter's. */
  get taken(): number {
    return this.next - this.fixed;
  }

  /** Takes slots one behind another, which are empty, and returns the first; the table doubles when it is full. Throws when there are not 65,536 in all. */
  take(count = 1): number {
    const first = this.next;
    const end = first + count;
    if (end > MAX_HANDLERS) throw new Error(`All ${MAX_HANDLERS} handlers are in use: begin with another table.`);
    while (end > this.table.length) this.table.grow(Math.min(this.table.length, MAX_HANDLERS - this.table.length));
    this.next = end;
    return first;
  }
  /** Whether {@link take} has so many left. */
  has(count: number): boolean {
    return this.next + count <= MAX_HANDLERS;
  }
}
