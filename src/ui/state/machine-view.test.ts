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

it('takes a way through time for no machine that began anew, however far its time falls', () => {
  const view = viewOf({ stopped: () => {} });
  view.take(stats(9 * S));
  view.take(past(2 * S, 0));
  view.take(stats(2 * S));
  view.take({ type: 'past' });
  view.take(stats(9 * S));
  expect(view.timeline.epochs.list).toEqual([]);
  view.take(stats(S));
  expect(view.timeline.epochs.list).toHaveLength(1);
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
  expect(view.unprintedLines).toBe(1);
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
  // And its time goes on from there.
  view.take(stats(4 * S));
  expect(view.timeline.epochs.list).toHaveLength(1);
});
