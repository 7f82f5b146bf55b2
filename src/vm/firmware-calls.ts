import type { CallReply } from '../psci';
import type { FirmwareCall } from './api';

/** Of the calls between two batches of events: the newest, and before them the first of each kind, so many of either. */
export const KEPT_CALLS = 64;

/** Calls as they travel: those that were kept, the number of the others, and how often each function was called, exactly. */
export interface CallBatch {
  calls: FirmwareCall[];
  dropped: number;
  counts: Record<string, number>;
}

interface Kept {
  seq: number;
  time: number;
  times: number;
  reply: CallReply;
}

/**
 * The firmware calls of a machine, between two batches of events. A guest can make hundreds of thousands a second; kept are as many as
 * people can look at. A call that repeats the one before it is counted, not kept.
 */
export class FirmwareCalls {
  /** Calls since the machine was switched on, by function name. */
  readonly byName = new Map<string, number>();
  /** How many. */
  made = 0;
  private last: Kept | undefined;
  private first: Kept[] = [];
  private newest: Kept[] = [];
  private readonly kinds = new Set<string>();
  private counts = new Map<string, number>();
  private dropped = 0;

  /** @param all keep every call: for whoever writes a whole trace */
  constructor(private readonly all = false) {}

  add(reply: CallReply, time: number): void {
    const { name } = reply;
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
    const seq = this.count(reply);
    const { last } = this;
    if (!this.all && last && isSame(last.reply, reply)) {
      last.times++;
      return;
    }
    const kept = { seq, time, times: 1, reply };
    this.last = kept;
    if (!this.all && this.isFirst(reply)) {
      this.first.push(kept);
      return;
    }
    this.newest.push(kept);
    // In chunks: removing the oldest one by one would move the others each time.
    if (!this.all && this.newest.length >= 2 * KEPT_CALLS) this.dropOldest();
  }

  /** Counts a call that was told before. Returns its number. */
  count({ name }: CallReply): number {
    this.byName.set(name, (this.byName.get(name) ?? 0) + 1);
    return this.made++;
  }

  /** Keeps how many there were. What is returned puts that back, as often as it is called. */
  keep(): () => void {
    const { made } = this;
    const byName = [...this.byName];
    return () => {
      this.made = made;
      this.byName.clear();
      for (const [name, calls] of byName) this.byName.set(name, calls);
    };
  }

  /** The machine takes another course: those that were not told yet have not been made. */
  cut(): void {
    const isMade = ({ seq }: Kept): boolean => seq < this.made;
    this.first = this.first.filter(isMade);
    this.newest = this.newest.filter(isMade);
    this.last = undefined;
  }

  private isFirst({ name, args }: CallReply): boolean {
    if (this.first.length >= KEPT_CALLS) return false;
    // What a guest asks for by PSCI_FEATURES is the function, so its argument makes the kind.
    const kind = `${name} ${args[0]}`;
    if (this.kinds.has(kind)) return false;
    this.kinds.add(kind);
    return true;
  }

  private dropOldest(): void {
    for (const { times } of this.newest.splice(0, this.newest.length - KEPT_CALLS)) this.dropped += times;
  }

  /** What is to be told since the last time; undefined if there were no calls. */
  take(): CallBatch | undefined {
    if (this.counts.size === 0) return undefined;
    if (!this.all && this.newest.length > KEPT_CALLS) this.dropOldest();
    const kept = [...this.first, ...this.newest].sort((a, b) => a.seq - b.seq);
    const batch = { calls: kept.map(inWords), dropped: this.dropped, counts: Object.fromEntries(this.counts) };
    this.last = undefined;
    this.first = [];
    this.newest = [];
    this.kinds.clear();
    this.counts = new Map();
    this.dropped = 0;
    return batch;
  }
}

function isSame(a: CallReply, b: CallReply): boolean {
  return (
    a.id === b.id &&
    a.vcpu === b.vcpu &&
    a.conduit === b.conduit &&
    a.result === b.result &&
    a.args[0] === b.args[0] &&
    a.args[1] === b.args[1] &&
    a.args[2] === b.args[2]
  );
}

/** The words of a call are made only here: most calls of a busy guest are never shown. */
function inWords({ seq, time, times, reply }: Kept): FirmwareCall {
  const { vcpu, conduit, id, name, args, argsText, result, resultText, why, outcome } = reply;
  return {
    seq,
    time,
    vcpu,
    conduit,
    id,
    name,
    args,
    argsText,
    ...(result === undefined ? {} : { result }),
    resultText,
    why,
    outcome,
    ...(times > 1 ? { times } : {}),
  };
}
