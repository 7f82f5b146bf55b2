import { describe, expect, it } from 'vitest';
import type { FirmwareCall } from '../../../vm/api';
import {
  KEPT_SPACES,
  LANE_STATE,
  LANE_STATES,
  type LaneState,
  packEvent,
  packSegment,
  type TraceBatch,
} from '../../../vm/api/traced';
import { eventsBetween, isLater } from './event-list';
import { INTERRUPTS, Timeline } from './timeline';

const { EL0, EL1, IDLE, OFF } = LANE_STATE;
const MS = 1e6;
const S = 1e9;

type Row = [start: number, length: number, state: LaneState, options?: { vcpu?: number; space?: number; gathered?: boolean }];

function columns(rows: readonly Row[]): TraceBatch['segments'] {
  return {
    start: Float64Array.from(rows, ([start]) => start),
    length: Float64Array.from(rows, ([, length]) => length),
    instructions: Float64Array.from(rows, ([start]) => start / 8),
    what: Uint32Array.from(rows, ([, , state, { vcpu = 0, space = 0, gathered = false } = {}]) =>
      packSegment(vcpu, state, space, gathered),
    ),
  };
}
function batch(until: number, rows: readonly Row[], more: Partial<TraceBatch> = {}): TraceBatch {
  const none = { time: new Float64Array(), what: new Uint32Array(), count: new Uint32Array() };
  return {
    until,
    instructions: until / 8,
    segments: columns(rows),
    events: none,
    tail: columns([]),
    spaces: [],
    lost: 0,
    ...more,
  };
}
function interrupts(times: readonly number[], vcpu = 0, count = 1): TraceBatch['events'] {
  return {
    time: Float64Array.from(times),
    what: Uint32Array.from(times, () => packEvent(vcpu, 'irq', 27)),
    count: Uint32Array.from(times, () => count),
  };
}
function call(name: string, time: number, seq = 0): FirmwareCall {
  const none = { argsText: '', resultText: '', why: '' };
  return { seq, time, vcpu: 0, conduit: 'hvc', id: 0, name, args: [0n, 0n, 0n], outcome: 'ok', ...none };
}

it('has words for the address spaces that were met last', () => {
  const line = new Timeline();
  const space = (id: number) => ({ id, table: id << 12, asid: 0, contextId: id });
  for (let id = 1; id < 3 * KEPT_SPACES; id += 100)
    line.addTrace(batch(id * MS, [], { spaces: Array.from({ length: 100 }, (_, n) => space(id + n)) }));
  expect(line.spaces.size).toBe(KEPT_SPACES);
  expect([...line.spaces.keys()].at(-1)).toBeGreaterThanOrEqual(3 * KEPT_SPACES - 100);
});

