import { beginTiming, endTiming, percentile } from '../../tests/browser/support/round-trip';
import { ROUND } from '../../tests/soak/work';
import { PREPARATION, WORKLOADS } from '../debian/workloads';
import { FreshChromium } from './fresh-chromium';
import type { Measuring } from './measuring';
import { Playground } from './playground';
import { atMost, type Measured, type Row } from './table-row';
import { beginPings, type Ping, preparePings, takePings } from './worker-pings';

const TARGET_MS = 50;
/** Between an answer and the page's next question. */
const PAUSE_MS = 5;
const ROUNDS = 2;

/** Milliseconds. */
export interface Answers {
  count: number;
  median: number;
  most99: number;
  longest: number;
}

/** @param times milliseconds, in any order */
export function answersOf(times: readonly number[]): Answers {
  const ascending = [...times].sort((a, b) => a - b);
  const [median, most99, longest] = [0.5, 0.99, 1].map((share) => percentile(ascending, share));
  return { count: times.length, median: median!, most99: most99!, longest: longest! };
}

const took = (pings: readonly Ping[]): number[] => pings.map((ping) => ping.took);

const words = ({ count, median, most99, longest }: Answers): string =>
  `longest ${longest.toFixed(0)} ms, 99 of 100 within ${most99.toFixed(0)} ms, median ${median.toFixed(1)} ms (${count} pings)`;

/** How long the machine's worker does not answer: while a machine is made, while Debian boots, and while it works. */
export async function workerAnswers({ site, folder }: Measuring): Promise<Measured> {
  return FreshChromium.use(folder, {}, async (chromium) => {
    const page = chromium.firstPage;
    await preparePings(page);
    const playground = await Playground.open(page, site.origin);
    await beginPings(page);
    await takePings(page);
    await beginTiming(page, PAUSE_MS);
    const { clickedAt, kernelSeconds } = await playground.boot();
    const untilShell = await takePings(page);
    await playground.run(PREPARATION);
    await takePings(page);
    for (const { command } of WORKLOADS) await playground.run(`{ ${command}; } > /dev/null 2>&1`);
    for (let round = 0; round < ROUNDS; round++) for (const command of ROUND) await playground.run(command);
    const work = await takePings(page);
    const fromPage = await endTiming(page);
    const kernelAt = clickedAt + kernelSeconds * 1000;
    const answers = {
      making: answersOf(took(untilShell.filter(({ at }) => at < kernelAt))),
      boot: answersOf(took(untilShell.filter(({ at }) => at >= kernelAt))),
      work: answersOf(took(work)),
      fromPage: answersOf(fromPage),
    };
    const row = (name: string, each: Answers): Row => ({
      name,
      figure: words(each),
      target: atMost(each.longest, TARGET_MS, `${TARGET_MS} ms`),
    });
    return {
      rows: [
        row('worker silent, from the click to Linux’s first line', answers.making),
        row('worker silent, while Debian boots', answers.boot),
        row('worker silent, while it works', answers.work),
        { name: 'round trips from the page, its own delays included', figure: words(answers.fromPage) },
      ],
      figures: answers,
    };
  });
}
