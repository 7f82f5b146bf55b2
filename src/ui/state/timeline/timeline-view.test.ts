import { beforeEach, describe, expect, it } from 'vitest';
import type { Timeline } from './timeline';
import { TimelineView } from './timeline-view.svelte';

const SECOND = 1e9;
let end: number;
let view: TimelineView;

beforeEach(() => {
  end = 20 * SECOND;
  view = new TimelineView(() => ({ end }) as Timeline);
});

describe('what of the timeline is in sight', () => {
  it('is the whole life, with a little room behind it, at once when that grows', () => {
    expect([view.from, view.to]).toEqual([0, 20.4 * SECOND]);
    end = 30 * SECOND;
    expect(view.to).toBe(view.life);
    expect(view.to).toBeGreaterThan(end);
  });

  it('is a life of milliseconds from its first microsecond on, as wide as any', () => {
    end = 3.7e6;
    expect([view.from, view.to]).toEqual([0, 3.7e6 * 1.02]);
    end = 0;
    expect(view.span).toBe(1000);
  });

  it('stands still while somebody points at it, and is all of the life again afterwards', () => {
    for (const show of [() => view.all(), () => view.toEnd()]) {
      end = 20 * SECOND;
      show();
      const [before, { from, to }] = [view.life, view];
      view.hold(true);
      end = 30 * SECOND;
      view.hold(true);
      expect([view.from, view.to, view.life, view.end]).toEqual([from, to, before, 20 * SECOND]);
      view.hold(false);
      expect(view.to).toBeGreaterThan(30 * SECOND);
    }
    // What is no more cannot be pointed at.
    view.hold(true);
    end = 2 * SECOND;
    expect(view.end).toBe(end);
  });

  it('goes with the end, as long as it was', () => {
    view.toEnd();
    const { span } = view;
    end = 50 * SECOND;
    expect(view.mode).toBe('end');
    expect(view.span).toBeCloseTo(span);
    expect(view.to).toBeCloseTo(end + span * 0.02);
    view.zoom(2);
    expect(view.mode).toBe('end');
    expect(view.span).toBeCloseTo(span / 2);
  });

  it('nearer: about the chosen moment, or else where the machine stands in its past', () => {
    let stands: number | undefined = 5 * SECOND;
    view = new TimelineView(
      () => ({ end }) as Timeline,
      () => stands,
    );
    const place = (at: number): number => (at - view.from) / view.span;
    const before = place(5 * SECOND);
    for (let i = 0; i < 10; i++) view.zoom(2);
    expect(place(5 * SECOND)).toBeCloseTo(before);
    view.all();
    view.choose(12 * SECOND);
    for (let i = 0; i < 10; i++) view.zoom(2);
    expect(view.from).toBeLessThan(12 * SECOND);
    expect(view.to).toBeGreaterThan(12 * SECOND);
    stands = undefined;
    view.cursor = undefined;
    view.zoom(2);
    expect(view.to - view.from).toBeLessThan(SECOND / 10);
  });

  it('stays where it was put, within the life', () => {
    view.toEnd();
    view.pan(-2 * SECOND);
    const { from, to } = view;
    end = 50 * SECOND;
    expect([view.mode, view.from, view.to]).toEqual(['still', from, to]);
    view.pan(1e12);
    expect(view.to).toBeCloseTo(view.life);
    view.toStart();
    expect(view.from).toBe(0);
  });

  it('is the whole of a life that has not come to what was in sight', () => {
    view.frame(10 * SECOND, 12 * SECOND);
    end = 2 * SECOND;
    expect([view.from, view.to]).toEqual([0, view.life]);
    // It has come there.
    end = 15 * SECOND;
    expect(view.from).toBeGreaterThan(9 * SECOND);
  });
});

describe('the chosen moment', () => {
  it('lies within the life, and is brought into sight', () => {
    view.frame(1 * SECOND, 2 * SECOND);
    view.choose(15 * SECOND);
    expect(view.cursor).toBe(15 * SECOND);
    expect(view.from).toBeLessThan(15 * SECOND);
    expect(view.to).toBeGreaterThan(15 * SECOND);
    view.choose(99 * SECOND);
    expect(view.cursor).toBe(end);
  });

  it('is none of a life that has not come to it', () => {
    view.choose(15 * SECOND);
    end = 3 * SECOND;
    expect(view.cursor).toBeUndefined();
  });

  it('and the stretch are of no other life', () => {
    view.choose(15 * SECOND);
    view.frame(14 * SECOND, 16 * SECOND);
    view.begin();
    expect([view.mode, view.cursor]).toEqual(['all', undefined]);
  });
});
