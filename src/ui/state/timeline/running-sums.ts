/** Rows between two kept totals. */
const BLOCK = 16;
const FIRST_ROWS = 1024;

/** `column` with room for `rows` times `width` numbers. */
export function withRoom<Column extends Float64Array | Float32Array | Uint32Array>(column: Column, length: number): Column {
  const grown = new (column.constructor as new (length: number) => Column)(length);
  grown.set(column);
  return grown;
}

/**
 * Rows in the order of time, each with a few quantities, and the totals up to every sixteenth of them: so what any stretch of rows comes to is found without
 * looking at more than a few, however many there are. Totals are doubles, a row's own quantities are floats.
 */
export class RunningSums {
  length = 0;
  times = new Float64Array(FIRST_ROWS);
  /** Of all rows, `fields` for each. */
  values: Float32Array;
  private totals: Float64Array;

  /** @param most rows there is ever room for, a multiple of sixteen; beyond that {@link push} must not be called */
  constructor(
    readonly fields: number,
    readonly most: number,
  ) {
    this.values = new Float32Array(FIRST_ROWS * fields);
    this.totals = new Float64Array((FIRST_ROWS / BLOCK) * fields);
  }

  /** Rows there is room for now. */
  get room(): number {
    return this.times.length;
  }

  get bytes(): number {
    return this.times.byteLength + this.values.byteLength + this.totals.byteLength;
  }

  push(time: number, quantities: ArrayLike<number>): void {
    const { fields, length } = this;
    if (length === this.room) this.grow();
    this.times[length] = time;
    for (let field = 0; field < fields; field++) this.values[length * fields + field] = quantities[field]!;
    this.length++;
    if (this.length % BLOCK === 0 && this.length < this.room) this.total(this.length / BLOCK);
  }

  /** Writes the totals before a block, from those of the block before. */
  private total(block: number): void {
    const { fields, totals, values } = this;
    for (let field = 0; field < fields; field++) {
      let sum = totals[(block - 1) * fields + field]!;
      for (let row = (block - 1) * BLOCK; row < block * BLOCK; row++) sum += values[row * fields + field]!;
      totals[block * fields + field] = sum;
    }
  }

  private grow(): void {
    const room = Math.min(this.most, 2 * this.room);
    this.times = withRoom(this.times, room);
    this.values = withRoom(this.values, room * this.fields);
    this.totals = withRoom(this.totals, (room / BLOCK) * this.fields);
    if (this.length % BLOCK === 0) this.total(this.length / BLOCK);
  }

  value(row: number, field: number): number {
    return this.values[row * this.fields + field]!;
  }

  /** What all rows before `row` come to. */
  before(row: number, into: Float64Array): void {
    const { fields, values } = this;
    // The totals behind a full last block are not kept.
    const block = Math.min(Math.floor(row / BLOCK), this.room / BLOCK - 1);
    for (let field = 0; field < fields; field++) into[field] = this.totals[block * fields + field]!;
    for (let at = block * BLOCK; at < row; at++)
      for (let field = 0; field < fields; field++) into[field] = into[field]! + values[at * fields + field]!;
  }

  /** The last row that is not later than `time`, or -1. `hint`: where it may well be, or shortly after. */
  lastAt(time: number, hint = 0): number {
    const { times, length } = this;
    let low = hint > 0 && hint < length && times[hint]! <= time ? hint : 0;
    // Ever larger steps from the hint on, then halves.
    let step = 1;
    while (low + step < length && times[low + step]! <= time) {
      low += step;
      step *= 2;
    }
    let high = Math.min(length, low + step);
    if (length === 0 || times[low]! > time) return -1;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (times[middle]! <= time) low = middle;
      else high = middle;
    }
    return low;
  }

  /** Rows from `rows` on are gone. */
  truncate(rows: number): void {
    this.length = Math.min(this.length, rows);
  }

  /** From here on there are so many rows, whose {@link times} and {@link values} were written over. */
  rewritten(rows: number): void {
    this.length = rows;
    for (let block = 1; block * BLOCK <= rows && block * BLOCK < this.room; block++) this.total(block);
  }
}
