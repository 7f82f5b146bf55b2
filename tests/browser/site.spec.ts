import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { PATIENCE } from '../patience';
import { type FolderServer, serveFolder } from './support/folder-server';
import { expect, MachinePage, test as withMachine } from './support/machine-page';

/** Deep in some host, so that an address that is not relative would lead nowhere. */
const FOLDER = '/some/where/';
const PAGES = readdirSync(join(import.meta.dirname, '../../dist/docs')).filter((name) => name.endsWith('.html'));

const test = withMachine.extend<{ server: FolderServer }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what is needed from the pattern.
  server: async ({}, use) => {
    const server = await serveFolder(FOLDER);
    await use(server);
    await server.stop();
  },
});

/** With an icon, for which no browser then asks by itself. */
const OTHER = '<!doctype html><link rel="icon" href="data:,"><title>B</title><h1>Another build</h1>';

/** What has moved by itself since the page began. */
async function layoutShift(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let sum = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[]) {
            if (!entry.hadRecentInput) sum += entry.value;
          }
        }).observe({ type: 'layout-shift', buffered: true });
        // Two frames: what has happened is in the buffer then.
        requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => resolve(sum))));
      }),
  );
}

test('every page opens from a folder, under a strict policy, without an error and without another origin', async ({
  page,
  machine,
  server,
}) => {
  const foreign: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(server.address) && !request.url().startsWith('data:')) foreign.push(request.url());
  });
  expect(PAGES.length).toBeGreaterThan(20);
  await page.setViewportSize({ width: 390, height: 844 });
  for (const name of PAGES) {
    await page.goto(`${server.address}docs/${name}`);
    await expect(page.locator('h1')).toHaveCount(1);
    expect([name, ...machine.errors]).toEqual([name]);
    // Nothing is wider than a phone: what is wide scrolls by itself.
    expect([name, await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)]).toEqual([name, true]);
  }
  expect(foreign).toEqual([]);
});

test('a page paints soon, and nothing moves when a machine is asked for', async ({ page, server }) => {
  await page.goto(`${server.address}docs/psci-versions.html`);
  await expect(page.locator('dormouse-vm').first()).toBeVisible();
  // It is written down after the frame is shown, which may be later than an element is there.
  const painted = await page.waitForFunction(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime);
  const paint = Number(await painted.jsonValue());
  console.log(`First paint of a docs page: ${paint.toFixed(0)} ms.`);
  expect(paint).toBeLessThan(PATIENCE.ANSWER);

  const machine = page.locator('dormouse-vm').first();
  await machine.scrollIntoViewIfNeeded();
  // What comes with a click is not in that figure, so the places of all that is in the page are compared.
  const places = (): Promise<string[]> =>
    page.evaluate(() =>
      [...document.querySelectorAll('article > *, dormouse-vm, figcaption')].map((element) => {
        const { x, y, width, height } = element.getBoundingClientRect();
        return `${element.localName} ${[x, y + scrollY, width, height].map(Math.round).join(' ')}`;
      }),
    );
  const [before, shifted] = [await places(), await layoutShift(page)];
  // Tables find their columns while they arrive; no more than that.
  expect(shifted).toBeLessThan(0.02);
  const isLive = await page.evaluate(() => customElements.get('dormouse-vm') !== undefined);
  if (isLive) {
    const ready = page.evaluate(
      () => new Promise((resolve) => document.addEventListener('ready', () => resolve(true), { once: true })),
    );
    await machine.getByRole('button', { name: /run/i }).first().click();
    expect(await ready).toBe(true);
  } else await machine.locator('pre').click();
  expect(await places()).toEqual(before);
  expect(await layoutShift(page)).toBe(shifted);
});

test('the search finds, is used by keyboard, and says when there is nothing', async ({ page, machine, server }) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.goto(`${server.address}docs/index.html`);
  await page.waitForLoadState('networkidle');
  expect(asked.filter((url) => /search/.test(url))).toEqual([]);

  await page.keyboard.press('/');
  const box = page.getByRole('combobox', { name: 'Search the docs' });
  await expect(box).toBeFocused();
  await box.pressSequentially('hibernate_off');
  const options = page.getByRole('option');
  await expect(options.first()).toBeVisible();
  await expect(page.locator('#search-status')).toHaveText(/^\d+ results?;/);
  await expect(options.first()).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('ArrowDown');
  await expect(options.nth(1)).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Escape');
  await expect(options.first()).toBeHidden();

  await box.fill('no such thing at all, ever');
  await expect(page.locator('.nothing')).toHaveText('Nothing here has “no such thing at all, ever” in it.');
  await box.fill('opt-out');
  await expect(options.first()).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/docs\/[\w-]+\.html/);
  await expect(page).not.toHaveURL(/index\.html$/);
  expect(machine.errors).toEqual([]);
});

