import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { hasGuest, titleFor } from './support/guests';
import { allOf } from './support/in-sight';
import { keepDisk } from './support/kept-disks';
import { expect, type MachinePage, test } from './support/machine-page';

/**
 * Every state of the page by axe's rules, in both themes: nothing is to be found. Panels need not be named here: whatever tab there is in
 * the page's main part is opened.
 */

/** What axe finds on a page, or in a part of it, as lines a person can act upon. */
async function findings(page: Page, part?: string): Promise<string[]> {
  const found: string[] = [];
  for (const theme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    // The page hears of it, and then its styles follow.
    await page.waitForFunction(
      (wanted) =>
        document.documentElement.dataset.theme === wanted &&
        // A cursor blinks for ever.
        document
          .getAnimations()
          .every(
            ({ effect, playState }) =>
              playState !== 'running' || effect?.getComputedTiming().endTime === Number.POSITIVE_INFINITY,
          ),
      theme,
    );
    // The page has no frames, of which another page would be opened to sum up.
    const axe = new AxeBuilder({ page }).setLegacyMode();
    if (part) axe.include(part);
    // Themes differ in their colours, and in nothing else.
    if (theme === 'light') axe.withRules(['color-contrast']);
    const { violations } = await axe.analyze();
    for (const { id, nodes } of violations)
      for (const { target, failureSummary } of nodes)
        found.push(`${theme}: ${id}: ${target.join(' ')}: ${failureSummary?.split('\n').slice(1).join(' ').trim()}`);
  }
  return found;
}

const expectClean = async (page: Page, where: string, part?: string): Promise<void> =>
  expect(await findings(page, part), where).toEqual([]);

/**
 * Each tab of the page in turn, as it stands in the document; those that are not in sight now have nothing to show. Only the tab's area
 * is looked at, with its row of tabs and the panel's own tools in it: what is around it is the same for all.
 */
async function expectCleanTabs(page: Page): Promise<void> {
  const ids = await page
    .locator('main [role="tab"]')
    .evaluateAll((tabs) => tabs.filter((tab) => tab.checkVisibility()).map((tab) => tab.id));
  for (const id of ids) {
    const tab = page.locator(`[id="${id}"]`);
    // One that another has closed.
    if (!(await tab.isVisible())) continue;
    await tab.click();
    await expectClean(page, id, `:has(> [id="${await tab.getAttribute('aria-controls')}"])`);
  }
  // What follows is about the console.
  const console = page.getByRole('tab', { name: 'Console', exact: true });
  if (await console.isVisible()) await console.click();
}

async function runLab(machine: MachinePage, query: Record<string, string> = {}): Promise<void> {
  await machine.open({ guest: 'lab', ...query });
  await machine.start();
  await machine.waitForScreen(/lab>/);
}

/** By the console, or by the tabs below it on a phone. */
const views = (page: Page) => page.getByRole('navigation', { name: 'Panels' }).getByRole('button');

test('axe: before a start, and a failure', async ({ machine, page }) => {
  // The list that is taken away.
  machine.tolerate(/404/);
  await machine.open();
  await expect(page.getByRole('button', { name: 'Start the machine' })).toBeVisible();
  await expectClean(page, 'poster');
  await expectCleanTabs(page);
  for (const sheet of ['Stories', 'Disks', 'Save or restore the whole machine', 'Help and shortcuts']) {
    await page.getByRole('button', { name: sheet, exact: true }).click();
    await expectClean(page, sheet);
    await page.keyboard.press('Escape');
  }
  await page.getByRole('button', { name: /^Guest:/ }).click();
  await expectClean(page, 'guests');
  await page.getByRole('radio', { name: /Your own kernel/ }).click();
  await expectClean(page, 'own kernel');
  await page.context().route('**/guests/index.json', (route) => route.fulfill({ status: 404, body: '' }));
  await page.reload();
  await expect(page.getByRole('button', { name: 'Boot your own kernel' })).toBeVisible();
  await expectClean(page, 'no guests');
});

test(titleFor('lab', 'axe: a machine that runs, is paused, and has ended'), async ({ machine, page }) => {
  test.skip(!hasGuest('lab'), 'the lab guest was not built');
  await runLab(machine);
  await machine.type('psci');
  await expectClean(page, 'running');
  await expectCleanTabs(page);
  await page.getByRole('button', { name: 'Power off' }).click();
  await expectClean(page, 'power');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(page.getByRole('button', { name: 'Resume' }).first()).toBeVisible();
  await expectClean(page, 'paused');
  await page.getByRole('button', { name: 'Resume' }).first().click();
  await machine.type('sleep');
  await expect(machine.end).toBeVisible();
  await expectClean(page, 'ended');
  await expectCleanTabs(page);
});

test('axe: a machine asleep on its disk', async ({ machine, page }) => {
  await machine.open();
  await expect(page.getByRole('button', { name: 'Start the machine' })).toBeVisible();
  const sleep = { call: 'SYSTEM_OFF2', psci: '1.3', vcpus: 2, memoryMiB: 64, when: Date.now(), imageBytes: 7 << 20 } as const;
  await keepDisk(page, { name: 'lab', bytes: 1 << 20, sleep });
  await page.goto('./?guest=lab');
  await expect(page.getByRole('button', { name: /^Wake under PSCI/ })).toBeVisible();
  await expectClean(page, 'asleep');
  await page.getByRole('button', { name: 'Disks', exact: true }).click();
  await expectClean(page, 'disks');
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  async function expectCleanViews(page: Page): Promise<void> {
    for (const view of await allOf(views(page))) {
      await view.click();
      await expectClean(page, (await view.textContent()) ?? '');
      await expectCleanTabs(page);
    }
  }

  test('axe: each view, before a start', async ({ machine, page }) => {
    await machine.open();
    await expect(page.getByRole('button', { name: 'Start the machine' })).toBeVisible();
    await expectCleanViews(page);
  });

  test(titleFor('lab', 'axe: each view, while a machine runs'), async ({ machine, page }) => {
    test.skip(!hasGuest('lab'), 'the lab guest was not built');
    await runLab(machine);
    await expectCleanViews(page);
  });
});
