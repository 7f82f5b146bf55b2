import { expect, it } from 'vitest';
import { Timeline } from '../../state/timeline/timeline';
import { groupMarks, type PlacedMark, placeMarks } from './mark-layout';
import { niceStep, rulerMarks } from './ruler';

const MS = 1e6;
const SPACE = { from: 0, to: 1000 * MS, left: 70, width: 1000 };
/** Words are six pixels a letter. */
const measure = (text: string): number => text.length * 6;

function lineOf(calls: readonly [name: string, ms: number][]): Timeline {
  const line = new Timeline();
  for (const [seq, [name, ms]] of calls.entries())
    line.addCall({
      seq,
      time: ms * MS,
      vcpu: 0,
      conduit: 'hvc',
      id: 0,
      name,
      args: [0n, 0n, 0n],
      argsText: '',
      resultText: '',
      why: '',
      outcome: 'ok',
    });
  return line;
}

it('calls of one name that are close are one group with their number, until one zooms in', () => {
  const line = lineOf([
    ['CPU_ON', 100],
    ['CPU_ON', 105],
    ['CPU_ON', 110],
    ['CPU_ON', 500],
  ]);
  const groups = groupMarks(line, SPACE);
  expect(groups.map(({ label, count, x }) => [label, count, x])).toEqual([
    ['CPU_ON', 3, 170],
    ['CPU_ON', 1, 570],
  ]);
  expect(placeMarks(groups, SPACE, measure).map(({ text }) => text)).toEqual(['CPU_ON ×3', 'CPU_ON']);
  expect(groupMarks(line, { ...SPACE, from: 90 * MS, to: 120 * MS }).map(({ count }) => count)).toEqual([1, 1, 1]);
});

it('words never overlap, and those that weigh more have theirs', () => {
  const line = lineOf([
    ['PSCI_VERSION', 400],
    ['TRNG_RND64', 401],
    ['SMCCC_VERSION', 402],
    ['SYSTEM_OFF2', 404],
  ]);
  const placed = placeMarks(groupMarks(line, SPACE), SPACE, measure);
  expect(placed.map(({ text }) => text)).toContain('SYSTEM_OFF2');
  expect(placed.length).toBeLessThan(4);
  const ends = placed.map(({ left, text }) => [left, left + measure(text)]).sort((a, b) => a[0]! - b[0]!);
  for (let index = 1; index < ends.length; index++) expect(ends[index]![0]).toBeGreaterThan(ends[index - 1]![1]!);
});

it('words that were shown stay, on their side, while the life grows', () => {
  const line = lineOf([
    ['PSCI_VERSION', 900],
    ['CPU_SUSPEND', 985],
  ]);
  const shownOf = (to: number, before?: PlacedMark[]): PlacedMark[] => {
    const space = { ...SPACE, to: to * MS };
    return placeMarks(groupMarks(line, space), space, measure, before);
  };
  // The newer one alone was in sight.
  const space = { ...SPACE, from: 950 * MS };
  const alone = placeMarks(groupMarks(line, space), space, measure);
  const both = shownOf(1000, alone);
  expect(both.map(({ text }) => text)).toContain('CPU_SUSPEND');
  for (let to = 1000, before = both; to < 1100; to += 10) {
    before = shownOf(to, before);
    expect(before.map(({ text }) => text)).toContain('CPU_SUSPEND');
  }
  const near = lineOf([['CPU_SUSPEND', 960]]);
  const [first] = placeMarks(groupMarks(near, SPACE), SPACE, measure);
  expect(first!.left).toBeLessThan(first!.x);
  const later = { ...SPACE, to: 1500 * MS };
  expect(placeMarks(groupMarks(near, later), later, measure)[0]!.left).toBeGreaterThan(
    placeMarks(groupMarks(near, later), later, measure)[0]!.x,
  );
  const [then] = placeMarks(groupMarks(near, later), later, measure, [first!]);
  expect(then!.left).toBeLessThan(then!.x);
});

it('the ruler has round times, and begins anew with each machine', () => {
  expect([0.3, 1, 1.2, 3, 7, 1200].map(niceStep)).toEqual([0.5, 1, 2, 5, 10, 2000]);
  const line = lineOf([['CPU_ON', 2000]]);
  line.sleep();
  line.wake('wake');
  const marks = rulerMarks(line, 0, line.end + 600 * MS, 400 * MS);
  expect(marks.map(({ text }) => text)).toEqual(['0.000 s', '0.500 s', '1.000 s', '1.500 s', '0.000 s', '0.500 s']);
});
