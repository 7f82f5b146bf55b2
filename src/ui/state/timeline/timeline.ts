/**
 * What the vCPUs did over the machine's life, for the strip at the foot of the page: from what is traced of it, and the calls of its firmware. All of it
 * stays visible, in bounded room: see lane-history.ts and event-rows.ts. Times are nanoseconds on the strip (epochs.ts).
 */
import type { FirmwareCall } from '../../../vm/api';
import {
  type AddressSpace,
  eventKind,
  eventVcpu,
  isGathered,
  KEPT_SPACES,
  LANE_STATE,
  LANE_STATES,
  segmentSpace,
  segmentState,
  segmentVcpu,
  type TraceBatch,
  type TraceSegments,
} from '../../../vm/api/traced';
import { Epochs } from './epochs';
import { EventRows } from './event-rows';
import { LaneHistory } from './lane-history';

/** Rows for all vCPUs together: about 55 MB when all of it is taken. */
const MOST_SEGMENTS = 1 << 19;
const MOST_EVENTS = 1 << 20;
const MOST_CALLS = 1 << 15;
/** Rows of what is not settled: a cell's worth. */
const MOST_IN_TAIL = 1024;
/** The page is told of no more vCPUs than this. */
const MOST_VCPUS = 8;

/** Sums of events. */
export const INTERRUPTS = 0;
export const EXCEPTIONS = 1;

/** Of the calls, those that change what vCPUs and machine do: they are drawn first. */
const POWER_CALL = /^(CPU_ON|CPU_OFF|SYSTEM_)/;
/** Sleep has no length in machine time; it gets this part of the strip to be seen, and at least so many ns. */
const SLEEP_SHARE = 1 / 12;
const LEAST_SLEEP = 1e6;

/** A word at a place of the strip that is no call: a wake. */
export interface Landmark {
  at: number;
  label: string;
}

/** A call on the strip. */
export interface CallMark {
  at: number;
  name: string;
  vcpu: number;
  isError: boolean;
  /** It turns vCPUs or the machine on or off. */
  isPower: boolean;
  /** How many in a row; `seq` and `at` are the first's. */
  count: number;
  /** Of calls of the machine at hand only: those of one that slept are in no list any more, and its successor counts anew. */
  seq: number | undefined;
}

/** A moment of the run, as whoever moves the machine through time needs it. */
export interface Moment {
  /** Machine time, ns. */
  time: number;
  /** What all vCPUs together had retired when what goes on at the moment began: no later than then. */
  instructions: number | undefined;
}

const ERROR_CALL = 1 << 3;
const POWER_BIT = 1 << 4;
const NAME_SHIFT = 5;

export class Timeline {
  lanes: LaneHistory[] = [];
  /** What is not settled yet: drawn behind the lane's rows, and replaced by the next batch. */
  tails: LaneHistory[] = [];
  events: EventRows[] = [];
  calls = newCalls();
  landmarks: Landmark[] = [];
  readonly epochs = new Epochs();
  /** Those met last. */
  readonly spaces = new Map<number, AddressSpace>();
  /** Stretches of sleep on the strip. */
  sleeps: { start: number; end: number }[] = [];
  /** What was traced and never got here. */
  lost = 0;
  /** How many were begun anew: what was chosen of one before is nothing of this one. */
  lives = 0;
  private readonly names: string[] = [];
  private readonly nameIds = new Map<string, number>();
  private last = 0;
  private readonly spent = new Float64Array(LANE_STATES);

  get vcpus(): number {
    return this.lanes.length;
  }

  /** End of what is known. */
  get end(): number {
    return this.last;
  }

  /** End of what the machine at hand was awake for. */
  get awakeEnd(): number {
    return this.asleep ? this.epochs.last!.start : this.last;
  }

  /** Bytes it takes. */
  get bytes(): number {
    return [...this.lanes, ...this.events, this.calls].reduce((sum, each) => sum + each.bytes, 0);
  }

  clear(): void {
    this.lanes = [];
    this.tails = [];
    this.events = [];
    this.calls = newCalls();
    this.landmarks = [];
    this.epochs.list = [];
    this.spaces.clear();
    this.sleeps = [];
    this.lost = 0;
    this.last = 0;
    this.lives += 1;
  }

