import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DrawingPace } from './drawing-pace';

/** A page that can be put away. */
function fakePage() {
  let listener = (): void => {};
  const page = {
    hidden: false,
    addEventListener: (_type: 'visibilitychange', given: () => void) => {
      listener = given;
    },
  };
  return {
    page,
    hide(hidden: boolean) {
      page.hidden = hidden;
      listener();
    },
  };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('what is drawn', () => {
  it('is drawn together when much is told, and at most every 80 ms', () => {
    const pace = new DrawingPace(fakePage().page);
    const draw = vi.fn();
    for (let ms = 0; ms < 800; ms++) {
      pace.soon(draw);
      vi.advanceTimersByTime(1);
    }
    expect(draw.mock.calls.length).toBeLessThanOrEqual(11);
    expect(draw.mock.calls.length).toBeGreaterThanOrEqual(9);
  });

  it('is drawn soon, with the rest of what is told in a moment, when nothing was for a while', () => {
    const pace = new DrawingPace(fakePage().page);
    const draw = vi.fn();
    pace.soon(draw);
    vi.advanceTimersByTime(10);
    pace.soon(draw);
    vi.advanceTimersByTime(20);
    expect(draw).toHaveBeenCalledTimes(1);
  });

  it('is nothing while nobody sees the page, and all that was missed, once, when somebody does', () => {
    const { page, hide } = fakePage();
    const pace = new DrawingPace(page);
    const [report, panels] = [vi.fn(), vi.fn()];
    // Told before the page was put away, drawn after it.
    pace.soon(panels);
    hide(true);
    for (let second = 0; second < 60; second++) {
      pace.whenSeen(report);
      pace.soon(panels);
      vi.advanceTimersByTime(1000);
    }
    expect(report).not.toHaveBeenCalled();
    expect(panels).not.toHaveBeenCalled();
    hide(false);
    expect(report).toHaveBeenCalledTimes(1);
    expect(panels).toHaveBeenCalledTimes(1);
    pace.whenSeen(report);
    expect(report).toHaveBeenCalledTimes(2);
  });
});