test('the theme is the system’s until one is chosen, and the playground has the same', async ({ page, server }) => {
  const background = (): Promise<string> => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto(`${server.address}docs/index.html`);
  const light = await background();
  await page.emulateMedia({ colorScheme: 'dark' });
  const dark = await background();
  expect(dark).not.toBe(light);
  await page.getByRole('button', { name: 'Theme: as the system' }).click();
  await expect(page.getByRole('button', { name: 'Theme: light' })).toBeVisible();
  expect(await background()).toBe(light);
  await page.goto(`${server.address}index.html`);
  expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe('light');
});

test('the snippet generator writes, keeps its state in the address, and reads it back', async ({ page, server }) => {
  await page.goto(`${server.address}docs/snippet.html#guest=debian&psci=1.1&panels=console+calls&as=frame`);
  const code = page.locator('#snippet-code');
  await expect(code).toContainText(`${FOLDER}embed.html?guest=debian&psci=1.1&panels=console,calls`.replaceAll('&', '&amp;'));
  await page.getByLabel('Tag', { exact: true }).check();
  await page.getByLabel('conduit').selectOption('smc');
  await expect(code).toContainText('<dormouse-vm guest="debian" psci="1.1" conduit="smc" panels="console calls"></dormouse-vm>');
  expect(new URL(page.url()).hash).toBe('#guest=debian&psci=1.1&conduit=smc&panels=console+calls');
});

test.describe('without a network', () => {
  test.use({ serviceWorkers: 'allow' });

  test('the docs and the playground with the lab still start', async ({ page, server }) => {
    await page.goto(`${server.address}docs/index.html`);
    await page.evaluate(async () => {
      await navigator.serviceWorker.ready;
    });
    await expect
      .poll(() => page.evaluate(() => navigator.serviceWorker.controller?.state), { timeout: PATIENCE.ANSWER })
      .toBe('activated');
    await server.stop();

    const machine = new MachinePage(page);
    await page.goto(`${server.address}docs/psci.html`);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(/firmware/);
    await page.getByRole('combobox').pressSequentially('opt-out');
    await expect(page.getByRole('option').first()).toBeVisible();

    const part = await page.evaluate(async () => {
      const answer = await fetch('../guests/lab/lab.bin', { headers: { range: 'bytes=0-9' } });
      return [answer.status, (await answer.arrayBuffer()).byteLength];
    });
    expect(part).toEqual([206, 10]);

    await page.addInitScript(() => localStorage.setItem('dormouse.settings', JSON.stringify({ screenReader: true })));
    await page.goto(`${server.address}?guest=lab`);
    await expect(page.getByText('already here: boots in this tab')).toBeVisible();
    await machine.start();
    await machine.waitForScreen(/lab>/);
  });

  test('a page keeps the files of its own build when another is put there', async ({ page, machine, server }) => {
    await page.goto(`${server.address}docs/index.html`);
    await expect
      .poll(() => page.evaluate(() => navigator.serviceWorker.controller?.state), { timeout: PATIENCE.ANSWER })
      .toBe('activated');
    const chunk = readdirSync(join(import.meta.dirname, '../../dist/docs/assets')).find((name) =>
      name.startsWith('search-index-'),
    );
    server.changed.set(`docs/assets/${chunk}`, undefined);
    server.changed.set('docs/limits.html', OTHER);
    await page.getByRole('combobox').pressSequentially('opt-out');
    await expect(page.getByRole('option').first()).toBeVisible();
    // A page that is opened now is the new one, from the network.
    await page.goto(`${server.address}docs/limits.html`);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Another build');
    expect(machine.errors).toEqual([]);
  });

  test('a site that is just being changed is not kept in two halves', async ({ page, server }) => {
    server.changed.set('docs/limits.html', OTHER);
    await page.goto(`${server.address}docs/index.html`);
    const outcome = await page.evaluate(async () => {
      const registration = await navigator.serviceWorker.register('../sw.js', { updateViaCache: 'none' });
      const worker = registration.installing ?? registration.waiting ?? registration.active;
      while (worker && worker.state !== 'redundant' && worker.state !== 'activated')
        await new Promise((resolve) => setTimeout(resolve, 50));
      return [worker?.state ?? 'redundant', (await caches.keys()).filter((name) => name.includes(':site:'))];
    });
    expect(outcome).toEqual(['redundant', []]);
  });

  test('?no-sw takes the worker and what it kept away', async ({ page, server }) => {
    await page.goto(`${server.address}docs/index.html`);
    await page.evaluate(async () => {
      await navigator.serviceWorker.ready;
    });
    await page.goto(`${server.address}docs/index.html?no-sw`);
    await expect
      .poll(() =>
        page.evaluate(async () => [(await navigator.serviceWorker.getRegistrations()).length, (await caches.keys()).length]),
      )
      .toEqual([0, 0]);
  });
});
