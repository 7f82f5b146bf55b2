import { spreadText } from '../kernels/table';
import { spreadOf } from '../statistics';
import { FreshChromium } from './fresh-chromium';
import type { Measuring } from './measuring';
import { Playground, type Start } from './playground';
import type { Measured, Row } from './table-row';

type Visit = Record<'first' | 'third', Start>;

/** The browser keeps compiled code of scripts that it has met twice: the second visit is for that, and starts nothing. */
async function visits({ site, folder }: Measuring): Promise<Visit> {
  return FreshChromium.use(folder, {}, async (chromium) => {
    const page = chromium.firstPage;
    const first = await Playground.open(page, site.origin);
    const cold = await first.boot();
    await first.cutPower();
    await Playground.open(page, site.origin);
    const third = await Playground.open(page, site.origin);
    return { first: cold, third: await third.boot() };
  });
}

/** From the click on Start to the prompt: in a browser that has never been here, and in one that comes for the third time. */
export async function clickToShell(measuring: Measuring): Promise<Measured> {
  const runs: Visit[] = [];
  for (let run = 0; run < measuring.runs; run++) runs.push(await visits(measuring));
  const row = (name: string, visit: keyof Visit): Row => {
    const shell = spreadOf(runs.map((each) => each[visit].shellSeconds));
    const kernel = spreadOf(runs.map((each) => each[visit].kernelSeconds));
    return { name, figure: `${spreadText(shell)} s; Linux’s first line after ${spreadText(kernel)} s` };
  };
  return {
    rows: [row('click to shell, first visit', 'first'), row('click to shell, third visit', 'third')],
    figures: { runs },
  };
}