  /** The machine went to sleep on its disk: a stretch of sleep is drawn from here. */
  sleep(): void {
    if (this.last === 0 || this.asleep) return;
    this.settleTails();
    const end = this.last + Math.max(LEAST_SLEEP, this.last * SLEEP_SHARE);
    this.sleeps.push({ start: this.last, end });
    this.epochs.begin(this.last, undefined);
    this.last = end;
  }

  private get asleep(): boolean {
    const { last } = this.epochs;
    return last !== undefined && last.machine === undefined;
  }

  /** The machine woke from its disk: its new time zero is the end of the sleep. */
  wake(label: string): void {
    if (this.last > 0) this.sleep();
    else this.clear();
    this.landmarks.push({ at: this.last, label });
    this.spaces.clear();
    this.epochs.begin(this.last, 0);
  }

  /** The machine went back to `machine` time and takes another course: what came after it has not happened. */
  cut(machine: number): void {
    const at = this.epochs.toStrip(machine);
    if (at >= this.last) return;
    this.settleTails();
    for (const lane of this.lanes) lane.cut(at);
    for (const events of this.events) events.cut(at);
    this.calls.cut(at);
    // It was brought back from its sleep.
    if (this.asleep) {
      this.sleeps.pop();
      this.epochs.list.pop();
    }
    this.last = at;
  }

  addTrace(batch: TraceBatch): void {
    const { segments, tail, events, until, anew } = batch;
    if (anew !== undefined) this.cut(anew);
    this.lost += batch.lost;
    for (const space of batch.spaces) this.spaces.set(space.id, space);
    for (const id of this.spaces.keys()) {
      if (this.spaces.size <= KEPT_SPACES) break;
      this.spaces.delete(id);
    }
    if (this.epochs.list.length === 0) this.epochs.begin(0, segments.start[0] ?? tail.start[0] ?? until);
    this.prepare(segments);
    this.prepare(tail);
    this.addSegments(segments, this.lanes);
    for (const lane of this.tails) lane.clear();
    this.addSegments(tail, this.tails);
    for (let row = 0; row < events.what.length; row++) {
      const what = events.what[row]!;
      this.events[eventVcpu(what)]?.add(this.epochs.toStrip(events.time[row]!), what, events.count[row]!);
    }
    this.reach(until);
  }

  /** Machine time has come to `machine`. */
  reach(machine: number): void {
    if (this.asleep) return;
    this.last = Math.max(this.last, this.epochs.toStrip(machine));
  }

  private prepare({ what }: TraceSegments): void {
    let most = this.lanes.length;
    for (const each of what) most = Math.max(most, segmentVcpu(each) + 1);
    most = Math.min(most, MOST_VCPUS);
    while (this.lanes.length < most) {
      // The first two have half of the room: in most machines they do most of the work.
      const share = this.lanes.length < 2 ? 4 : 16;
      this.lanes.push(new LaneHistory(MOST_SEGMENTS / share));
      this.tails.push(new LaneHistory(MOST_IN_TAIL));
      this.events.push(new EventRows(2, MOST_EVENTS / share, fieldOfException));
    }
  }

  private addSegments({ start, length, instructions, what }: TraceSegments, lanes: readonly LaneHistory[]): void {
    const { spent } = this;
    for (let row = 0; row < what.length; ) {
      const [first, vcpu, from] = [what[row]!, segmentVcpu(what[row]!), start[row]!];
      const since = instructions[row]!;
      spent.fill(0);
      let space = 0;
      do {
        const each = what[row]!;
        const state = segmentState(each);
        spent[state] = spent[state]! + length[row]!;
        if (state === LANE_STATE.EL0) space = segmentSpace(each);
        row++;
      } while (
        isGathered(first) &&
        row < what.length &&
        isGathered(what[row]!) &&
        start[row] === from &&
        segmentVcpu(what[row]!) === vcpu
      );
      lanes[vcpu]?.add(this.epochs.toStrip(from), spent, space, since);
    }
  }

  /** What was not settled stays as it was told last. */
  private settleTails(): void {
    for (const [vcpu, tail] of this.tails.entries()) {
      const { rows } = tail;
      for (let row = 0; row < rows.length; row++) {
        const spent = Float64Array.from({ length: LANE_STATES }, (_, state) => rows.value(row, state));
        this.lanes[vcpu]!.add(rows.times[row]!, spent, tail.spaceOf(row), tail.instructionsAt(row));
      }
    }
    for (const tail of this.tails) tail.clear();
  }

