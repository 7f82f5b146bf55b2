import { beforeGuest, isCode, ofGuest, packedBytes } from '../../tests/asked-files';
import { servePages } from '../../tests/browser/support/site-server';
import { hasDebian, serveBuiltSite } from './built-site';
import { FreshChromium } from './fresh-chromium';
import { type Measuring, wait } from './measuring';
import { Playground } from './playground';
import { atMost, kilobytes, type Measured } from './table-row';

const TARGET = 400_000;
const LOOK_EVERY = 0.05;
/** Seconds without a request after which nothing more is expected of a machine that has begun. */
const QUIET = 3;

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await wait(LOOK_EVERY);
}

async function untilQuiet(requests: readonly string[]): Promise<void> {
  let seen: number;
  do {
    seen = requests.length;
    await wait(QUIET);
  } while (requests.length > seen);
}

/** What was asked of a site, as paths: before its guest, and of its code until the guest ran. */
interface Asked {
  before: string[];
  code: string[];
}

/** Starts a machine by `start` and answers with what was asked of the site. */
async function asked(folder: string, start: (chromium: FreshChromium, origin: string) => Promise<void>): Promise<Asked> {
  const site = await serveBuiltSite();
  try {
    // What a service worker fetches for later, beside the page, is counted by itself.
    return await FreshChromium.use(folder, { serviceWorkers: 'block' }, async (chromium) => {
      await start(chromium, site.origin);
      await until(() => site.asked.some(ofGuest));
      await untilQuiet(site.asked);
      return { before: beforeGuest(site.asked), code: site.asked.filter(isCode) };
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
  const bytes = {
    playground: packedBytes(playground.before),
    embed: packedBytes(embed.before),
    withOfflineCopies: packedBytes(all),
    playgroundCode: packedBytes(playground.code),
    embedCode: packedBytes(embed.code),
  };
  const row = (name: string, requests: number, before: number, code: number, besides = '') => ({
    name: `gzip’d before the guest, ${name}`,
    figure: `${kilobytes(before)} in ${requests} requests; with what comes beside the guest ${kilobytes(code)}${besides}`,
    target: atMost(before, TARGET, kilobytes(TARGET)),
  });
  const copies = kilobytes(bytes.withOfflineCopies - bytes.playground);
  return {
    rows: [
      row(
        'playground',
        playground.before.length,
        bytes.playground,
        bytes.playgroundCode,
        `; besides, for visits without a network, ${copies}`,
      ),
      row('embed', embed.before.length, bytes.embed, bytes.embedCode),
    ],
    figures: { guest, bytes, playground: playground.before, embed: embed.before, code: playground.code },
  };
}
