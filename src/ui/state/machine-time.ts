/** Best guess of the machine's time between two reports of it, so that vCPU reports can be placed on the strip. */

/** A machine that runs reports every three seconds at least, however idle it is: without a report for longer it stands still, as while it is saved. */
const MOST_GUESSED_MS = 3000;

export class MachineTime {
  private known = 0;
  private knownAt = 0;
  private flowing = false;
  /** The last time the machine itself gave, ns. */
  reported = 0;

  /** `host` gives milliseconds that only move forward; injected for tests. */
  constructor(private readonly host: () => number = () => performance.now()) {}

  begin(): void {
    this.known = 0;
    this.reported = 0;
    this.knownAt = this.host();
    this.flowing = false;
  }

  /** Whether machine time now follows the host's; under the virtual clock, or paused, only reports move it. */
  running(flowing: boolean): void {
    this.known = this.now();
    this.knownAt = this.host();
    this.flowing = flowing;
  }

  /** A report of the machine's own time, ns. */
  seen(time: number): void {
    this.reported = Math.max(this.reported, time);
    if (time < this.known) return;
    this.known = time;
    this.knownAt = this.host();
  }

  /** Nanoseconds since the machine was switched on. */
  now(): number {
    return this.flowing ? this.known + Math.min(MOST_GUESSED_MS, this.host() - this.knownAt) * 1e6 : this.known;
  }
}
