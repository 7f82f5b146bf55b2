import { afterEach, expect, it, vi } from 'vitest';
import type { DiskInfo } from '../../vm/api';
import { PROGRAMS } from '../../vm/bare-vm.testkit';
import { type OpenedSession, openedSession } from '../state/opened-session.testkit';
import { Workshop } from '../state/workshop.svelte';
import { perform } from './deeds';

let open: OpenedSession | undefined;

afterEach(() => {
  open?.close();
  open = undefined;
  vi.unstubAllGlobals();
});

async function running(): Promise<OpenedSession> {
  vi.stubGlobal('location', { hash: '' });
  open = await openedSession(PROGRAMS.wait);
  await open.vm.start();
  await open.until(() => open!.vm.state === 'running');
  return open;
}

/** The editor's workshop, with a program in it. */
function bench(vm: OpenedSession['vm'], text: string = PROGRAMS.off): Workshop {
  const shop = new Workshop(vm, []);
  shop.openStory({ name: 'first-program', title: 'Write your first A64 program', text });
  return shop;
}

it('a program of a story runs where another machine was', async () => {
  const { vm, until } = await running();
  await perform({ run: true }, vm, { bench: async () => bench(vm), saved: undefined });
  await until(() => vm.view.end !== undefined);
  expect(vm.view.end?.how).toBe('off');
});

it('a disk that somebody attached is no story’s, nor a program’s', async () => {
  const { vm, until } = await running();
  const start = vi.spyOn(vm.worker(), 'start');
  const attached = { name: 'mine', size: 1 << 20, kept: false };
  vm.draft.attached = attached;
  await perform({ run: true }, vm, { bench: async () => bench(vm), saved: undefined });
  await until(() => vm.view.end !== undefined);
  vm.draft.attached = attached;
  await bench(vm).run({ anyway: true });
  await until(() => vm.view.end !== undefined);
  expect(start.mock.calls.map(([, options]) => options.attached)).toEqual([undefined, undefined]);
  // It is still there for what its person starts.
  expect(vm.draft.attached).toBe(attached);
  expect(vm.ownDiskMiB).toBe(0);
});

it('a worker that breaks while room is made ends the deed with a sentence, and stays told', async () => {
  const { vm, breakWorker } = await running();
  const done = perform({ run: true }, vm, { bench: async () => bench(vm), saved: undefined });
  breakWorker();
  await expect(done).rejects.toThrow('The machine that is here could not be switched off');
  expect(vm.failure).toBe('The worker broke.');
});

it('a change of a step is made in the editor, and what is wrong with the program is told by its line', async () => {
  const { vm, until } = await running();
  const shop = bench(vm, 'start:\n    movx x0, #1\n    wfi\n');
  const props = { bench: async () => shop, saved: undefined };
  await expect(perform({ run: true }, vm, props)).rejects.toThrow(/^Line 2: .*"movx"/);
  await perform({ edit: ['movx x0, #1\n    wfi', PROGRAMS.off] }, vm, props);
  expect(shop.text).toBe(`start:\n    ${PROGRAMS.off}\n`);
  await until(() => vm.view.end !== undefined);
  expect(vm.view.end?.how).toBe('off');
});

it('what a story put to sleep in memory is left behind by the story that starts its machine anew', async () => {
  const { vm } = await running();
  const guest = {
    name: 'lab',
    title: 'Lab',
    description: '',
    bytes: 0,
    agent: false,
    defaults: { vcpus: 1, memoryMiB: 64, diskMiB: 1 },
  };
  vm.guests = [guest];
  const asleep = { name: 'lab', size: 1 << 20, inMemory: true, hibernated: { when: 1 } } as unknown as DiskInfo;
  vi.spyOn(vm.sleepers, 'chosen', 'get').mockReturnValue(asleep);
  const fresh = vi.spyOn(vm, 'startFresh').mockResolvedValue();
  await perform({ start: { guest: 'lab' } }, vm, { bench: async () => bench(vm), saved: undefined });
  expect(fresh).toHaveBeenCalledWith(asleep);
});
