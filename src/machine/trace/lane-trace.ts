import type { SegmentColumns } from './trace-columns';
import {
  CELL_NS,
  KEPT_IN_CELL,
  LANE_STATE,
  LANE_STATES,
  type LaneState,
  packSegment,
  segmentSpace,
  segmentState,
} from './trace-format';

/** No machine time has this cell. */
const NO_CELL = -1;

/**
 * What one vCPU does, as segments. Those that begin in one cell wait until it is over: of few each is told, of many what they come to. Where cells begin
 * is a matter of machine time alone, so the same run gives the same segments, whenever they are taken.
 */
export class LaneTrace {
  /** The segment that goes on: since when, what, and the instructions at its start. NaN: nothing is known yet. */
  private since = Number.NaN;
  private what = 0;
  private atStart = 0;

  private cell = NO_CELL;
  private kept = 0;
  private readonly starts = new Float64Array(KEPT_IN_CELL);
  private readonly lengths = new Float64Array(KEPT_IN_CELL);
  private readonly instructions = new Float64Array(KEPT_IN_CELL);
  private readonly whats = new Uint32Array(KEPT_IN_CELL);
  /** More began in the cell than are kept: from `starts[0]` on it is told by what was spent in each state. */
  private gathering = false;
  private readonly spent = new Float64Array(LANE_STATES);
  /** Of the EL0 that was gathered: undefined before there was some. */
  private space: number | undefined;
  lost = 0;

  constructor(
    private readonly vcpu: number,
    private readonly settled: SegmentColumns,
  ) {}

  /** From `now` on the vCPU does this. `instructions`: what all have retired so far. */
  change(now: number, instructions: number, state: LaneState, space = 0): void {
    const what = packSegment(this.vcpu, state, space);
    if (what === this.what && !Number.isNaN(this.since)) return;
    if (now > this.since) this.add(this.since, now, this.atStart, this.what);
    this.since = now;
    this.what = what;
    this.atStart = instructions;
  }

  private add(start: number, end: number, instructions: number, what: number): void {
    const cell = Math.floor(start / CELL_NS);
    if (cell !== this.cell) {
      this.settle();
      this.cell = cell;
    }
    if (!this.gathering && this.kept === KEPT_IN_CELL) {
      this.gathering = true;
      for (let index = 0; index < this.kept; index++) this.gather(this.lengths[index]!, this.whats[index]!);
    }
    if (this.gathering) {
      const cellEnd = (cell + 1) * CELL_NS;
      this.gather(Math.min(end, cellEnd) - start, what);
      if (end > cellEnd) this.add(cellEnd, end, instructions, what);
      return;
    }
    this.starts[this.kept] = start;
    this.lengths[this.kept] = end - start;
    this.instructions[this.kept] = instructions;
    this.whats[this.kept++] = what;
  }

  private gather(length: number, what: number): void {
    const state = segmentState(what);
    this.spent[state] = this.spent[state]! + length;
    if (state !== LANE_STATE.EL0) return;
    const space = segmentSpace(what);
    this.space = this.space === undefined || this.space === space ? space : 0;
  }

  private settle(): void {
    this.tell(this.settled);
    this.drop();
  }

  private drop(): void {
    this.kept = 0;
    this.gathering = false;
    this.spent.fill(0);
    this.space = undefined;
    this.cell = NO_CELL;
  }

  private tell(columns: SegmentColumns): void {
    if (!this.gathering) {
      for (let index = 0; index < this.kept; index++)
        this.put(columns, this.starts[index]!, this.lengths[index]!, this.instructions[index]!, this.whats[index]!);
      return;
    }
    for (let state = 0; state < LANE_STATES; state++) {
      const length = this.spent[state]!;
      if (length === 0) continue;
      const space = state === LANE_STATE.EL0 ? (this.space ?? 0) : 0;
      this.put(columns, this.starts[0]!, length, this.instructions[0]!, packSegment(this.vcpu, state as LaneState, space, true));
    }
  }

  private put(columns: SegmentColumns, start: number, length: number, instructions: number, what: number): void {
    if (!columns.add(start, length, instructions, what)) this.lost++;
  }

  /** What follows is another course: of what waits nothing more is told. */
  forget(): void {
    this.since = Number.NaN;
    this.drop();
  }

  /** What waits, and the segment that goes on, as far as `now`. */
  tellTail(now: number, tail: SegmentColumns): void {
    this.tell(tail);
    if (now > this.since) tail.add(this.since, now - this.since, this.atStart, this.what);
  }
}
