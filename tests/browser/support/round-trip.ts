/** How long the machine's worker keeps the page waiting: calls to it are timed while the guest works. */
import type { Page } from '@playwright/test';

interface Timed {
  times: number[];
}

declare global {
  interface Window {
    /** The page's workers, newest last. */
    __workers?: Worker[];
    __roundTrips?: Timed;
  }
}

/** Call before the page opens: keeps hold of the worker, which the page keeps to itself. */
export async function watchWorkers(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const workers: Worker[] = [];
    window.__workers = workers;
    const Original = window.Worker;
    window.Worker = class extends Original {
      constructor(...given: ConstructorParameters<typeof Original>) {
        super(...given);
        workers.push(this);
      }
    };
  });
}

/** Begins to call the worker, one call every `pause` ms, in comlink's own words. */
export async function beginTiming(page: Page, pause: number): Promise<void> {
  await page.evaluate((milliseconds) => {
    const worker = window.__workers?.at(-1);
    if (!worker) throw new Error('The page has no worker.');
    const timed: Timed = { times: [] };
    window.__roundTrips = timed;
    let id = '';
    let sent = 0;
    const ask = () => {
      if (window.__roundTrips !== timed) return;
      id = `round-trip-${timed.times.length}`;
      sent = performance.now();
      worker.postMessage({ id, type: 'APPLY', path: ['unsupported'], argumentList: [] });
    };
    worker.addEventListener('message', (event: MessageEvent<{ id?: string }>) => {
      if (event.data.id !== id) return;
      timed.times.push(performance.now() - sent);
      setTimeout(ask, milliseconds);
    });
    ask();
  }, pause);
}

/** Ends the timing. Milliseconds of each call, ascending. */
export async function endTiming(page: Page): Promise<number[]> {
  const times = await page.evaluate(() => {
    const timed = window.__roundTrips;
    delete window.__roundTrips;
    return timed?.times ?? [];
  });
  return times.sort((a, b) => a - b);
}

/** The value below which `share` (0..1) of ascending `values` lie. */
export const percentile = (values: readonly number[], share: number): number =>
  values[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN;
