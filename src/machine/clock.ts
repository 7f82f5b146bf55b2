import type { Alarm, Apply, Clock, DeviceState } from './device';
import type { TimeStep } from './input';
import { SavedState } from './saved-state';

/** What the host lends the machine: monotonic time, and the time of day. Nanoseconds. */
export interface HostTime {
  /** Monotonic, any origin. */
  monotonic(): number;
  /** Since 1970. */
  wall(): bigint;
}

/** What the machine has done so far, exact also inside a slice. */
export interface Progress {
  /** Instructions retired by all vCPUs. */
  readonly instructions: number;
  /** The same plus what slow services were charged with: see cpu/cost.ts. */
  readonly cost: number;
}

/** Under the virtual clock every retired instruction takes this many nanoseconds (125 million instructions per second). */
export const NS_PER_INSTRUCTION = 8;
/** One tick of the system counter (62.5 MHz). */
const NS_PER_TICK = 16;

/** Nanoseconds of running over which the pace is measured: browsers round their clocks to 0.1 or 1 ms. */
const MEASURED_NS = 4e6;
/** How much a new measurement weighs. */
const MEASURE_WEIGHT = 0.4;
/** Limits of a believable pace in ns per unit, and the first guess: rather too slow, since time can only be put forward. */
const [FASTEST, SLOWEST, FIRST_PACE] = [0.05, 100, 2] as const;
/** A machine that is ahead of the host by this much goes at the least share of its pace. */
const LEAD_NS = 20e6;
const LEAST_SHARE = 0.25;
/** Steps smaller than this are not worth taking. */
const SMALLEST_STEP_NS = 5_000;
/** A guest that reads the counter is told of a host that is ahead by more than this at once. */
const TOLERATED_LAG_NS = 30_000;
/** Between two looks at the host's clock lies no more than a slice or a second of sleep, unless the host itself stood still. */
const FROZEN_NS = 10e9;
/** The time of day is compared once a second, and set when it is off by more than this. */
const WALL_PERIOD_NS = 1e9;
const WALL_TOLERANCE_NS = 100_000_000n;

/**
 * The last time that is skipped to: 52 days, half of what a number counts exactly, so that a machine can run on from there. What is due later
 * never is. A file that says more was not written by a machine.
 */
export const LAST_SKIP_NS = 2 ** 52;
/** Where realtime stands still: what a number counts exactly, 104 days. */
const LAST_STEP_NS = Number.MAX_SAFE_INTEGER;

interface PendingAlarm {
  deadline: number;
  fire: () => void;
}

/**
 * The machine's time. `virtual`: a function of the instructions retired, plus the idle time that was skipped. `realtime`: between two steps
 * it goes on with what the machine does, at a measured pace; steps, taken through the input gate, bring it up to the host's. So in both
 * modes time is a function of the inputs. It never goes back: a machine that is ahead goes more slowly until the host has caught up.
 * Internally nanoseconds as numbers: exact for 104 days.
 */
export class MachineClock implements Clock {
  private alarms: PendingAlarm[] = [];
  private readonly wallListeners: (() => void)[] = [];

  // What time is: the machine's state.
  /** Virtual: idle time skipped. */
  private skipped = 0;
  /** Realtime: the last step, and the cost when it was taken. */
  private stepNs = 0;
  private stepCost = 0;
  private pace: number = FIRST_PACE;
  /** Time of day at power-on. */
  private wallOrigin: bigint;

  // How the host's clock is followed: nobody's state.
  /** The host's time at which the machine's is zero. */
  private origin: number;
  private seen: number;
  private pausedAt: number | undefined;
  private measured: number = FIRST_PACE;
  /** When the host was last looked at in this stretch of running, and the cost then. */
  private last: { now: number; cost: number } | undefined;
  /** What was seen of running since the pace was worked out last. */
  private readonly window = { ns: 0, cost: 0 };
  private wallSeen = Number.NEGATIVE_INFINITY;

  /** @param host left out where a log is replayed: then steps come from there */
  constructor(
    readonly mode: 'realtime' | 'virtual',
    private readonly host: HostTime | undefined,
    private readonly progress: Progress,
    /** Wall time at power-on under the virtual clock, so that runs repeat. */
    virtualEpoch: bigint,
  ) {
    this.wallOrigin = mode === 'virtual' ? virtualEpoch : 0n;
    this.origin = this.seen = host?.monotonic() ?? 0;
  }

