import { expect, it } from 'vitest';
import type { VmWorker } from '../../vm/api';
import type { Watchpoint } from '../../vm/api/debugging';
import { DebuggerState } from './debugger.svelte';

/** With a machine that takes its time, and refuses what lies outside of its memory. */
function slowMachine() {
  const told: string[] = [];
  let watched: readonly Watchpoint[] = [];
  let asked = 0;
  const worker = {
    async setWatchpoints(list: readonly Watchpoint[]) {
      asked++;
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (list.some(({ physical }) => physical < 0x4000_0000)) throw new Error('That is not RAM.');
      watched = list;
    },
  };
  const state = new DebuggerState({
    state: 'running',
    focus: { vcpu: 0 },
    view: { vcpus: [] },
    worker: () => worker as Partial<VmWorker> as VmWorker,
    pause: async () => {},
    resume: async () => {},
    announce: () => {},
    notice: (sentence) => told.push(sentence),
  });
  return {
    state,
    told,
    asked: () => asked,
    places: () => [watched, state.watchpoints].map((list) => list.map(({ physical }) => physical)),
  };
}
const at = (physical: number): Watchpoint => ({ physical, bytes: 8 });

it('what is watched and no longer watched at once is all heeded', async () => {
  const { state, told, places } = slowMachine();
  const [first, second, third] = [0x4000_0010, 0x4000_0020, 0x4000_0030] as const;
  await Promise.all([
    state.watch(at(third)),
    state.watch(at(first)),
    state.watch(at(0)),
    state.watch(at(first)),
    state.watch(at(second)),
    state.unwatch(at(third)),
  ]);
  expect(places()).toEqual([
    [first, second],
    [first, second],
  ]);
  expect(told).toEqual(['That is not RAM.']);
  expect([state.isWatched(at(first)), state.isWatched(at(third))]).toEqual([true, false]);
});

it('what another machine had watched, or was about to, is not watched in the next', async () => {
  const { state, asked, places } = slowMachine();
  const [first, second, third] = [0x4000_0010, 0x4000_0020, 0x4000_0030] as const;
  const changes = [state.watch(at(first)), state.watch(at(second))];
  await Promise.resolve();
  state.begin();
  await Promise.all([...changes, state.watch(at(third))]);
  expect(places()).toEqual([[third], [third]]);
  expect(asked()).toBe(2);
});

it('a machine is not asked for what changes nothing', async () => {
  const { state, asked } = slowMachine();
  await state.watch(at(0x4000_0010));
  await state.watch(at(0x4000_0010));
  await state.unwatch(at(0x4000_0020));
  expect(asked()).toBe(1);
});
