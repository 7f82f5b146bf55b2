import type { TraceEvents, TraceSegments } from './trace-format';

/** Rows that may wait to be taken: some seconds of a busy machine. */
const MOST_ROWS = 1 << 17;
const FIRST_ROWS = 256;

function longer<Column extends Float64Array | Uint32Array>(column: Column): Column {
  const grown = new (column.constructor as new (length: number) => Column)(2 * column.length);
  grown.set(column);
  return grown;
}

/** Segments that wait to be taken, in columns that grow up to a bound. */
export class SegmentColumns {
  private rows = 0;
  private start = new Float64Array(FIRST_ROWS);
  private lengths = new Float64Array(FIRST_ROWS);
  private instructions = new Float64Array(FIRST_ROWS);
  private what = new Uint32Array(FIRST_ROWS);

  get length(): number {
    return this.rows;
  }

  /** False if there is no room. */
  add(start: number, length: number, instructions: number, what: number): boolean {
    if (this.rows === this.what.length) {
      if (this.rows === MOST_ROWS) return false;
      this.start = longer(this.start);
      this.lengths = longer(this.lengths);
      this.instructions = longer(this.instructions);
      this.what = longer(this.what);
    }
    this.start[this.rows] = start;
    this.lengths[this.rows] = length;
    this.instructions[this.rows] = instructions;
    this.what[this.rows++] = what;
    return true;
  }

  take(): TraceSegments {
    const { rows } = this;
    this.rows = 0;
    return {
      start: this.start.slice(0, rows),
      length: this.lengths.slice(0, rows),
      instructions: this.instructions.slice(0, rows),
      what: this.what.slice(0, rows),
    };
  }
}

/** Exceptions that wait to be taken. */
export class EventColumns {
  private rows = 0;
  private time = new Float64Array(FIRST_ROWS);
  private what = new Uint32Array(FIRST_ROWS);
  private count = new Uint32Array(FIRST_ROWS);

  get length(): number {
    return this.rows;
  }

  /** False if there is no room. */
  add(time: number, what: number, count: number): boolean {
    if (this.rows === this.what.length) {
      if (this.rows === MOST_ROWS) return false;
      this.time = longer(this.time);
      this.what = longer(this.what);
      this.count = longer(this.count);
    }
    this.time[this.rows] = time;
    this.what[this.rows] = what;
    this.count[this.rows++] = count;
    return true;
  }

  take(): TraceEvents {
    const { rows } = this;
    this.rows = 0;
    return { time: this.time.slice(0, rows), what: this.what.slice(0, rows), count: this.count.slice(0, rows) };
  }
}
