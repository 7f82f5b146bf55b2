import type { HostTime } from '../machine/clock';
import type { Trace } from '../machine/trace/machine-trace';
import type { TraceBatch } from '../machine/trace/trace-format';

/** Host nanoseconds between two batches: as often as somebody sees a difference. */
const PERIOD = 60e6;
/** The same while the machine waits: its timers go off now and then. With its reports all there is comes, too. */
const WAITING_PERIOD = 2000e6;

/** Gives out what was traced of a machine at the pace at which somebody can look at it. */
export class TraceFeed {
  private givenAt = Number.NEGATIVE_INFINITY;
  private isDue = false;

  constructor(
    private readonly trace: Trace,
    private readonly time: Pick<HostTime, 'monotonic'>,
    /** Whether the machine does next to nothing. */
    private readonly waits: () => boolean,
  ) {}

  /** All there is belongs into the next batch of events. */
  hurry(): void {
    this.isDue = true;
  }

  /**
   * What is to be told now, if anything is.
   * @param called calls are told of in the same batch: whoever looks at one sees what the vCPUs did then
   */
  take(called = false): TraceBatch | undefined {
    const now = this.time.monotonic();
    const waits = this.waits();
    const period = waits ? WAITING_PERIOD : PERIOD;
    const isDue = this.isDue || this.trace.isLong || (called && waits);
    if (!isDue && now - this.givenAt < period) return undefined;
    this.isDue = false;
    this.givenAt = now;
    return this.trace.take();
  }
}
