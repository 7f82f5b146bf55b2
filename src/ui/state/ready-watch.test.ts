import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { VmEvent } from '../../vm/api';
import { ReadyWatch } from './ready-watch';

describe('a guest is ready', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function watch(agent: boolean) {
    const heard: boolean[] = [];
    const watch = new ReadyWatch({ hasAgent: () => agent, ready: (answers) => heard.push(answers) });
    const take = (...events: VmEvent[]) => {
      for (const event of events) watch.take(event);
    };
    return { heard, take };
  }
  const state = (name: 'loading' | 'running' | 'paused'): VmEvent => ({ type: 'state', state: name });
  const text: VmEvent = { type: 'console', data: new Uint8Array(1) };
  const reset: VmEvent = { type: 'ended', end: { how: 'reset', sentence: '' } };

  it('when its console is at rest, once', () => {
    const { heard, take } = watch(false);
    take(state('loading'), state('running'), text);
    vi.advanceTimersByTime(300);
    take(text);
    vi.advanceTimersByTime(300);
    expect(heard).toEqual([]);
    vi.advanceTimersByTime(200);
    take(text);
    vi.advanceTimersByTime(5000);
    expect(heard).toEqual([false]);
  });

  it('though it never writes', () => {
    const { heard, take } = watch(false);
    take(state('loading'), state('running'));
    vi.advanceTimersByTime(2000);
    expect(heard).toEqual([false]);
  });

  it('not before its agent answers, if it has one', () => {
    const { heard, take } = watch(true);
    take(state('loading'), state('running'), text);
    vi.advanceTimersByTime(5000);
    expect(heard).toEqual([]);
    take({ type: 'agent', ready: true });
    vi.advanceTimersByTime(400);
    expect(heard).toEqual([true]);
  });

  it('not while it is paused, and again after a reset and a wake', () => {
    const { heard, take } = watch(false);
    take(state('loading'), state('running'), text, state('paused'));
    vi.advanceTimersByTime(5000);
    expect(heard).toEqual([]);
    take(state('running'));
    vi.advanceTimersByTime(2000);
    take(reset, text);
    vi.advanceTimersByTime(400);
    take(state('loading'), state('running'), text);
    vi.advanceTimersByTime(400);
    expect(heard).toEqual([false, false, false]);
  });
});
