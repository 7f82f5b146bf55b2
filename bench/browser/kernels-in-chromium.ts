import { checksumIn, kernelImage } from '../../guests/bench/image';
import { openClientPage, workerPath } from '../../tests/browser/support/connection';
import { BENCH_CONFIG, type ImageRun } from '../kernels/in-process';
import type { Side } from '../kernels/side';
import type { FreshChromium } from './fresh-chromium';

/**
 * Us in Chromium: the built worker behind the client that the page uses, in a new tab for every run, so that nothing is left of the run before.
 * Time is from power-on to off by the machine's own clock, which follows the host's: the page hears of the beginning a turn (8 ms) late.
 */
export function inChromium(chromium: FreshChromium): Side {
  return {
    name: 'Chromium',
    exact: () => true,
    async once({ name, laps }) {
      const page = await chromium.newPage();
      try {
        await openClientPage(page);
        const { console, seconds, instructions } = await page.evaluate(
          ({ worker, code, config }) =>
            new Promise<ImageRun>((resolve, reject) => {
              const { vm } = window.Dormouse.connectVm({
                worker: new Worker(worker, { type: 'module' }),
                onFailure: (sentence) => reject(new Error(sentence)),
              });
              let console = '';
              let stats = { time: 0, instructions: 0 };
              const subscribed = vm.subscribe((events) => {
                for (const event of events) {
                  if (event.type === 'console') console += new TextDecoder('latin1').decode(event.data);
                  else if (event.type === 'stats') stats = event.stats;
                  else if (event.type !== 'ended') continue;
                  else if (event.end.how !== 'off') reject(new Error(event.end.sentence));
                  else resolve({ console, seconds: stats.time / 1e9, instructions: stats.instructions });
                }
              });
              subscribed.then(() => vm.start(config, { images: { kernel: Uint8Array.from(code) } })).catch(reject);
            }),
          { worker: workerPath(), code: [...kernelImage(name, laps)], config: { ...BENCH_CONFIG, engine: 'jit' as const } },
        );
        return { seconds, instructions, checksum: checksumIn(console, name) };
      } finally {
        await page.close();
      }
    },
  };
}
