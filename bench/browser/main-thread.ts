/** What the page's own thread does: until it is seen, while Debian boots, and while a guest floods the console. */
import type { Page } from '@playwright/test';
import { spreadText } from '../kernels/table';
import { spreadOf } from '../statistics';
import { FreshChromium } from './fresh-chromium';
import type { Measuring } from './measuring';
import { Playground } from './playground';
import { atMost, kilobytes, type Measured, type Row } from './table-row';

const TARGET = { paintMs: 1000, taskMs: 50, bytesPerSecond: 200e3 };
/** A file that a guest prints in one go. */
interface Flood {
  /** What its lines are, and how many. */
  readonly words: string;
  readonly make: string;
  /** On a terminal, where a CR stands before each LF. */
  readonly bytes: number;
}

const NUMBERS = 300_000;
const numbersBytes = Array.from({ length: String(NUMBERS).length }, (_, digit) => {
  const least = 10 ** digit;
  return Math.max(0, Math.min(NUMBERS + 1, least * 10) - least) * (digit + 3);
}).reduce((sum, bytes) => sum + bytes, 0);
const LINES = 60_000;
const LINE = 'As long as most lines of a log are, and of what compilers say to people.';

/** The shortest lines there are, and such as people read. */
const FLOODS = {
  numbers: { words: `${NUMBERS.toLocaleString('en')} lines of a number`, make: `seq 1 ${NUMBERS}`, bytes: numbersBytes },
  lines: {
    words: `${LINES.toLocaleString('en')} lines of ${LINE.length} letters`,
    make: `yes '${LINE}' | head -n ${LINES}`,
    bytes: LINES * (LINE.length + 2),
  },
} as const satisfies Record<string, Flood>;
type FloodName = keyof typeof FLOODS;
const FILE = '/tmp/flood';

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
  floods: Record<FloodName, { tasks: number[]; bytesPerSecond: number }>;
}

async function flood(playground: Playground, { make, bytes }: Flood): Promise<Visit['floods'][FloodName]> {
  await playground.run(`${make} > ${FILE}`);
  await takeTasks(playground.page);
  const begun = performance.now();
  await playground.run(`cat ${FILE}`);
  const seconds = (performance.now() - begun) / 1000;
  return { tasks: await takeTasks(playground.page), bytesPerSecond: bytes / seconds };
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
    const floods = { numbers: await flood(playground, FLOODS.numbers), lines: await flood(playground, FLOODS.lines) };
    return { paint, load, boot, floods };
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
  const tasks = (name: string, all: readonly number[][]): Row => ({
    name: `page’s thread, ${name}`,
    figure: tasksWords(all),
    target: atMost(Math.max(0, ...all.flat()), TARGET.taskMs, `${TARGET.taskMs} ms`),
  });
  const floodRows = Object.entries(FLOODS).flatMap(([name, { words }]): Row[] => {
    const floods = visits.map((each) => each.floods[name as FloodName]);
    const speed = spreadOf(floods.map(({ bytesPerSecond }) => bytesPerSecond));
    return [
      tasks(
        `while ${words} are shown`,
        floods.map((each) => each.tasks),
      ),
      {
        name: `console, bytes a second of ${words}`,
        figure: `median ${kilobytes(speed.median)}, least ${kilobytes(speed.least)}`,
        target: { words: `≥ ${kilobytes(TARGET.bytesPerSecond)}`, holds: speed.median >= TARGET.bytesPerSecond },
      },
    ];
  });
  const paint = spreadOf(visits.map((each) => each.paint));
  return {
    rows: [
      { name: 'first paint', figure: `${spreadText(paint)} ms`, target: atMost(paint.median, TARGET.paintMs, '1 s') },
      tasks(
        'until it waits for a click',
        visits.map(({ load }) => load),
      ),
      tasks(
        'while Debian boots',
        visits.map(({ boot }) => boot),
      ),
      ...floodRows,
    ],
    figures: { runs: visits },
  };
}
