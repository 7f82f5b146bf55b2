/** The events of a stretch of the strip as a list. Pure functions. */
import { eventCode, eventKind, eventVcpu } from '../../../vm/api/trace';
import { exceptionWords, timeWords } from './lane-words';
import { EXCEPTIONS, INTERRUPTS, type Timeline } from './timeline';

export interface ListedEvent {
  /** On the strip, ns. */
  at: number;
  /** Of the machine, in words, to the nanosecond. */
  time: string;
  vcpu: number | undefined;
  what: string;
  kind: 'call' | 'exception' | 'wake';
  count: number;
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
  const time = (at: number): string => timeWords(timeline.epochs.toMachine(at) ?? 0, 1);
  for (const { at, label } of timeline.landmarks) {
    if (at < from || at >= to) continue;
    rows.push({ at, time: time(at), vcpu: undefined, what: label, kind: 'wake', count: 1 });
    total++;
  }
  const { calls } = timeline;
  const [first, behind] = [calls.from(from), calls.from(to)];
  total += sumBetween(calls.rows, first, behind, 0);
  for (let row = first; row < Math.min(behind, first + most); row++) {
    const { at, name, vcpu, count } = timeline.call(row);
    rows.push({ at, time: time(at), vcpu, what: name, kind: 'call', count });
  }
  for (const events of timeline.events) {
    const [begin, end] = [events.from(from), events.from(to)];
    for (const field of [INTERRUPTS, EXCEPTIONS]) total += sumBetween(events.rows, begin, end, field);
    for (let row = begin; row < Math.min(end, begin + most); row++) {
      const what = events.what(row);
      const at = events.time(row);
      rows.push({
        at,
        time: time(at),
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

function sumBetween(rows: Timeline['calls']['rows'], first: number, behind: number, field: number): number {
  const [before, after] = [new Float64Array(rows.fields), new Float64Array(rows.fields)];
  rows.before(first, before);
  rows.before(behind, after);
  return after[field]! - before[field]!;
}

/** As lines with tabs between the columns, for a spreadsheet. */
export function eventsAsText(rows: readonly ListedEvent[]): string {
  const lines = rows.map(({ time, vcpu, what, count }) =>
    [time, vcpu === undefined ? '' : `vCPU ${vcpu}`, what, count].join('\t'),
  );
  return ['machine time\tvCPU\tevent\tcount', ...lines].join('\n');
}
