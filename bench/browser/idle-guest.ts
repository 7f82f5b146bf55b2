import { type CpuParts, cpuBetween, readCpu } from './cpu-parts';
import { FreshChromium } from './fresh-chromium';
import { type Measuring, wait } from './measuring';
import { Playground } from './playground';
import { atMost, type Measured, percent, type Row } from './table-row';

const TARGET = 0.02;
/** What Linux, the page and the browser still do behind the prompt is done then. */
const SETTLE_SECONDS = 30;
const SECONDS = 30;

/** Shares of one core, 1 being all of it. */
async function shares(chromium: FreshChromium): Promise<CpuParts> {
  const [before, start] = [readCpu(chromium.processes()), performance.now()];
  await wait(SECONDS);
  const [after, end] = [readCpu(chromium.processes()), performance.now()];
  const used = Object.entries(cpuBetween(before, after)).map(([part, seconds]) => [part, (seconds * 1000) / (end - start)]);
  return Object.fromEntries(used) as CpuParts;
}

/** What the host's processors do for a Debian that waits at its prompt. */
export async function idleGuest({ site, folder }: Measuring): Promise<Measured> {
  return FreshChromium.use(folder, {}, async (chromium) => {
    const { firstPage: page } = chromium;
    const playground = await Playground.open(page, site.origin);
    await playground.boot();
    await playground.focus();
    await wait(SETTLE_SECONDS);
    const focused = await shares(chromium);
    // The cursor blinks no more.
    await playground.blur();
    await wait(1);
    const elsewhere = await shares(chromium);
    const row = (name: string, { renderers, worker, page, chromium }: CpuParts): Row => ({
      name,
      figure:
        `${percent(renderers)} of a core in the page’s process (the machine’s worker ${percent(worker)}, ` +
        `the page’s own thread ${percent(page)}), ${percent(chromium)} in all of Chromium`,
      target: atMost(renderers, TARGET, percent(TARGET)),
    });
    return {
      rows: [row('idle guest, focus in its console', focused), row('idle guest, focus elsewhere', elsewhere)],
      figures: { focused, elsewhere },
    };
  });
}
