import { existsSync } from 'node:fs';
import type { Host } from '../../tests/browser/support/site-server';
import { type KernelResults, kernelSuite } from '../kernels/suite';
import type { BenchOptions } from '../options';
import { buildSite, hasDebian, serveBuiltSite } from './built-site';
import { bytesBeforeGuest } from './bytes-before-guest';
import { clickToShell } from './click-to-shell';
import { chromiumOrSentence, FreshChromium } from './fresh-chromium';
import { idleGuest } from './idle-guest';
import { inChromium } from './kernels-in-chromium';
import { mainThread } from './main-thread';
import { MEASUREMENT_NAMES, type MeasurementName } from './measurement-names';
import type { Measuring } from './measuring';
import { memoryBeyondRam } from './memory-beyond-ram';
import { type Measured, rowLine } from './table-row';
import { timelineFrames } from './timeline-frames';
import { workerAnswers } from './worker-answers';

interface Measurement {
  measure(measuring: Measuring): Promise<Measured>;
  /** What it cannot do without. */
  needs: readonly (keyof typeof NEEDS)[];
}

const NEEDS = {
  debian: { isThere: hasDebian, otherwise: 'needs the Debian guest (npm run guests)' },
  proc: { isThere: () => existsSync('/proc/self/smaps_rollup'), otherwise: 'reads /proc, which only Linux has' },
} as const;

const MEASUREMENTS: Record<MeasurementName, Measurement> = {
  'bytes before the guest': { measure: bytesBeforeGuest, needs: [] },
  'click to shell': { measure: clickToShell, needs: ['debian'] },
  'thread of the page': { measure: mainThread, needs: ['debian'] },
  'frames of the timeline': { measure: timelineFrames, needs: [] },
  'answers of the worker': { measure: workerAnswers, needs: ['debian'] },
  'idle guest': { measure: idleGuest, needs: ['debian', 'proc'] },
  'memory beyond guest RAM': { measure: memoryBeyondRam, needs: ['debian', 'proc'] },
};

export interface BrowserResults {
  chromium: string;
  kernels: KernelResults | undefined;
  measurements: Partial<Record<MeasurementName, Measured>>;
}

async function measureAll(
  site: Host,
  { only, runs, minutes }: BenchOptions,
  folder: string,
): Promise<BrowserResults['measurements']> {
  const results: BrowserResults['measurements'] = {};
  for (const name of MEASUREMENT_NAMES.filter((each) => each.includes(only))) {
    const { measure, needs } = MEASUREMENTS[name];
    const missing = needs.map((need) => NEEDS[need]).find(({ isThere }) => !isThere());
    if (missing) {
      console.log(`“${name}” ${missing.otherwise}: it is left out.`);
      continue;
    }
    const measured = await measure({ site, folder, runs, minutes });
    results[name] = measured;
    for (const row of measured.rows) console.log(rowLine(row));
  }
  return results;
}

/** Measures the built page in Chromium and prints a table. Files go into `folder`. Rejects with a sentence if there is no Chromium. */
export async function browserSuite(options: BenchOptions, folder: string): Promise<BrowserResults> {
  chromiumOrSentence();
  await buildSite();
  const site = await serveBuiltSite();
  try {
    return await FreshChromium.use(folder, { baseURL: site.origin }, async (chromium) => {
      const { version } = chromium;
      console.log(`${version}, without a window, driven by Playwright; the page is served from this machine.`);
      const kernels = await kernelSuite(options, folder, inChromium(chromium));
      return { chromium: version, kernels, measurements: await measureAll(site, options, folder) };
    });
  } finally {
    await site.close();
  }
}
