/**
 * How long the machine's worker keeps others waiting, asked from a thread that does nothing else: the page itself is busy with its console and its
 * panels, and would count its own delays. Comlink, by which page and worker speak, gives whoever asks a line of their own.
 */
import type { Page } from '@playwright/test';
import { watchWorkers } from '../../tests/browser/support/round-trip';

/** Milliseconds between an answer and the next question. */
const PAUSE = 5;

export interface Ping {
  /** When it was asked, milliseconds of this machine's clock. */
  at: number;
  /** Milliseconds to the answer. */
  took: number;
}

/** What the thread does: asks what the worker knows without looking it up, and notes how long that took. */
const PINGER = `
let port, asked = 0, at = 0, pings = [];
const ask = () => {
  at = performance.now();
  port.postMessage({ id: 'ping-' + ++asked, type: 'APPLY', path: ['unsupported'], argumentList: [] });
};
onmessage = ({ data }) => {
  if (data === 'read') {
    postMessage(pings);
    pings = [];
    return;
  }
  port = data;
  port.onmessage = ({ data }) => {
    if (data.id !== 'ping-' + asked) return;
    const now = performance.now();
    pings.push({ at: performance.timeOrigin + at, took: now - at });
    setTimeout(ask, ${PAUSE});
  };
  ask();
};`;

declare global {
  interface Window {
    __pinger?: Worker;
  }
}

/** Call before the page opens. */
export const preparePings = watchWorkers;

/** Begins to ask the newest of the page's workers. */
export async function beginPings(page: Page): Promise<void> {
  await page.evaluate(async (script) => {
    const worker = window.__workers?.at(-1);
    if (!worker) throw new Error('The page has no worker.');
    const line = await new Promise<MessagePort>((resolve) => {
      const id = 'line for pings';
      worker.addEventListener('message', function hear({ data }: MessageEvent<{ id?: string; value: MessagePort }>) {
        if (data.id !== id) return;
        worker.removeEventListener('message', hear);
        resolve(data.value);
      });
      worker.postMessage({ id, type: 'ENDPOINT' });
    });
    const pinger = new Worker(URL.createObjectURL(new Blob([script], { type: 'text/javascript' })));
    // It is none of the page's.
    window.__workers?.pop();
    window.__pinger = pinger;
    pinger.postMessage(line, [line]);
  }, PINGER);
}

/** The pings that were answered since the last call, in order. */
export const takePings = (page: Page): Promise<Ping[]> =>
  page.evaluate(
    () =>
      new Promise<Ping[]>((resolve, reject) => {
        const pinger = window.__pinger;
        if (!pinger) return reject(new Error('Nobody asks the worker.'));
        pinger.onmessage = ({ data }: MessageEvent<Ping[]>) => resolve(data);
        pinger.postMessage('read');
      }),
  );
