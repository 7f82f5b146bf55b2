/** Where the table starts. Node 20 copies it into every module that imports it: 20 bytes a slot and module. */
const INITIAL_SIZE = 4096;
/** Handler indices are 16 bits wide. */
export const MAX_HANDLERS = 65536;

/** The function table that records' handlers index: the interpreter's own first, then slots that a compiler takes and gives back. */
export class HandlerTable {
  readonly table: WebAssembly.Table;
  private readonly free: number[] = [];
  /** Slots from here on were never used. */
  private next: number;

  /** `fixed`: slots from 0 on that the interpreter fills. */
  constructor(private readonly fixed: number) {
    let initial = INITIAL_SIZE;
    while (initial <= fixed) initial *= 2;
    this.table = new WebAssembly.Table({ initial, element: 'anyfunc' });
    this.next = fixed;
  }

  get size(): number {
    return this.table.length;
  }
  /** Slots that are taken, without the interpreter's. */
  get taken(): number {
    return this.next - this.fixed - this.free.length;
  }

  /** Takes a slot, which is empty; the table doubles when there is none. Throws when all 65,536 are taken. */
  take(): number {
    const given = this.free.pop();
    if (given !== undefined) return given;
    if (this.next === this.table.length) {
      if (this.next === MAX_HANDLERS) throw new Error(`All ${MAX_HANDLERS} handlers are in use: give some back first.`);
      this.table.grow(Math.min(this.next, MAX_HANDLERS - this.next));
    }
    return this.next++;
  }

  /** Gives a slot back. No record may name it any more. It is emptied, so that its module is garbage with its last slot. */
  release(slot: number): void {
    this.table.set(slot, null);
    this.free.push(slot);
  }
}
