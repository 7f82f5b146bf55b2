import { afterEach, expect, it, vi } from 'vitest';
import { PROGRAMS } from '../../vm/bare-vm.testkit';
import { type OpenedSession, openedSession } from '../state/opened-session.testkit';
import { perform } from './deeds';

let open: OpenedSession | undefined;

afterEach(() => {
  open?.close();
  open = undefined;
  vi.unstubAllGlobals();
});

async function running(): Promise<OpenedSession> {
  open = await openedSession(PROGRAMS.wait);
  await open.vm.start();
  await open.until(() => open!.vm.state === 'running');
  return open;
}

it('a program of a story runs where another machine was', async () => {
  const { vm, until } = await running();
  await perform({ run: true }, vm, { program: PROGRAMS.off, saved: undefined });
  await until(() => vm.view.end !== undefined);
  expect(vm.view.end?.how).toBe('off');
});

it('a worker that breaks while room is made ends the deed with a sentence, and stays told', async () => {
  const { vm, breakWorker } = await running();
  const done = perform({ run: true }, vm, { program: PROGRAMS.off, saved: undefined });
  breakWorker();
  await expect(done).rejects.toThrow('The machine that is here could not be switched off');
  expect(vm.failure).toBe('The worker broke.');
});
