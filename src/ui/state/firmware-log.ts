/** The firmware calls the page keeps: the newest {@link LOG_CAPACITY}; others are counted. */

import { PSCI_FUNCTIONS } from '../../psci';
import type { FirmwareCall } from '../../vm/api';
import { hexShort } from './format';

export const LOG_CAPACITY = 2000;
/** Dropped in blocks, so that a busy guest does not shift the whole array at every call. */
const DROP_BLOCK = 250;

/** How many calls an entry stands for. */
export const timesOf = (call: FirmwareCall): number => call.times ?? 1;

const PSCI_NAMES: ReadonlySet<string> = new Set(PSCI_FUNCTIONS.map(({ name }) => name));
export const isPsci = (call: Pick<FirmwareCall, 'name'>): boolean => PSCI_NAMES.has(call.name);

export class FirmwareLog {
  readonly calls: FirmwareCall[] = [];
  total = 0;
  /** So often it was begun anew: numbers of calls are those of one machine. */
  lives = 0;

  /** Calls that are not here: older ones, and those of a guest that made too many at once. */
  dropped = 0;
  /** Entries that fell off the old end of {@link calls}. */
  removed = 0;

  add(call: FirmwareCall): void {
    this.calls.push(call);
    this.total += timesOf(call);
    if (this.calls.length <= LOG_CAPACITY + DROP_BLOCK) return;
    for (const old of this.calls.splice(0, this.calls.length - LOG_CAPACITY)) {
      this.dropped += timesOf(old);
      this.removed += 1;
    }
  }

  addBatch({ calls, dropped }: { calls: readonly FirmwareCall[]; dropped: number }): void {
    for (const call of calls) this.add(call);
    this.total += dropped;
    this.dropped += dropped;
  }

  /** Calls with this number and later ones were not made after all. */
  cut(seq: number): void {
    while (this.calls.length > 0 && this.calls.at(-1)!.seq >= seq) this.total -= timesOf(this.calls.pop()!);
    const last = this.calls.at(-1);
    if (!last || last.seq + timesOf(last) <= seq) return;
    this.total -= last.seq + timesOf(last) - seq;
    this.calls[this.calls.length - 1] = { ...last, times: seq - last.seq };
  }

  clear(): void {
    this.lives += 1;
    this.calls.length = 0;
    this.total = this.dropped = this.removed = 0;
  }

  /** Calls whose words contain every word of `filter`, case aside; `cpu1` finds calls by that vCPU. `psciOnly` leaves out other services. */
  matching(filter: string, psciOnly = false): FirmwareCall[] {
    const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length === 0 && !psciOnly) return this.calls.slice();
    return this.calls.filter((call) => {
      if (psciOnly && !isPsci(call)) return false;
      const text = `${call.name} ${call.argsText} ${call.resultText} cpu${call.vcpu} ${hexShort(call.id)}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
  }
}

/** A row of the list: one call, or several in a row that only the first of is news. */
export interface LogEntry {
  /** The first, which stands for them. */
  call: FirmwareCall;
  last: FirmwareCall;
  /** Entries of the log, and the calls that these stand for. */
  entries: number;
  times: number;
  /** All were of the first's vCPU. */
  oneVcpu: boolean;
  /** The machine is in its past, where this was not called yet. */
  isLater: boolean;
}

const entryOf = (call: FirmwareCall, isLater: boolean): LogEntry => ({
  call,
  last: call,
  entries: 1,
  times: timesOf(call),
  oneVcpu: true,
  isLater,
});

/**
 * Calls as rows, oldest first. `fold`: calls of one service other than PSCI that follow each other with the same outcome are one row: Linux asks for
 * entropy every few seconds, and what its power management says would be lost among that.
 * @param later number of the first call that is yet to come where the machine stands: it begins a row
 */
export function rowsOf(calls: readonly FirmwareCall[], fold: boolean, later = Number.POSITIVE_INFINITY): LogEntry[] {
  if (!fold) return calls.map((call) => entryOf(call, call.seq >= later));
  const rows: LogEntry[] = [];
  let row: LogEntry | undefined;
  for (const call of calls) {
    const isLater = call.seq >= later;
    if (row && row.call.name === call.name && row.call.outcome === call.outcome && row.isLater === isLater && !isPsci(call)) {
      row.last = call;
      row.entries += 1;
      row.times += timesOf(call);
      row.oneVcpu &&= call.vcpu === row.call.vcpu;
    } else {
      row = entryOf(call, isLater);
      rows.push(row);
    }
  }
  return rows;
}

/** JSON for a bug report: 64-bit values as hex strings, since JSON has no BigInt. */
export function callsAsJson(calls: readonly FirmwareCall[]): string {
  return JSON.stringify(
    calls,
    (key, value) => (typeof value === 'bigint' ? hexShort(value) : key === 'id' ? hexShort(value) : value),
    2,
  );
}

/** A line each, for people: time in seconds, vCPU, the call and what came of it, with the rule that decided it. */
export function callsAsText(calls: readonly FirmwareCall[]): string {
  const line = (call: FirmwareCall): string => {
    const times = timesOf(call) > 1 ? ` ×${timesOf(call)}` : '';
    return `${(call.time / 1e9).toFixed(6)}  cpu${call.vcpu}  ${[call.name, call.argsText].filter(Boolean).join(' ')}${times} → ${call.resultText}  (${call.why})`;
  };
  return `${calls.map(line).join('\n')}\n`;
}
