import type { Alarm, Clock } from '../device';

/** A clock that stands still until told to advance. */
export class FakeClock implements Clock {
  private time = 0n;
  private alarms: { deadline: bigint; fire: () => void }[] = [];

  /** @param bootWallTime nanoseconds since 1970 when the machine was switched on */
  constructor(private bootWallTime = 0n) {}

  now(): bigint {
    return this.time;
  }

  wallTime(): bigint {
    return this.bootWallTime + this.time;
  }

  at(deadline: bigint, fire: () => void): Alarm {
    const entry = { deadline, fire };
    this.alarms.push(entry);
    return { cancel: () => (this.alarms = this.alarms.filter((other) => other !== entry)) };
  }

  private readonly wallListeners: (() => void)[] = [];
  onWallStep(listener: () => void): void {
    this.wallListeners.push(listener);
  }
  /** The time of day is put forward (or back) by so many nanoseconds, while the machine's own time stands still. */
  stepWall(nanoseconds: bigint): void {
    this.bootWallTime += nanoseconds;
    for (const listener of this.wallListeners) listener();
  }

  get pending(): number {
    return this.alarms.length;
  }

  advance(nanoseconds: bigint): void {
    const end = this.time + nanoseconds;
    for (;;) {
      const due = this.alarms.filter((alarm) => alarm.deadline <= end).sort((a, b) => Number(a.deadline - b.deadline))[0];
      if (due === undefined) break;
      this.alarms = this.alarms.filter((other) => other !== due);
      if (due.deadline > this.time) this.time = due.deadline;
      due.fire();
    }
    this.time = end;
  }
}

/** A wire that remembers its level and how often it rose. */
export class FakeLine {
  asserted = false;
  rises = 0;
  set(asserted: boolean): void {
    if (asserted && !this.asserted) this.rises++;
    this.asserted = asserted;
  }
}
