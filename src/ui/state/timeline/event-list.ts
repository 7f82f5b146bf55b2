/** The events of a stretch of the strip as a list. Pure functions. */
import type { PastView } from '../../../vm/api/time-travel';
import { eventCode, eventKind, eventVcpu } from '../../../vm/api/traced';
import type { Epochs } from './epochs';
import { exceptionWords, timeWords } from './lane-words';
import { EXCEPTIONS, INTERRUPTS, type Timeline } from './timeline';

export interface ListedEvent {
  /** On the strip, ns. */
  at: number;
  /** Of the machine, in ns; and in words, to the nanosecond. */
  ns: number;
  time: string;
  vcpu: number | undefined;
  what: string;
  kind: 'call' | 'exception' | 'wake';
  count: number;
  /** Of a call of the machine at hand: its number, of several in a row the first's. */
  seq?: number | undefined;
}

/** The first `most` events from `from` to `to`, and how many there are. */
export function eventsBetween(
  timeline: Timeline,
  from: number,
  to: number,
  most: number,
): { rows: ListedEvent[]; total: number } {
  const rows: ListedEvent[] = [];
  let total = 0;
  const time = (at: number): Pick<ListedEvent, 'ns' | 'time'> => {
    const ns = timeline.epochs.toMachine(at) ?? 0;
    return { ns, time: timeWords(ns, 1) };
  };
  for (const { at, label } of timeline.landmarks) {
    if (at < from || at >= to) continue;
    rows.push({ at, ...time(at), vcpu: undefined, what: label, kind: 'wake', count: 1 });
    total++;
  }
  const { calls } = timeline;
  const [first, behind] = [calls.from(from), calls.from(to)];
  total += sumBetween(calls.rows, first, behind, 0);
  for (let row = first; row < Math.min(behind, first + most); row++) {
    const { at, name, vcpu, count, seq } = timeline.call(row);
    rows.push({ at, ...time(at), vcpu, what: name, kind: 'call', count, seq });
  }
  for (const events of timeline.events) {
    const [begin, end] = [events.from(from), events.from(to)];
    for (const field of [INTERRUPTS, EXCEPTIONS]) total += sumBetween(events.rows, begin, end, field);
    for (let row = begin; row < Math.min(end, begin + most); row++) {
      const what = events.what(row);
      const at = events.time(row);
      rows.push({
        at,
        ...time(at),
        vcpu: eventVcpu(what),
        what: exceptionWords(eventKind(what), eventCode(what)),
        kind: 'exception',
        count: events.count(row),
      });
    }
  }
  rows.sort((a, b) => a.at - b.at);
  return { rows: rows.slice(0, most), total };
}

/** It is yet to come where a machine stands that went back: by its number if it is a call, else by its time. */
export function isLater({ at, seq }: Pick<ListedEvent, 'at' | 'seq'>, past: PastView | undefined, epochs: Epochs): boolean {
  if (!past) return false;
  return seq === undefined ? at > epochs.toStrip(past.time) : seq >= past.calls;
}

function sumBetween(rows: Timeline['calls']['rows'], first: number, behind: number, field: number): number {
  const [before, after] = [new Float64Array(rows.fields), new Float64Array(rows.fields)];
  rows.before(first, before);
  rows.before(behind, after);
  return after[field]! - before[field]!;
}

/** As lines with tabs between the columns, for a spreadsheet: seconds and numbers of vCPUs are numbers. */
export function eventsAsText(rows: readonly ListedEvent[]): string {
  const lines = rows.map(({ ns, vcpu, what, count }) => [(ns / 1e9).toFixed(9), vcpu ?? '', what, count].join('\t'));
  return ['seconds of machine time\tvCPU\tevent\tcount', ...lines].join('\n');
}