describe('lanes', () => {
  it('go on from where the machine takes another course, at its time', () => {
    const line = new Timeline();
    line.addTrace(batch(4 * MS, [[0, 3 * MS, EL1]], { tail: columns([[3 * MS, MS, IDLE]]) }));
    line.addTrace(batch(3 * MS, [[2 * MS, MS, EL0]], { anew: 2 * MS }));
    expect(line.end).toBe(3 * MS);
    expect(line.momentAt(2.5 * MS)?.time).toBe(2.5 * MS);
    expect([...line.shares(0, 0, line.end)].map((share) => Math.round(share * 3)).slice(EL1)).toEqual([2, 1]);
  });

  it('know nothing of what has not happened: stretches, interrupts, calls', () => {
    const line = new Timeline();
    const rows = Array.from({ length: 100 }, (_, row): Row => [row * MS, MS, row % 2 ? EL0 : EL1]);
    line.addTrace(batch(100 * MS, rows, { events: interrupts(rows.map(([start]) => start)) }));
    for (const seq of [10, 60, 90]) line.addCall(call('CPU_ON', seq * MS, seq));
    line.addTrace(batch(62.5 * MS, [[60.5 * MS, 2 * MS, IDLE]], { anew: 60.5 * MS, events: interrupts([62 * MS]) }));
    expect(line.end).toBe(62.5 * MS);
    expect(line.events[0]!.length).toBe(62);
    expect(Array.from({ length: line.calls.length }, (_, row) => line.call(row).at)).toEqual([10 * MS, 60 * MS]);
    const spent = new Float64Array(LANE_STATES);
    line.spentUntil(0, line.end, spent);
    expect([...spent].slice(IDLE)).toEqual([2 * MS, 0, 30.5 * MS, 30 * MS]);
    expect(eventsBetween(line, 0, line.end, 1000).total).toBe(64);
  });

  it('know the shares of any stretch, and what was at a moment', () => {
    const line = new Timeline();
    line.addTrace(
      batch(4 * MS, [
        [0, MS, EL1],
        [MS, 2 * MS, EL0, { space: 3 }],
        [3 * MS, MS, IDLE],
      ]),
    );
    expect([...line.shares(0, 0, 4 * MS)].slice(IDLE)).toEqual([0.25, 0, 0.25, 0.5]);
    expect([...line.shares(0, 0.5 * MS, 1.5 * MS)].slice(EL1)).toEqual([0.5, 0.5]);
    expect(line.laneAt(0, 2 * MS)).toMatchObject({ start: MS, end: 3 * MS, space: 3 });
    expect(line.laneAt(0, 4 * MS)).toBeUndefined();
    expect(line.momentAt(2 * MS)).toEqual({ time: 2 * MS, instructions: MS / 8 });
  });

  it('fold what was gathered, and tell it as shares', () => {
    const line = new Timeline();
    line.addTrace(
      batch(MS, [
        [0, 25_000, EL1, { gathered: true }],
        [0, 75_000, EL0, { gathered: true }],
        [100_000, 100_000, EL1],
      ]),
    );
    expect(line.lanes[0]!.rows.length).toBe(2);
    expect([...line.laneAt(0, 50_000)!.shares].slice(EL1)).toEqual([0.25, 0.75]);
  });

  it('replace what was not settled by what comes of it', () => {
    const line = new Timeline();
    line.addTrace(batch(MS, [], { tail: columns([[0, MS, EL1]]) }));
    expect(line.shares(0, 0, MS)[EL1]).toBe(1);
    line.addTrace(batch(3 * MS, [[0, 2 * MS, EL1]], { tail: columns([[2 * MS, MS, IDLE]]) }));
    expect([...line.shares(0, 0, 3 * MS)].map((share) => share.toFixed(2))).toEqual([
      '0.00',
      '0.00',
      '0.00',
      '0.33',
      '0.00',
      '0.67',
      '0.00',
    ]);
  });

  it('go on behind a sleep, and have machine time anew', () => {
    const line = new Timeline();
    line.addTrace(batch(10 * S, [], { tail: columns([[0, 10 * S, EL1]]) }));
    line.sleep();
    const woke = line.end;
    line.wake('wake · PSCI 1.1');
    line.addTrace(batch(S, [[0, S, IDLE]]));
    expect(line.end).toBe(woke + S);
    expect(line.sleeps).toEqual([{ start: 10 * S, end: woke }]);
    expect(line.shares(0, 0, 10 * S)[EL1]).toBe(1);
    expect(line.laneAt(0, 10 * S + 1)).toBeUndefined();
    expect(line.momentAt((10 * S + woke) / 2)).toBeUndefined();
    expect(line.momentAt(woke + S / 2)?.time).toBe(S / 2);
    expect(line.landmarks).toEqual([{ at: woke, label: 'wake · PSCI 1.1' }]);
  });

  it('lead back from a sleep, which has not happened on another course', () => {
    const line = new Timeline();
    line.addTrace(batch(10 * S, [[0, 10 * S, EL1]]));
    line.sleep();
    expect(line.awakeEnd).toBe(10 * S);
    expect(line.end).toBeGreaterThan(10 * S);
    // Its moments are those of before.
    expect(line.epochs.toStrip(4 * S)).toBe(4 * S);
    expect(line.epochs.at(4 * S)).toBe(line.epochs.own);
    line.addTrace(batch(5 * S, [[4 * S, S, IDLE]], { anew: 4 * S }));
    expect(line.sleeps).toEqual([]);
    expect([line.end, line.awakeEnd]).toEqual([5 * S, 5 * S]);
    expect(line.momentAt(4.5 * S)?.time).toBe(4.5 * S);
  });

  it('begin where a restored machine goes on', () => {
    const line = new Timeline();
    line.addTrace(batch(101 * S, [[100 * S, S, EL1]]));
    expect(line.end).toBe(S);
    expect(line.momentAt(S / 2)?.time).toBe(100.5 * S);
  });
});

