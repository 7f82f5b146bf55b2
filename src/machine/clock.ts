import type { Alarm, Clock, DeviceState } from './device';

/** What the host lends the machine: monotonic time, and the time of day at which the machine was switched on. Nanoseconds. */
export interface HostTime {
  /** Monotonic, any origin. */
  monotonic(): number;
  /** Since 1970. */
  wall(): bigint;
}

/** Under the virtual clock every retired instruction takes this many nanoseconds (125 million instructions per second). */
export const NS_PER_INSTRUCTION = 8;
/** Nanoseconds an instruction may count for between two samples of the host's clock. */
const MAX_PACE = 20;
/** One tick of the system counter (62.5 MHz). */
const NS_PER_TICK = 16;

interface PendingAlarm {
  deadline: number;
  fire: () => void;
}

/**
 * The machine's time. `virtual`: a function of the instructions retired, plus the idle time that was skipped. `realtime`: the host's, less
 * the time spent paused. Internally nanoseconds as numbers: exact for 104 days.
 */
export class MachineClock implements Clock {
  private alarms: PendingAlarm[] = [];
  private skipped = 0;
  private origin: number;
  private pausedAt: number | undefined;
  private wallOrigin: bigint;
  /** Last reading of the host's clock, the instruction count then, and nanoseconds credited per instruction since. */
  private sampled: number;
  private sampledAt = 0;
  private pace = 1;
  private last = 0;

  constructor(
    readonly mode: 'realtime' | 'virtual',
    private readonly host: HostTime,
    /** Instructions retired by all vCPUs so far, exact also inside a slice. */
    private readonly retired: () => number,
    /** Wall time at power-on under the virtual clock, so that runs repeat. */
    virtualEpoch: bigint,
  ) {
    this.origin = host.monotonic();
    this.sampled = this.origin;
    this.wallOrigin = mode === 'virtual' ? virtualEpoch : host.wall();
  }

  /** Nanoseconds since power-on. */
  get ns(): number {
    if (this.mode === 'virtual') return this.retired() * NS_PER_INSTRUCTION + this.skipped;
    if (this.pausedAt !== undefined) return Math.max(this.last, Math.floor(this.pausedAt - this.origin));
    // Browsers round their clocks to 0.1 ms: between two samples time goes on with the instructions, but never past what it would be at
    // the slowest pace, and never backwards.
    const ahead = (this.retired() - this.sampledAt) * this.pace;
    this.last = Math.max(this.last, Math.floor(this.sampled - this.origin + ahead));
    return this.last;
  }

  /** Reads the host's clock (realtime): between slices, so that a slice is at most one sample long. */
  sample(): void {
    if (this.mode === 'virtual') return;
    const now = this.host.monotonic();
    const retired = this.retired();
    const elapsed = now - this.sampled;
    if (elapsed > 0) {
      // A pace that is a little too slow lets the samples correct it forwards.
      if (retired > this.sampledAt) this.pace = Math.min(MAX_PACE, (0.5 * elapsed) / (retired - this.sampledAt));
      this.sampled = now;
      this.sampledAt = retired;
    }
  }
  /** The system counter. */
  get ticks(): number {
    return Math.floor(this.ns / NS_PER_TICK);
  }

  now(): bigint {
    return BigInt(this.ns);
  }
  wallTime(): bigint {
    return this.wallOrigin + BigInt(this.ns);
  }

  at(deadline: bigint, fire: () => void): Alarm {
    const alarm = { deadline: Number(deadline), fire };
    let place = this.alarms.length;
    while (place > 0 && this.alarms[place - 1]!.deadline > alarm.deadline) place--;
    this.alarms.splice(place, 0, alarm);
    return {
      cancel: () => {
        this.alarms = this.alarms.filter((other) => other !== alarm);
      },
    };
  }

  /** When the next alarm is due, in ns; Infinity if there is none. */
  nextAlarm(): number {
    return this.alarms[0]?.deadline ?? Number.POSITIVE_INFINITY;
  }

  fireDue(): void {
    while (this.alarms.length && this.alarms[0]!.deadline <= this.ns) this.alarms.shift()!.fire();
  }

  /** Virtual clock: nothing happens until `ns`, so it is then. */
  skipTo(ns: number): void {
    if (ns > this.ns) this.skipped += ns - this.ns;
  }

  pause(): void {
    this.pausedAt ??= this.host.monotonic();
  }
  resume(): void {
    if (this.pausedAt === undefined) return;
    const now = this.host.monotonic();
    this.origin += now - this.pausedAt;
    this.sampled = now;
    this.pausedAt = undefined;
  }

  save(): DeviceState {
    return { ns: this.ns, wall: this.wallTime() };
  }

  /** Goes on from a saved time. The time of day jumps forward under the realtime clock, as for any machine that slept. */
  restore(state: DeviceState, retired: number): void {
    const ns = state.ns as number;
    if (this.mode === 'virtual') {
      this.skipped = ns - retired * NS_PER_INSTRUCTION;
      this.wallOrigin = (state.wall as bigint) - BigInt(ns);
    } else {
      const now = this.pausedAt ?? this.host.monotonic();
      this.origin = now - ns;
      this.sampled = now;
      this.sampledAt = retired;
      this.last = ns;
      this.wallOrigin = this.host.wall() - BigInt(ns);
    }
    this.alarms = [];
  }

  static ticksToNs(ticks: number): number {
    return ticks * NS_PER_TICK;
  }
}
