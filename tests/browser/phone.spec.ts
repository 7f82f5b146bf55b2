import { hasGuest, titleFor } from './support/guests';
import { expect, type MachinePage, test } from './support/machine-page';

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

const VIEWS = ['Console', 'Firmware', 'CPUs', 'Inside', 'More'] as const;

/** Whatever sticks out to the right of the screen and is not scrolled inside something of its own. Rows of tabs are made to be scrolled, and fade where they go on. */
async function expectNoHorizontalScroll(machine: MachinePage, where: string): Promise<void> {
  const { width, scrolled } = await machine.page.evaluate(() => ({
    width: Math.max(document.documentElement.scrollWidth, document.body.scrollWidth),
    scrolled: [...document.querySelectorAll('main, main *:not([role="tablist"])')]
      .filter((element) => {
        const { overflowX } = getComputedStyle(element);
        return (overflowX === 'auto' || overflowX === 'scroll') && element.scrollWidth > element.clientWidth + 1;
      })
      .map((element) => `${element.tagName}.${element.className}`),
  }));
  expect(width, where).toBeLessThanOrEqual(390);
  expect(scrolled, where).toEqual([]);
}

/** The first tabs of a view are in sight, whatever a panel puts beside them. */
async function expectTabs(machine: MachinePage, names: readonly string[]): Promise<void> {
  for (const name of names) await expect(machine.page.getByRole('tab', { name, exact: true })).toBeInViewport({ ratio: 1 });
}

async function everyView(machine: MachinePage): Promise<void> {
  const nav = machine.page.getByRole('navigation', { name: 'Panels' });
  for (const view of VIEWS) {
    await nav.getByRole('button', { name: view }).click();
    await expectNoHorizontalScroll(machine, view);
    if (view !== 'Firmware') continue;
    await expectTabs(machine, ['Calls', 'Versions']);
    for (const tab of ['Versions', 'Pseudo-registers', 'Guest vs firmware', 'Calls']) {
      await machine.firmware(tab);
      await expectNoHorizontalScroll(machine, tab);
    }
  }
  await nav.getByRole('button', { name: 'Console' }).click();
}

test('nothing scrolls sideways on a phone, before a start', async ({ machine, page }) => {
  await machine.open();
  await expect(page.getByRole('button', { name: 'Start the machine' })).toBeVisible();
  // Whatever the guest is called.
  await expect(page.getByRole('banner').getByRole('button', { name: /^Start / })).toBeInViewport({ ratio: 1 });
  await everyView(machine);
});

test(titleFor('lab', 'nothing scrolls sideways on a phone while a machine runs'), async ({ machine, page }) => {
  test.skip(!hasGuest('lab'), 'the lab guest was not built');
  await machine.open({ guest: 'lab', cpus: '4' });
  await machine.start();
  await machine.waitForScreen(/lab>/);
  await machine.type('psci');
  await expectTabs(machine, ['Console', 'Editor']);
  await everyView(machine);
  await expect(page.getByRole('toolbar', { name: 'Keys a phone lacks' })).toBeVisible();
});

test(titleFor('lab', 'the console stays at its newest line when the phone is turned'), async ({ machine, page }) => {
  test.skip(!hasGuest('lab'), 'the lab guest was not built');
  await machine.open({ guest: 'lab' });
  await machine.start();
  await machine.waitForScreen(/lab>/);
  for (let line = 0; line < 12; line += 1) await machine.type(`${line} ${'a long line '.repeat(9)}`);
  await machine.waitForScreen(/There is no command 11[\s\S]*lab>$/);
  for (const size of [
    { width: 844, height: 390 },
    { width: 390, height: 844 },
    { width: 1280, height: 800 },
    { width: 390, height: 844 },
  ]) {
    await page.setViewportSize(size);
    await expect.poll(() => machine.visibleConsole(), { message: `${size.width}×${size.height}` }).toMatch(/lab>$/);
  }
  // Also when it was out of sight, and comes back with another size of letters.
  await page.getByRole('navigation', { name: 'Panels' }).getByRole('button', { name: 'Firmware' }).click();
  await page.setViewportSize({ width: 1280, height: 800 });
  await expect.poll(() => machine.visibleConsole()).toMatch(/lab>$/);
});

test('a phone on its side has its width for what is shown, and its tabs beside that', async ({ machine, page }) => {
  await page.setViewportSize({ width: 844, height: 390 });
  await machine.open();
  await expect(page.getByRole('banner').getByRole('button', { name: /^Start / })).toBeInViewport({ ratio: 1 });
  const tabs = await page.getByRole('navigation', { name: 'Panels' }).boundingBox();
  const header = await page.getByRole('banner').boundingBox();
  const shown = await page.getByRole('main').boundingBox();
  expect(tabs?.width).toBeLessThan(90);
  expect(header?.width).toBe(844);
  expect(shown?.width).toBeGreaterThan(750);
});