describe('calls', () => {
  it('are found by what they are, and the next of weight from a moment on', () => {
    const line = new Timeline();
    line.addTrace(batch(10 * S, [[0, 10 * S, EL1]]));
    line.addCall(call('PSCI_VERSION', S, 0));
    line.addCall(call('CPU_ON', 2 * S, 1));
    line.addCall(call('SYSTEM_OFF2', 9 * S, 2));
    expect(line.call(1)).toMatchObject({ at: 2 * S, name: 'CPU_ON', isPower: true, seq: 1 });
    expect(line.nextMark(0, 1)).toBe(2 * S);
    expect(line.nextMark(2 * S, 1)).toBe(9 * S);
    expect(line.nextMark(9 * S, -1)).toBe(2 * S);
    expect(line.nextMark(9 * S, 1)).toBeUndefined();
  });

  it('and exceptions are of later, where the machine went back, by their number or their time', () => {
    const line = new Timeline();
    line.addTrace(batch(110 * S, [[100 * S, 10 * S, EL1]], { events: interrupts([103 * S, 107 * S]) }));
    // Two calls at one moment, and the machine stands between them.
    for (const [seq, time] of [101 * S, 105 * S, 105 * S].entries()) line.addCall(call(`CALL_${seq}`, time, seq));
    const past = { time: 105 * S, moment: { instructions: 0, part: 0 } as never, present: 110 * S, calls: 2, unprinted: 0 };
    const later = (at: typeof past | undefined) =>
      eventsBetween(line, 0, 10 * S, 100).rows.map((row) => isLater(row, at, line.epochs));
    expect(later(past)).toEqual([false, false, false, true, true]);
    expect(later(undefined)).not.toContain(true);
  });

  it('and exceptions are listed in order, with how many there are in all', () => {
    const line = new Timeline();
    line.addTrace(
      batch(S, [[0, S, EL1]], {
        events: interrupts(
          Array.from({ length: 50 }, (_, index) => index * 10 * MS),
          0,
          2,
        ),
      }),
    );
    line.addCall(call('CPU_ON', 15 * MS));
    const { rows, total } = eventsBetween(line, 0, S, 3);
    expect(total).toBe(101);
    expect(rows.map(({ what, count }) => [what, count])).toEqual([
      ['IRQ 27, virtual timer', 2],
      ['IRQ 27, virtual timer', 2],
      ['CPU_ON', 1],
    ]);
  });
});

describe('a million events', () => {
  const EVENTS = 1_000_000;
  /** On two vCPUs: 12 us of EL0, 8 us of EL1 with an interrupt, over and over, in batches. */
  function long(): Timeline {
    const line = new Timeline();
    const perBatch = 5_000;
    for (let begin = 0; begin < EVENTS / 2; begin += perBatch) {
      const start = Float64Array.from({ length: 2 * perBatch }, (_, row) => (begin + (row >> 1)) * 20_000 + (row % 2) * 12_000);
      const length = Float64Array.from(start, (_, row) => (row % 2 ? 8_000 : 12_000));
      const time = Float64Array.from({ length: perBatch }, (_, index) => (begin + index) * 20_000 + 12_000);
      const until = (begin + perBatch) * 20_000;
      for (const vcpu of [0, 1]) {
        const [user, kernel] = [packSegment(vcpu, EL0, 1), packSegment(vcpu, EL1, 0)];
        const what = Uint32Array.from(start, (_, row) => (row % 2 ? kernel : user));
        const events = {
          time,
          what: new Uint32Array(perBatch).fill(packEvent(vcpu, 'irq', 27)),
          count: new Uint32Array(perBatch).fill(1),
        };
        line.addTrace({ ...batch(until, []), segments: { start, length, instructions: start, what }, events });
      }
    }
    return line;
  }

  const line = long();

  it('take bounded room, and what they come to stays true', () => {
    expect(line.bytes).toBeLessThan(64 << 20);
    const { end } = line;
    for (const vcpu of [0, 1]) {
      const spent = new Float64Array(LANE_STATES);
      line.spentUntil(vcpu, end, spent);
      expect(spent[EL0]! / end).toBeCloseTo(0.6, 6);
      expect(spent[EL1]! / end).toBeCloseTo(0.4, 6);
      expect(spent[OFF]).toBe(0);
      const counted = new Float64Array(2);
      const { rows } = line.events[vcpu]!;
      rows.before(rows.length, counted);
      expect(counted[INTERRUPTS]).toBe(EVENTS / 2);
    }
    // What was thinned was thinned alike: a twentieth of a second tells as much early as later; only the newest is as it came.
    const rowsIn = (from: number): number => {
      const { rows } = line.lanes[0]!;
      return rows.lastAt(from + 50 * MS) - rows.lastAt(from);
    };
    expect(rowsIn(0.4 * end) / rowsIn(0.05 * end)).toBeCloseTo(1, 0);
    expect(line.shares(0, S, 1.5 * S)[EL0]).toBeCloseTo(0.6, 2);
  });

  it('are summed up for every pixel by looking at few rows', () => {
    const { rows } = line.lanes[0]!;
    // Every look at a row's quantities is counted.
    let looks = 0;
    const value = rows.value.bind(rows);
    rows.value = (row, field) => {
      looks++;
      return value(row, field);
    };
    const pixels = 1500;
    const sums = new Float64Array(LANE_STATES);
    let hint = 0;
    for (let pixel = 1; pixel <= pixels; pixel++) hint = line.spentUntil(0, (pixel / pixels) * line.end, sums, hint);
    expect(rows.length).toBeGreaterThan(50_000);
    expect(looks / pixels).toBeLessThan(3 * LANE_STATES);
  });
});