  /** Nanoseconds since power-on. */
  get ns(): number {
    if (this.mode === 'virtual') return this.progress.instructions * NS_PER_INSTRUCTION + this.skipped;
    return this.stepNs + Math.floor((this.progress.cost - this.stepCost) * this.pace);
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

  /** What the machine may do until `deadline` (ns): instructions under the virtual clock, cost under the realtime one. At least 1. */
  until(deadline: number): number {
    const left = (deadline - this.ns) / (this.mode === 'virtual' ? NS_PER_INSTRUCTION : this.pace);
    return Math.max(1, Math.ceil(left));
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

  onWallStep(listener: () => void): void {
    this.wallListeners.push(listener);
  }

  /** When the next alarm is due, in ns; Infinity if there is none. */
  nextAlarm(): number {
    return this.alarms[0]?.deadline ?? Number.POSITIVE_INFINITY;
  }

  fireDue(): void {
    while (this.alarms.length && this.alarms[0]!.deadline <= this.ns) this.alarms.shift()!.fire();
  }

  /** Virtual clock: nothing happens until `ns`, at most {@link LAST_SKIP_NS}, so it is then. */
  skipTo(ns: number): void {
    const then = Math.min(ns, LAST_SKIP_NS);
    if (then > this.ns) this.skipped += then - this.ns;
  }

  /** A stretch of running begins: what passed before was not the guest's work. */
  beginStretch(): void {
    this.last = undefined;
  }

  /** Looks at the host's clock (realtime). Returns the step to take, if one is due. */
  observe(): TimeStep | undefined {
    const { host } = this;
    if (this.mode === 'virtual' || !host || this.pausedAt !== undefined) return undefined;
    const now = host.monotonic();
    if (now - this.seen > FROZEN_NS) {
      // The whole host was asleep, or froze us: to the guest it is a pause.
      this.origin += now - this.seen;
      this.forgetWall();
    }
    this.seen = now;
    this.measure(now);
    const here = this.ns;
    const error = now - this.origin - here;
    const ns = error > SMALLEST_STEP_NS ? Math.floor(here + error) : here;
    const pace = error < 0 ? this.measured * Math.max(LEAST_SHARE, 1 + error / LEAD_NS) : this.measured;
    const wall = this.observeWall(host, ns);
    if (ns === here && wall === undefined && Math.abs(pace / this.pace - 1) < 0.02) return undefined;
    return { ns, pace, ...(wall === undefined ? {} : { wall }) };
  }

  private measure(now: number): void {
    const { window, last } = this;
    const { cost } = this.progress;
    this.last = { now, cost };
    if (!last) return;
    window.ns += now - last.now;
    window.cost += cost - last.cost;
    if (window.ns < MEASURED_NS || window.cost === 0) return;
    const pace = Math.min(SLOWEST, Math.max(FASTEST, window.ns / window.cost));
    // A host that did something else meanwhile says nothing about us.
    const weight = pace > 2 * this.measured ? MEASURE_WEIGHT / 8 : MEASURE_WEIGHT;
    this.measured += (pace - this.measured) * weight;
    window.ns = window.cost = 0;
  }

  private observeWall(host: HostTime, ns: number): bigint | undefined {
    if (this.seen - this.wallSeen < WALL_PERIOD_NS) return undefined;
    const first = this.wallSeen === Number.NEGATIVE_INFINITY;
    this.wallSeen = this.seen;
    const wall = host.wall();
    const off = wall - (this.wallOrigin + BigInt(ns));
    return first || off > WALL_TOLERANCE_NS || off < -WALL_TOLERANCE_NS ? wall : undefined;
  }

  private forgetWall(): void {
    this.wallSeen = Number.NEGATIVE_INFINITY;
  }

  /** Whether a guest that looks at the counter now would see a time that is long past. */
  get lags(): boolean {
    if (this.mode === 'virtual' || !this.host || this.pausedAt !== undefined) return false;
    return this.host.monotonic() - this.origin - this.ns > TOLERATED_LAG_NS;
  }

  /** Takes a step of {@link observe}, or of a log. Time never goes back, whatever the step says. */
  step({ ns, pace, wall }: TimeStep): void {
    this.stepNs = Math.min(LAST_STEP_NS, Math.max(ns, this.ns));
    this.stepCost = this.progress.cost;
    this.pace = pace;
    if (wall === undefined) return;
    this.wallOrigin = wall - BigInt(this.stepNs);
    for (const listener of this.wallListeners) listener();
  }

  /** The machine stands still, and so does its time; the time of day goes on. */
  pause(): void {
    this.pausedAt ??= this.host?.monotonic();
  }
  resume(): void {
    const { host, pausedAt } = this;
    if (!host || pausedAt === undefined) return;
    this.pausedAt = undefined;
    this.follow(host);
  }

  /** From here on machine time goes with the host's. */
  private follow(host: HostTime): void {
    this.seen = host.monotonic();
    this.origin = this.seen - this.ns;
    this.last = undefined;
    this.forgetWall();
  }

  save(): DeviceState {
    if (this.mode === 'virtual') return { skipped: this.skipped, wallOrigin: this.wallOrigin };
    const { stepNs, pace, wallOrigin } = this;
    return { stepNs, stepCost: this.stepCost, pace, wallOrigin };
  }

  /** A saved time to go on from; `cost` is what the progress will have come to. Alarms are the devices' to set again. */
  check(state: DeviceState, cost: number): Apply {
    const saved = new SavedState('clock', state);
    const wallOrigin = saved.bigint('wallOrigin');
    const time = this.mode === 'virtual' ? this.checkSkipped(saved) : this.checkStep(saved, cost);
    return () => {
      Object.assign(this, time);
      this.wallOrigin = wallOrigin;
      this.alarms = [];
      if (this.mode === 'virtual') return;
      this.measured = Math.max(FASTEST, this.pace);
      if (this.host) this.follow(this.host);
      if (this.pausedAt !== undefined) this.pausedAt = this.seen;
    };
  }

  private checkSkipped(saved: SavedState) {
    return { skipped: saved.number('skipped', LAST_SKIP_NS) };
  }

  private checkStep(saved: SavedState, cost: number) {
    const [stepNs, stepCost] = [saved.number('stepNs', LAST_STEP_NS), saved.number('stepCost', Number.MAX_SAFE_INTEGER)];
    const pace = saved.real('pace', FASTEST * LEAST_SHARE, SLOWEST);
    if (stepCost > cost) throw new Error(`The saved clock was set at cost ${stepCost}, but the machine is at ${cost}.`);
    return { stepNs, stepCost, pace };
  }

  static ticksToNs(ticks: number): number {
    return ticks * NS_PER_TICK;
  }
}
