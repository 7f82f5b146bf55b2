import { expect, it, vi } from 'vitest';
import type { VmEvent } from '../../vm/api';
import { MachineView, type ViewOwner } from './machine-view.svelte';

const S = 1e9;
const stats = (time: number): VmEvent => ({
  type: 'stats',
  stats: { time, instructions: 0, mips: 0, jitShare: 0, engine: 'interpreter' },
});

it('takes a step back for no machine that began anew, however far its time falls', () => {
  vi.stubGlobal('document', { hidden: false, addEventListener: () => {} });
  const owner: Partial<ViewOwner> = { stopped: () => {} };
  const view = new MachineView(owner as ViewOwner);
  view.take(stats(9 * S));
  view.take({ type: 'stopped', stop: { vcpu: 0, reason: 'back', address: 0n } });
  view.take(stats(2 * S));
  expect(view.timeline.epochs.list).toEqual([]);
  view.take(stats(S));
  expect(view.timeline.epochs.list).toHaveLength(1);
});
