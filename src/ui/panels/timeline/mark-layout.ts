/** Which calls and wakes of what is in sight get words, and where. Pure functions; places in CSS pixels. */
import { isPsci } from '../../state/firmware-log';
import type { Timeline } from '../../state/timeline/timeline';

export type MarkTone = 'firmware' | 'wake' | 'error';

/** Calls of one name that are close to each other, or a wake. */
export interface MarkGroup {
  key: string;
  /** On the strip, ns: of the first. */
  at: number;
  /** Place of the first, and of the last. */
  x: number;
  lastX: number;
  label: string;
  count: number;
  tone: MarkTone;
  /** 3: a system call such as SYSTEM_OFF2; 2: a wake; 1: CPU_ON, CPU_OFF; 0: any other PSCI call; -1: calls of other services, such as random numbers. */
  weight: number;
  /** `seq` of the first call, and which vCPU made it. */
  seq?: number;
  vcpu?: number;
}

export interface PlacedMark extends MarkGroup {
  left: number;
  text: string;
}

/** Calls of one name nearer than this are one group. */
const CLOSE = 20;
const GAP = 6;
/** Beyond so many calls in sight only those that change power states are looked at. */
const MOST_LOOKED_AT = 4000;

export interface MarkSpace {
  from: number;
  to: number;
  /** Left edge and width of what shows `from` to `to`. */
  left: number;
  width: number;
}

export function groupMarks(timeline: Timeline, { from, to, left, width }: MarkSpace): MarkGroup[] {
  const place = (at: number): number => left + ((at - from) / (to - from)) * width;
  const groups: MarkGroup[] = [];
  for (const { at, label } of timeline.landmarks) {
    if (at < from || at > to) continue;
    const x = place(at);
    groups.push({ key: `wake ${at}`, at, x, lastX: x, label, count: 1, tone: 'wake', weight: 2 });
  }
  const { calls } = timeline;
  const [first, behind] = [calls.from(from), calls.from(to)];
  const all = behind - first <= MOST_LOOKED_AT;
  const open = new Map<string, MarkGroup>();
  for (let row = first; row < behind; row++) {
    if (!all && !timeline.isPowerCall(row)) continue;
    const call = timeline.call(row);
    const tone = call.isError ? 'error' : 'firmware';
    const key = `${call.name} ${tone}`;
    const x = place(call.at);
    const before = open.get(key);
    if (before && x - before.lastX < CLOSE) {
      before.count += call.count;
      before.lastX = x;
      continue;
    }
    const weight = call.name.startsWith('SYSTEM_') ? 3 : call.isPower ? 1 : isPsci(call) || call.isError ? 0 : -1;
    const { name: label, count, at, seq, vcpu } = call;
    const group: MarkGroup = {
      key: `${label} ${at}`,
      at,
      x,
      lastX: x,
      label,
      count,
      tone,
      weight,
      ...(seq !== undefined && { seq }),
      vcpu,
    };
    open.set(key, group);
    groups.push(group);
  }
  return groups;
}

/**
 * Gives words room in one row: those that weigh more first, then those that were shown, then the earlier; who finds none gets none, and what weighs less than nothing wants none.
 * @param measure width of words
 * @param before what was shown last: it stays, and on its side of its line, as long as it has room there
 */
export function placeMarks(
  groups: readonly MarkGroup[],
  space: MarkSpace,
  measure: (text: string) => number,
  before: readonly PlacedMark[] = [],
): PlacedMark[] {
  const shown = new Map(before.map((mark) => [mark.key, mark]));
  const isNew = ({ key }: MarkGroup): number => (shown.has(key) ? 0 : 1);
  const taken: [from: number, to: number][] = [];
  const placed: PlacedMark[] = [];
  const end = space.left + space.width;
  const wanting = groups.filter(({ weight }) => weight >= 0);
  for (const group of wanting.sort((a, b) => b.weight - a.weight || isNew(a) - isNew(b) || a.at - b.at)) {
    const text = group.count > 1 ? `${group.label} ×${group.count}` : group.label;
    const wide = measure(text);
    const [right, left] = [group.x + 3, group.x - wide - 3];
    const old = shown.get(group.key);
    const free = (old && old.left < old.x ? [left, right] : [right, left]).find(
      (start) =>
        start >= space.left && start + wide <= end && taken.every(([from, to]) => start > to + GAP || start + wide < from - GAP),
    );
    if (free === undefined) continue;
    taken.push([free, free + wide]);
    placed.push({ ...group, left: free, text });
  }
  return placed.sort((a, b) => a.at - b.at);
}
