import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RestingCursor } from './resting-cursor';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the cursor', () => {
  it('blinks from the first key on, and stands five seconds after the last', () => {
    const show = vi.fn();
    const cursor = new RestingCursor(show);
    for (let i = 0; i < 1000; i++) {
      cursor.stir();
      vi.advanceTimersByTime(10);
    }
    vi.advanceTimersByTime(4900);
    expect(show.mock.calls).toEqual([[true]]);
    vi.advanceTimersByTime(100);
    expect(show.mock.calls).toEqual([[true], [false]]);
  });

  it('leaves nothing to be done while it stands, and blinks again at the next key', () => {
    const show = vi.fn();
    const cursor = new RestingCursor(show);
    cursor.stir();
    vi.advanceTimersByTime(60_000);
    expect(vi.getTimerCount()).toBe(0);
    cursor.stir();
    expect(show.mock.calls).toEqual([[true], [false], [true]]);
    cursor.dispose();
    expect(vi.getTimerCount()).toBe(0);
  });
});
