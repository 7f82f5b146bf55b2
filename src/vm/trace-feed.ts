import type { HostTime } from '../machine/clock';
import type { Trace } from '../machine/trace/trace';
import type { TraceBatch } from '../machine/trace/trace-format';

/** Host nanoseconds between two batches: as often as somebody sees a difference. */
const PERIOD = 60e6;

/** Gives out what was traced of a machine at the pace at which somebody can look at it. */
export class TraceFeed {
  private givenAt = Number.NEGATIVE_INFINITY;
  private isDue = false;

  constructor(
    private readonly trace: Trace,
    private readonly time: Pick<HostTime, 'monotonic'>,
  ) {}

  /** All there is belongs into the next batch of events. */
  hurry(): void {
    this.isDue = true;
  }

  /** What is to be told now, if anything is. */
  take(): TraceBatch | undefined {
    const now = this.time.monotonic();
    if (!this.isDue && !this.trace.isLong && now - this.givenAt < PERIOD) return undefined;
    this.isDue = false;
    this.givenAt = now;
    return this.trace.take();
  }
}
