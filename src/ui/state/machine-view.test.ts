import { expect, it, vi } from 'vitest';
import type { FirmwareCall, VmEvent } from '../../vm/api';
import type { FirmwareModel } from './firmware-model.svelte';
import { MachineView, type ViewOwner } from './machine-view.svelte';
import type { Voice } from './voice.svelte';

const S = 1e9;
const stats = (time: number): VmEvent => ({
  type: 'stats',
  stats: { time, instructions: 0, mips: 0, jitShare: 0, engine: 'interpreter' },
});

const none = { what: new Uint32Array(), instructions: new Float64Array() };
/** All that it did up to `until` was idle. */
function trace(until: number): VmEvent {
  const times = { start: new Float64Array(), length: new Float64Array() };
  const tail = {
    start: Float64Array.of(0),
    length: Float64Array.of(until),
    instructions: Float64Array.of(0),
    what: Uint32Array.of(0x30),
  };
  const events = { time: new Float64Array(), what: new Uint32Array(), count: new Uint32Array() };
  return { type: 'trace', trace: { until, instructions: 0, segments: { ...none, ...times }, events, tail, spaces: [], lost: 0 } };
}

const call = (seq: number, time: number, times?: number): FirmwareCall => ({
  seq,
  time,
  vcpu: 0,
  conduit: 'hvc',
  id: 0,
  name: 'PSCI_VERSION',
  args: [0n, 0n, 0n],
  argsText: '',
  resultText: '',
  why: '',
  outcome: 'ok',
  ...(times && { times }),
});
const past = (time: number, calls: number): VmEvent => ({
  type: 'past',
  past: { time, moment: { instructions: time / 8, inputs: 0 }, present: 9 * S, calls, unprinted: 4 },
});

function viewOf(owner: Partial<ViewOwner>): MachineView {
  vi.stubGlobal('document', { hidden: false, addEventListener: () => {} });
  return new MachineView(owner as ViewOwner);
}

it('has one stretch of machine time for one machine, whatever way through time it takes, and however late it is told', () => {
  const view = viewOf({
    stopped: () => {},
    firmware: { addBatch: () => {}, publish: () => {} } as unknown as FirmwareModel,
  });
  const { timeline } = view;
  view.take(trace(9 * S));
  view.take(past(2 * S, 0));
  view.take(stats(2 * S));
  view.take({ type: 'past' });
  view.take(stats(9 * S));
  // A page that was busy: what waited for it is told with the trace, which comes first and up to now.
  view.take(trace(14 * S));
  view.take({ type: 'firmware', calls: [call(0, 12 * S)], dropped: 0, counts: {} });
  view.take(stats(13 * S));
  view.take(trace(15 * S));
  expect(timeline.epochs.list).toEqual([{ start: 0, machine: 0 }]);
  expect(timeline.end).toBe(15 * S);
  expect(timeline.call(0).at).toBe(12 * S);
});

it('forgets what has not happened when the machine takes another course', () => {
  const notices: string[] = [];
  const courses: number[] = [];
  const view = viewOf({
    voice: { console: { push: () => {} }, notice: (sentence: string) => notices.push(sentence) } as unknown as Voice,
    firmware: { addBatch: () => {}, publish: () => {} } as unknown as FirmwareModel,
    tookAnotherCourse: (time) => courses.push(time),
  });
  view.take({ type: 'console', data: new TextEncoder().encode('one\ntwo\n') });
  view.take({ type: 'firmware', calls: [call(0, S), call(1, 2 * S, 5), call(6, 8 * S)], dropped: 0, counts: {} });
  view.take(stats(9 * S));
  view.take(past(3 * S, 4));
  expect(view.unprinted).toBe('line');
  view.take({ type: 'course', time: 3 * S, calls: 4, unprinted: 4 });
  view.take({ type: 'past' });
  expect(view.calls.calls.map(({ seq, times }) => [seq, times])).toEqual([
    [0, undefined],
    [1, 3],
  ]);
  expect(view.calls.total).toBe(4);
  expect(notices).toEqual([expect.stringContaining('the last line above was never printed')]);
  expect(courses).toEqual([3 * S]);
  expect(view.past).toBeUndefined();
  expect(view.timeline.epochs.list).toHaveLength(1);
});
