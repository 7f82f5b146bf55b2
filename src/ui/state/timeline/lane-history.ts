/** What one vCPU did over time, on the strip's time in nanoseconds. */
import { LANE_STATE, LANE_STATES, type LaneState } from '../../../vm/api/traced';
import { RunningSums, withRoom } from './running-sums';

/** As constants of this module: what is imported is looked up anew at each use in some hosts, and these are used in the innermost loops. */
const [STATES, EL0] = [LANE_STATES, LANE_STATE.EL0];
/** Half of the widest stretch that is made one when there are too many, at first (ns). */
const FIRST_GRAIN = 50_000;
/** After thinning, at most this much of the room is taken. */
const THINNED = 0.6;

/** What a vCPU did at a moment. */
export interface LaneMoment {
  /** The stretch that is known as one. */
  start: number;
  end: number;
  /** Share of it in each state, by `LANE_STATE`. */
  shares: Float64Array;
  /** Id of the address space of its EL0; 0: several, or not known. */
  space: number;
  /** Retired by all vCPUs at its start. */
  instructions: number;
}

/**
 * Stretches of one vCPU, each with the time spent in each state. When there are too many, short neighbours are made one, everywhere alike: detail fades
 * evenly, and what is spent in all stays what it was.
 */
export class LaneHistory {
  readonly rows: RunningSums;
  private spaces = new Uint32Array(0);
  private instructions = new Float64Array(0);
  /** Stretches shorter than this have been made one (ns). */
  grain = 0;

  constructor(most: number) {
    this.rows = new RunningSums(STATES, most);
  }

  get bytes(): number {
    return this.rows.bytes + this.spaces.byteLength + this.instructions.byteLength;
  }

  clear(): void {
    this.rows.rewritten(0);
  }

  /** A stretch that begins where the one before ended, or later. `spent`: nanoseconds in each state. */
  add(start: number, spent: ArrayLike<number>, space: number, instructions: number): void {
    const { rows } = this;
    if (rows.length === rows.most) this.thin();
    rows.push(start, spent);
    if (this.spaces.length !== rows.room) {
      this.spaces = withRoom(this.spaces, rows.room);
      this.instructions = withRoom(this.instructions, rows.room);
    }
    this.spaces[rows.length - 1] = space;
    this.instructions[rows.length - 1] = instructions;
  }

  /** What came at `time` or later is gone; of a stretch around it the part before stays. */
  cut(time: number): void {
    const { rows } = this;
    const row = rows.lastAt(time);
    rows.truncate(row + 1);
    if (row < 0) return;
    const start = rows.times[row]!;
    const length = this.lengthOf(row);
    if (start + length <= time) return;
    const spent = Float64Array.from({ length: STATES }, (_, state) => (rows.value(row, state) * (time - start)) / length);
    rows.truncate(row);
    if (time > start) rows.push(start, spent);
  }

  lengthOf(row: number): number {
    let sum = 0;
    for (let state = 0; state < STATES; state++) sum += this.rows.value(row, state);
    return sum;
  }

  /** End of what is known. */
  get end(): number {
    const { length, times } = this.rows;
    return length === 0 ? 0 : times[length - 1]! + this.lengthOf(length - 1);
  }

  /**
   * What was spent in each state up to `time`, from the beginning on. Returns the row it lies in, or behind: the hint for the next, later time.
   */
  until(time: number, into: Float64Array, hint = 0): number {
    const { rows } = this;
    const row = rows.lastAt(time, hint);
    if (row < 0) {
      into.fill(0);
      return 0;
    }
    rows.before(row, into);
    const length = this.lengthOf(row);
    const part = length > 0 ? Math.min(1, (time - rows.times[row]!) / length) : 1;
    for (let state = 0; state < STATES; state++) into[state] = into[state]! + part * rows.value(row, state);
    return row;
  }

  at(time: number): LaneMoment | undefined {
    const row = this.rows.lastAt(time);
    if (row < 0) return undefined;
    const start = this.rows.times[row]!;
    const length = this.lengthOf(row);
    if (time >= start + length) return undefined;
    const shares = Float64Array.from({ length: STATES }, (_, state) => this.rows.value(row, state) / length);
    return { start, end: start + length, shares, space: this.spaces[row]!, instructions: this.instructions[row]! };
  }

  spaceOf(row: number): number {
    return this.spaces[row]!;
  }
  instructionsAt(row: number): number {
    return this.instructions[row]!;
  }

  /** The state of a row that knows only one. */
  pureState(row: number): LaneState | undefined {
    let found: number | undefined;
    for (let state = 0; state < STATES; state++) {
      if (this.rows.value(row, state) === 0) continue;
      if (found !== undefined) return undefined;
      found = state;
    }
    return found as LaneState | undefined;
  }

  private thin(): void {
    const { rows } = this;
    const span = this.end - rows.times[0]!;
    this.grain = Math.max(this.grain, FIRST_GRAIN, span / rows.most);
    do {
      this.grain *= 2;
      this.join(this.grain);
    } while (rows.length > rows.most * THINNED);
  }

  /** Makes neighbours one that together take no longer than `longest`. The loop is as plain as can be: it goes through all rows while the page waits. */
  private join(longest: number): void {
    const { rows, spaces, instructions } = this;
    const { values, times, length } = rows;
    let written = -1;
    let end = Number.NEGATIVE_INFINITY;
    for (let row = 0; row < length; row++) {
      const time = times[row]!;
      const from = row * STATES;
      let spent = 0;
      for (let state = 0; state < STATES; state++) spent += values[from + state]!;
      const into = Math.max(0, written) * STATES;
      // Times are told to the nanosecond, and sums of floats are not.
      if (time <= end + 1 && time + spent - times[Math.max(0, written)]! <= longest) {
        spaces[written] = joinedSpace(values[into + EL0]!, spaces[written]!, values[from + EL0]!, spaces[row]!);
        for (let state = 0; state < STATES; state++) values[into + state] = values[into + state]! + values[from + state]!;
      } else {
        written++;
        times[written] = time;
        spaces[written] = spaces[row]!;
        instructions[written] = instructions[row]!;
        values.copyWithin(written * STATES, from, from + STATES);
      }
      end = time + spent;
    }
    rows.rewritten(written + 1);
  }
}

/** The address space of two stretches with so much EL0 each. */
function joinedSpace(first: number, firstSpace: number, second: number, secondSpace: number): number {
  if (first === 0) return secondSpace;
  if (second === 0 || firstSpace === secondSpace) return firstSpace;
  return 0;
}
