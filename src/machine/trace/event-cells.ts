import type { EventColumns } from './trace-columns';
import { CELL_NS, KEPT_IN_CELL } from './trace-format';

/** The exceptions of one vCPU: of each cell the first few as they come, and how many more there were of each kind. */
export class EventCells {
  private cell = -1;
  private told = 0;
  /** Those that are counted, by what they are, in the order of their first. */
  private readonly counted = new Map<number, { time: number; count: number }>();
  lost = 0;

  constructor(private readonly settled: EventColumns) {}

  add(time: number, what: number): void {
    const cell = Math.floor(time / CELL_NS);
    if (cell !== this.cell) {
      this.settle();
      this.cell = cell;
      this.told = 0;
    }
    if (this.told < KEPT_IN_CELL) {
      this.told++;
      this.put(time, what, 1);
      return;
    }
    const counted = this.counted.get(what);
    if (counted) counted.count++;
    else this.counted.set(what, { time, count: 1 });
  }

  /** Nothing more comes before `now`. */
  reached(now: number): void {
    if (now >= (this.cell + 1) * CELL_NS) this.settle();
  }

  /** What follows is another course: of what waits nothing more is told. */
  forget(): void {
    this.cell = -1;
    this.counted.clear();
  }

  private settle(): void {
    if (this.counted.size === 0) return;
    for (const [what, { time, count }] of this.counted) this.put(time, what, count);
    this.counted.clear();
  }

  private put(time: number, what: number, count: number): void {
    if (!this.settled.add(time, what, count)) this.lost += count;
  }
}
