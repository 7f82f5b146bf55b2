/** What a first visit fetches, and what waits until somebody wants a machine. */
import { beforeGuest, isCode, packedBytes } from '../asked-files';
import { expect, test, waitForConsole } from './support/embedding-page';
import { hasGuest, titleFor } from './support/guests';
import { serveSite } from './support/site-server';

test.skip(!hasGuest('lab'), 'the lab guest was not built');
// What a service worker fetches for visits without a network is not waited for.
test.use({ serviceWorkers: 'block' });

const MOST_BEFORE_GUEST = 400_000;
/** See workers/fetch-machine-code.ts. */
const PARTS = /\/(isa|engine|machine-code)-[^/]*\.js/;
const ofMachine = (asked: readonly string[]): string[] => asked.filter((path) => PARTS.test(path));

test(
  titleFor('lab', 'the page fetches at most 400 KB before a guest, and what machines are made of beside it'),
  async ({ page }) => {
    const site = await serveSite();
    try {
      await page.goto(`${site.origin}/index.html?guest=lab`);
      const start = page.getByRole('button', { name: 'Start the machine' });
      await expect(start).toBeEnabled();
      expect(ofMachine(site.asked)).toEqual([]);
      await start.click();
      await expect.poll(() => page.evaluate(() => window.__dormouse?.terminalText() ?? ''), { timeout: 0 }).toMatch(/lab>/);
      const bytes = packedBytes(beforeGuest(site.asked));
      console.log(`${bytes} bytes before the guest, ${packedBytes(site.asked.filter(isCode))} of code until it runs`);
      expect(bytes).toBeLessThanOrEqual(MOST_BEFORE_GUEST);
      expect(ofMachine(beforeGuest(site.asked))).toEqual([]);
      expect(ofMachine(site.asked)).toHaveLength(3);
    } finally {
      await site.close();
    }
  },
);

test(titleFor('lab', 'so does an embedded machine'), async ({ page, embed }) => {
  const { site } = await embed('<dormouse-vm guest="lab"></dormouse-vm>');
  await page.getByRole('button', { name: /^Run / }).click();
  await waitForConsole(page, /lab>/);
  const bytes = packedBytes(beforeGuest(site.asked));
  console.log(`${bytes} bytes before the guest, ${packedBytes(site.asked.filter(isCode))} of code until it runs`);
  expect(bytes).toBeLessThanOrEqual(MOST_BEFORE_GUEST);
  expect(ofMachine(site.asked)).toHaveLength(3);
});

test(
  titleFor('lab', 'where the code of the machine does not come, one sentence says so, and the next try has it'),
  async ({ page }) => {
    const site = await serveSite();
    try {
      await page.route(PARTS, (route) => route.abort());
      await page.goto(`${site.origin}/index.html?guest=lab`);
      await page.getByRole('button', { name: 'Start the machine' }).click();
      await expect(page.getByRole('alert')).toContainText(
        'The code of the machine could not be downloaded: is this computer online?',
      );
      await page.unroute(PARTS);
      await page.getByRole('button', { name: 'Try again' }).click();
      await expect.poll(() => page.evaluate(() => window.__dormouse?.terminalText() ?? ''), { timeout: 0 }).toMatch(/lab>/);
    } finally {
      await site.close();
    }
  },
);
