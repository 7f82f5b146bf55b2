/** Events over time, on the strip's time in nanoseconds: exceptions of one vCPU, or calls of all. */
import { RunningSums, withRoom } from './running-sums';

const FIRST_GRAIN = 100_000;
const THINNED = 0.6;

/**
 * What happened when, and how often of it. When there are too many, events of the same kind that are close to each other are made one with their number,
 * everywhere alike.
 */
export class EventRows {
  readonly rows: RunningSums;
  private whats = new Uint32Array(0);
  private details = new Float64Array(0);
  /** Events of a kind within this have been made one (ns). */
  grain = 0;
  private readonly quantities: Float64Array;

  /**
   * @param fieldOf which of `fields` sums an event counts in, by what it is
   * @param hasDetails each event has a number of its own besides: of several that are made one, the first's stays
   */
  constructor(
    fields: number,
    most: number,
    private readonly fieldOf: (what: number) => number,
    private readonly hasDetails = false,
  ) {
    this.rows = new RunningSums(fields, most);
    this.quantities = new Float64Array(fields);
  }

  get length(): number {
    return this.rows.length;
  }

  get bytes(): number {
    return this.rows.bytes + this.whats.byteLength + this.details.byteLength;
  }

  /** Not earlier than those before. */
  add(time: number, what: number, count: number, detail = 0): void {
    const { rows } = this;
    if (rows.length === rows.most) this.thin();
    rows.push(time, this.counted(what, count));
    if (this.whats.length !== rows.room) {
      this.whats = withRoom(this.whats, rows.room);
      if (this.hasDetails) this.details = withRoom(this.details, rows.room);
    }
    this.whats[rows.length - 1] = what;
    if (this.hasDetails) this.details[rows.length - 1] = detail;
  }

  /** What came after `time` is gone. */
  cut(time: number): void {
    this.rows.truncate(this.rows.lastAt(time) + 1);
  }

  private counted(what: number, count: number): Float64Array {
    this.quantities.fill(0);
    this.quantities[this.fieldOf(what)] = count;
    return this.quantities;
  }

  time(row: number): number {
    return this.rows.times[row]!;
  }
  what(row: number): number {
    return this.whats[row]!;
  }
  count(row: number): number {
    return this.rows.value(row, this.fieldOf(this.whats[row]!));
  }
  detail(row: number): number {
    return this.details[row] ?? 0;
  }

  /** The first row that is not before `time`. */
  from(time: number): number {
    const row = this.rows.lastAt(time);
    if (row < 0) return 0;
    let first = row;
    while (first >= 0 && this.rows.times[first]! >= time) first--;
    return first + 1;
  }

  private thin(): void {
    const { rows } = this;
    const span = this.time(rows.length - 1) - this.time(0);
    this.grain = Math.max(this.grain, FIRST_GRAIN, span / rows.most);
    do {
      this.grain *= 2;
      this.join(this.grain);
    } while (rows.length > rows.most * THINNED);
  }

  /** Makes those of a kind one that are within `longest` of each other. The loop is as plain as can be: it goes through all rows while the page waits. */
  private join(longest: number): void {
    const { rows, whats, details, hasDetails } = this;
    const { times, values, fields, length } = rows;
    let written = 0;
    /** First row of the window that is being written, and its end. */
    let base = 0;
    let windowEnd = Number.NEGATIVE_INFINITY;
    for (let row = 0; row < length; row++) {
      const time = times[row]!;
      const what = whats[row]!;
      if (time > windowEnd) {
        windowEnd = time + longest;
        base = written;
      }
      // Of few kinds: whatever happens in a window happens often.
      let into = base;
      while (into < written && whats[into] !== what) into++;
      const [from, to] = [row * fields, into * fields];
      if (into < written) {
        for (let field = 0; field < fields; field++) values[to + field] = values[to + field]! + values[from + field]!;
        continue;
      }
      times[written] = time;
      whats[written] = what;
      if (hasDetails) details[written] = details[row]!;
      for (let field = 0; field < fields; field++) values[to + field] = values[from + field]!;
      written++;
    }
    rows.rewritten(written);
  }
}
