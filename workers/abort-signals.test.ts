import * as Comlink from 'comlink';
import { afterEach, expect, it } from 'vitest';
import { transferAbortSignals, withSignal } from './abort-signals';

const ports: MessagePort[] = [];
afterEach(() => {
  for (const port of ports) port.close();
});

/** Waits at the other end of a line until its signal is aborted, or until told to go on. */
class Sleeper {
  private wake = (): void => {};
  sleep(signal?: AbortSignal): Promise<string> {
    return new Promise((resolve) => {
      this.wake = () => resolve('woken');
      if (signal?.aborted) resolve('aborted');
      signal?.addEventListener('abort', () => resolve('aborted'));
    });
  }
  async poke(): Promise<void> {
    this.wake();
  }
}

function line(): Comlink.Remote<Sleeper> {
  transferAbortSignals();
  const { port1, port2 } = new MessageChannel();
  ports.push(port1, port2);
  Comlink.expose(new Sleeper(), port1);
  return Comlink.wrap<Sleeper>(port2);
}

it('an abort arrives at the other end, also one that came before the call', async () => {
  const remote = line();
  const controller = new AbortController();
  const asleep = withSignal(controller.signal, (signal) => remote.sleep(signal));
  controller.abort();
  expect(await asleep).toBe('aborted');
  expect(await withSignal(controller.signal, (signal) => remote.sleep(signal))).toBe('aborted');
});

it('a call that ends leaves its signal alone', async () => {
  const remote = line();
  const controller = new AbortController();
  const asleep = withSignal(controller.signal, (signal) => remote.sleep(signal));
  await remote.poke();
  expect(await asleep).toBe('woken');
  expect(controller.signal.aborted).toBe(false);
  expect(await withSignal(undefined, async (signal) => signal)).toBeUndefined();
});
