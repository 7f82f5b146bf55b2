/** What the page's own thread does: until it is seen, while Debian boots, and while a guest floods the console. */
import type { Page } from '@playwright/test';
import { spreadText } from '../kernels/table';
import { spreadOf } from '../statistics';
import { FreshChromium } from './fresh-chromium';
import type { Measuring } from './measuring';
import { Playground } from './playground';
import { atMost, kilobytes, type Measured, type Row } from './table-row';

const TARGET = { paintMs: 1000, taskMs: 50, bytesPerSecond: 200e3 };
/** Lines that a guest prints in one go, and how many bytes that is on a terminal: the numbers, and CR LF behind each. */
const LINES = 300_000;
const PREPARATION = `seq 1 ${LINES} > /tmp/numbers`;
const FLOOD = 'cat /tmp/numbers';
const FLOOD_BYTES = Array.from({ length: String(LINES).length }, (_, digit) => {
  const least = 10 ** digit;
  return Math.max(0, Math.min(LINES + 1, least * 10) - least) * (digit + 3);
}).reduce((sum, bytes) => sum + bytes, 0);

declare global {
  interface Window {
    /** Milliseconds of each task of over 50 ms since it was last asked. */
    __longTasks?: () => number[];
  }
}

/** Call before the page opens. */
async function watchTasks(page: Page): Promise<void> {
  await page.addInitScript(() => {
    let found: number[] = [];
    const note = (entries: PerformanceEntryList): void => void found.push(...entries.map(({ duration }) => duration));
    const observer = new PerformanceObserver((list) => note(list.getEntries()));
    observer.observe({ type: 'longtask', buffered: true });
    window.__longTasks = () => {
      note(observer.takeRecords());
      const all = found;
      found = [];
      return all;
    };
  });
}

const takeTasks = (page: Page): Promise<number[]> => page.evaluate(() => window.__longTasks!());

interface Visit {
  /** Milliseconds to the first contentful paint. */
  paint: number;
  /** Milliseconds of tasks over 50 ms. */
  load: number[];
  boot: number[];
  flood: number[];
  floodBytesPerSecond: number;
}

async function visit({ site, folder }: Measuring): Promise<Visit> {
  return FreshChromium.use(folder, {}, async (chromium) => {
    const page = chromium.firstPage;
    await watchTasks(page);
    const playground = await Playground.open(page, site.origin);
    const paint = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0);
    const load = await takeTasks(page);
    await playground.boot();
    const boot = await takeTasks(page);
    await playground.run(PREPARATION);
    await takeTasks(page);
    const begun = performance.now();
    await playground.run(FLOOD);
    const seconds = (performance.now() - begun) / 1000;
    return { paint, load, boot, flood: await takeTasks(page), floodBytesPerSecond: FLOOD_BYTES / seconds };
  });
}

const tasksWords = (visits: readonly number[][]): string => {
  const longest = visits.map((tasks) => Math.max(0, ...tasks));
  const counts = visits.map((tasks) => tasks.length);
  return `${spreadText(spreadOf(counts))} tasks over 50 ms, longest ${spreadText(spreadOf(longest))} ms`;
};

export async function mainThread(measuring: Measuring): Promise<Measured> {
  const visits: Visit[] = [];
  for (let run = 0; run < measuring.runs; run++) visits.push(await visit(measuring));
  const tasks = (name: string, which: 'load' | 'boot' | 'flood'): Row => {
    const all = visits.map((each) => each[which]);
    return {
      name,
      figure: tasksWords(all),
      target: atMost(Math.max(0, ...all.flat()), TARGET.taskMs, `${TARGET.taskMs} ms`),
    };
  };
  const paint = spreadOf(visits.map((each) => each.paint));
  const flood = spreadOf(visits.map((each) => each.floodBytesPerSecond));
  const holds = flood.median >= TARGET.bytesPerSecond;
  return {
    rows: [
      { name: 'first paint', figure: `${spreadText(paint)} ms`, target: atMost(paint.median, TARGET.paintMs, '1 s') },
      tasks('page’s thread, until it waits for a click', 'load'),
      tasks('page’s thread, while Debian boots', 'boot'),
      tasks(`page’s thread, while ${LINES.toLocaleString('en')} lines are shown`, 'flood'),
      {
        name: 'bytes of console a second',
        figure: `median ${kilobytes(flood.median)}, least ${kilobytes(flood.least)}`,
        target: { words: `≥ ${kilobytes(TARGET.bytesPerSecond)}`, holds },
      },
    ],
    figures: { runs: visits },
  };
}