  addCall(call: FirmwareCall): void {
    if (this.epochs.list.length === 0) this.epochs.begin(0, 0);
    const bits = (call.outcome === 'error' ? ERROR_CALL : 0) | (POWER_CALL.test(call.name) ? POWER_BIT : 0);
    const what = (this.nameId(call.name) << NAME_SHIFT) | bits | call.vcpu;
    const at = this.epochs.toStrip(call.time);
    // A call of a moment ago may be told after one that was dropped from between.
    const { length } = this.calls;
    this.calls.add(length > 0 ? Math.max(at, this.calls.time(length - 1)) : at, what, call.times ?? 1, call.seq);
    this.reach(call.time);
  }

  private nameId(name: string): number {
    let id = this.nameIds.get(name);
    if (id === undefined) {
      id = this.names.push(name) - 1;
      this.nameIds.set(name, id);
    }
    return id;
  }

  /** Call number `row`, from 0, of those that are kept. */
  call(row: number): CallMark {
    const what = this.calls.what(row);
    return {
      at: this.calls.time(row),
      name: this.names[what >>> NAME_SHIFT]!,
      vcpu: what & 7,
      isError: (what & ERROR_CALL) !== 0,
      isPower: (what & POWER_BIT) !== 0,
      count: this.calls.count(row),
      seq: this.calls.time(row) >= (this.landmarks.at(-1)?.at ?? 0) ? this.calls.detail(row) : undefined,
    };
  }

  isPowerCall(row: number): boolean {
    return (this.calls.what(row) & POWER_BIT) !== 0;
  }

  /** Where the next call that changes power states, or a wake, lies behind (1) or before (-1) a place of the strip. */
  nextMark(at: number, direction: 1 | -1): number | undefined {
    let best = this.landmarks
      .map((mark) => mark.at)
      .filter((each) => (each - at) * direction > 0)
      .sort((a, b) => (a - b) * direction)[0];
    const { calls } = this;
    for (let row = direction > 0 ? calls.from(at) : calls.from(at) - 1; row >= 0 && row < calls.length; row += direction) {
      const time = calls.time(row);
      if (time === at || !this.isPowerCall(row)) continue;
      if (best === undefined || (time - best) * direction < 0) best = time;
      break;
    }
    return best;
  }

  /** Nanoseconds that a vCPU spent in each state up to a place of the strip. Returns the hint for the next. */
  spentUntil(vcpu: number, at: number, into: Float64Array, hint = 0): number {
    const lane = this.lanes[vcpu]!;
    const row = lane.until(at, into, hint);
    const tail = this.tails[vcpu]!;
    if (tail.rows.length === 0 || at <= tail.rows.times[0]!) return row;
    tail.until(at, this.spent);
    for (let state = 0; state < LANE_STATES; state++) into[state] = into[state]! + this.spent[state]!;
    return row;
  }

  /** What a vCPU did at a place of the strip; undefined: nothing is known. */
  laneAt(vcpu: number, at: number) {
    return this.tails[vcpu]?.at(at) ?? this.lanes[vcpu]?.at(at);
  }

  /** Shares of a stretch of the strip in each state: what is missing to 1 is not known. */
  shares(vcpu: number, from: number, to: number): Float64Array {
    const [before, after] = [new Float64Array(LANE_STATES), new Float64Array(LANE_STATES)];
    this.spentUntil(vcpu, from, before);
    this.spentUntil(vcpu, to, after);
    return after.map((spent, state) => (spent - before[state]!) / (to - from));
  }

  isAsleep(at: number): boolean {
    return this.sleeps.some(({ start, end }) => start <= at && at < end);
  }

  /** The moment of the run at a place of the strip. */
  momentAt(at: number): Moment | undefined {
    const time = this.epochs.toMachine(at);
    if (time === undefined) return undefined;
    const known = this.lanes.map((_, vcpu) => this.laneAt(vcpu, at)?.instructions ?? 0);
    return { time, instructions: known.length > 0 ? Math.max(...known) : undefined };
  }
}

const newCalls = (): EventRows => new EventRows(1, MOST_CALLS, () => 0, true);
const fieldOfException = (what: number): number => {
  const kind = eventKind(what);
  return kind === 'irq' || kind === 'fiq' ? INTERRUPTS : EXCEPTIONS;
};
