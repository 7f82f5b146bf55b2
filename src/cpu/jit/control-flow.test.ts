import { describe, expect, it } from 'vitest';
import { controlFlow } from './control-flow';

describe('the control flow of a region', () => {
  it('orders blocks so that edges lead forward', () => {
    const { place, isLoop, isMerge, dominated } = controlFlow([[1, 2], [3], [3], []]);
    expect(place[0]).toBe(0);
    expect(place[3]).toBe(3);
    expect(isMerge).toEqual([false, false, false, true]);
    expect(isLoop).toEqual([false, false, false, false]);
    expect([...dominated[0]!].sort()).toEqual([1, 2, 3]);
    // The earliest last.
    expect(dominated[0]![0]).toBe(3);
  });

  it('finds loops, also of the entry with itself', () => {
    expect(controlFlow([[0, 1], [2], [1, 3], []]).isLoop).toEqual([true, true, false, false]);
  });

  it('cuts an edge into the middle of a loop, and no other', () => {
    const edges = [[1, 2], [2, 3], [1], []];
    const { successors, place, isLoop } = controlFlow(edges);
    const kept = successors.flatMap((list, from) => list.map((to) => `${from}>${to}`));
    expect(kept).toHaveLength(4);
    expect(edges.flatMap((list, from) => list.map((to) => `${from}>${to}`))).toEqual(expect.arrayContaining(kept));
    for (const [from, list] of successors.entries())
      for (const to of list) if (place[to]! <= place[from]!) expect(isLoop[to]).toBe(true);
  });

  it('leaves a loop inside a loop as it is', () => {
    const { successors, isLoop } = controlFlow([[1], [2], [2, 3], [1, 4], []]);
    expect(successors.flat()).toHaveLength(6);
    expect(isLoop).toEqual([false, true, true, false, false]);
  });
});
