import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { servePages } from '../../tests/browser/support/site-server';
import { DIST, hasDebian, serveBuiltSite } from './built-site';
import { FreshChromium } from './fresh-chromium';
import { type Measuring, wait } from './measuring';
import { Playground } from './playground';
import { atMost, kilobytes, type Measured } from './table-row';

const TARGET = 400_000;
const LOOK_EVERY = 0.05;

/** What is of a guest, below the list of all of them. */
const ofGuest = (path: string): boolean => /^\/guests\/[^/]+\//.test(path);

/** What was asked for before the first file of a guest. */
export function beforeGuest(asked: readonly string[]): string[] {
  const first = asked.findIndex(ofGuest);
  return asked.slice(0, first < 0 ? asked.length : first);
}

/** Each as a host sends it that packs as well as gzip can; a file that is asked for twice counts twice. */
const packedBytes = (paths: readonly string[]): number =>
  paths.reduce((sum, path) => sum + gzipSync(readFileSync(join(DIST, path)), { level: 9 }).length, 0);

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await wait(LOOK_EVERY);
}

/** Starts a machine by `start` and answers with what was asked of the site before its guest. */
async function asked(folder: string, start: (chromium: FreshChromium, origin: string) => Promise<void>): Promise<string[]> {
  const site = await serveBuiltSite();
  try {
    // What a service worker fetches for later, beside the page, is counted by itself.
    return await FreshChromium.use(folder, { serviceWorkers: 'block' }, async (chromium) => {
      await start(chromium, site.origin);
      await until(() => site.asked.some(ofGuest));
      return beforeGuest(site.asked);
    });
  } finally {
    await site.close();
  }
}

async function startEmbed({ firstPage: page }: FreshChromium, origin: string, guest: string): Promise<void> {
  const html = `<!doctype html><script src="${origin}/dormouse-embed.js"></script><dormouse-vm guest="${guest}"></dormouse-vm>`;
  const host = await servePages({ '/': html });
  try {
    await page.goto(`${host.origin}/`);
    await page.getByRole('button', { name: /^Run / }).click();
  } finally {
    await host.close();
  }
}

/** All that a first visit asks for when nobody starts anything: what the service worker keeps for visits without a network is in it. */
async function withOfflineCopies(folder: string): Promise<string[]> {
  const site = await serveBuiltSite();
  try {
    return await FreshChromium.use(folder, {}, async ({ firstPage: page }) => {
      await Playground.open(page, site.origin);
      await page.evaluate(() => navigator.serviceWorker.ready);
      return [...site.asked];
    });
  } finally {
    await site.close();
  }
}

/** What comes over the network before the first byte of a guest, gzip'd. */
export async function bytesBeforeGuest({ folder }: Measuring): Promise<Measured> {
  const guest = hasDebian() ? 'debian' : 'lab';
  const playground = await asked(folder, async ({ firstPage }, origin) =>
    (await Playground.open(firstPage, origin, guest)).click(),
  );
  const embed = await asked(folder, (chromium, origin) => startEmbed(chromium, origin, guest));
  const all = await withOfflineCopies(folder);
  const bytes = { playground: packedBytes(playground), embed: packedBytes(embed), withOfflineCopies: packedBytes(all) };
  const target = (figure: number) => atMost(figure, TARGET, kilobytes(TARGET));
  return {
    rows: [
      {
        name: 'gzip’d before the guest, playground',
        figure: `${kilobytes(bytes.playground)} in ${playground.length} requests; besides, for visits without a network, ${kilobytes(bytes.withOfflineCopies - bytes.playground)}`,
        target: target(bytes.playground),
      },
      {
        name: 'gzip’d before the guest, embed',
        figure: `${kilobytes(bytes.embed)} in ${embed.length} requests`,
        target: target(bytes.embed),
      },
    ],
    figures: { guest, bytes, playground, embed },
  };
}
