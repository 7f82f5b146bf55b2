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
    await expectTabs(machine, ['Calls', 'Versions', 'Pseudo-registers', 'Guest vs firmware']);
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
  await expectTabs(machine, ['Console', 'Editor', 'Compatibility lab']);
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

test(
  titleFor('lab', 'results of calls are whole, the timeline follows the vCPUs, and all panels are in a list'),
  async ({ machine, page }) => {
    test.skip(!hasGuest('lab'), 'the lab guest was not built');
    await machine.open({ guest: 'lab', cpus: '2' });
    await machine.start();
    await machine.waitForScreen(/lab>/);
    await machine.type('psci');
    await machine.waitForScreen(/SYSTEM_OFF2[\s\S]*lab>$/);
    const view = (name: string) => page.getByRole('navigation', { name: 'Panels' }).getByRole('button', { name });

    await view('Firmware').click();
    const calls = page.getByRole('listbox').getByRole('option');
    const newest = calls.last();
    await expect(newest).toContainText('SYSTEM_OFF2');
    await expect(newest).toBeInViewport({ ratio: 1 });
    const results = await calls.evaluateAll((rows) =>
      rows.map((row) => {
        const result = row.querySelector('.result')!;
        return { text: result.textContent, cut: result.scrollWidth > result.clientWidth };
      }),
    );
    expect(results.map(({ text }) => text)).toContain('NOT_SUPPORTED');
    expect(results.filter(({ cut }) => cut)).toEqual([]);

    await view('CPUs').click();
    const heading = page.getByRole('heading', { name: 'Timeline' }).last();
    await expect(page.getByText('exception', { exact: true }).locator('visible=true')).toBeInViewport({ ratio: 1 });
    const cards = await page.getByRole('region', { name: 'vCPUs' }).boundingBox();
    const timeline = await heading.boundingBox();
    expect(timeline!.y - cards!.y - cards!.height).toBeLessThan(30);

    await view('Inside').click();
    await page.getByRole('button', { name: 'All panels of this area' }).click();
    await expect(page.getByRole('menuitemcheckbox')).toHaveCount(12);
    await page.getByRole('menuitemcheckbox', { name: 'Speed' }).click();
    await expect(page.getByRole('tab', { name: 'Speed' })).toHaveAttribute('aria-selected', 'true');
    await expect(page.getByRole('tab', { name: 'Speed' })).toBeInViewport({ ratio: 1 });
  },
);

test(
  titleFor('lab', 'where a page may not fill the screen, the console that fills the page has a way back'),
  async ({ machine, page }) => {
    test.skip(!hasGuest('lab'), 'the lab guest was not built');
    // As on an iPhone.
    await page.addInitScript(() => {
      Reflect.deleteProperty(Element.prototype, 'requestFullscreen');
    });
    await machine.open({ guest: 'lab' });
    await machine.start();
    await machine.waitForScreen(/lab>/);
    const header = page.getByRole('banner');
    for (const leave of ['button', 'Escape']) {
      await page.getByRole('button', { name: 'Full screen' }).click();
      const back = page.getByRole('button', { name: 'Leave full screen' });
      await expect(back).toBeInViewport({ ratio: 1 });
      await expect.poll(() => header.evaluate((element) => element.contains(document.elementFromPoint(20, 20)))).toBe(false);
      if (leave === 'button') await back.click();
      else {
        await back.focus();
        await page.keyboard.press('Escape');
      }
      await expect.poll(() => header.evaluate((element) => element.contains(document.elementFromPoint(20, 20)))).toBe(true);
    }
  },
);

test('a phone on its side has its width for what is shown, and its tabs beside that', async ({ machine, page }) => {
  await page.setViewportSize({ width: 844, height: 390 });
  await machine.open();
  await expect(page.getByRole('banner').getByRole('button', { name: /^Start / })).toBeInViewport({ ratio: 1 });
  await expect(page.getByRole('button', { name: 'Start the machine' })).toBeInViewport({ ratio: 1 });
  // What there is to read for a first visit is beside it, not below.
  const start = await page.getByRole('button', { name: 'Start the machine' }).boundingBox();
  for (const beside of [
    page.getByText('Dormouse is an arm64 machine in this tab'),
    page.getByRole('region', { name: 'Stories' }),
  ])
    expect((await beside.boundingBox())?.x).toBeGreaterThan(start!.x + start!.width);
  const tabs = await page.getByRole('navigation', { name: 'Panels' }).boundingBox();
  const header = await page.getByRole('banner').boundingBox();
  const shown = await page.getByRole('main').boundingBox();
  expect(tabs?.width).toBeLessThan(90);
  expect(header?.width).toBe(844);
  expect(shown?.width).toBeGreaterThan(750);
});

test(titleFor('lab', 'a program with a long name leaves the buttons of the editor in sight'), async ({ machine, page }) => {
  test.skip(!hasGuest('lab'), 'the lab guest was not built');
  await machine.open({ story: 'first-program' });
  await expect(page.getByRole('button', { name: 'Program: Write your first A64 program' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Run', exact: true })).toBeInViewport({ ratio: 1 });
});

test(titleFor('lab', 'a phone on its side keeps the console’s lines beside a story'), async ({ machine, page }) => {
  test.skip(!hasGuest('lab'), 'the lab guest was not built');
  await page.setViewportSize({ width: 844, height: 390 });
  await machine.open({ guest: 'lab', story: 'change-version' });
  await page.getByRole('button', { name: 'Do it for me' }).click();
  await machine.waitForScreen(/lab>/);
  const lines = () => page.evaluate(() => window.__dormouse?.visibleText().split('\n').length ?? 0);
  await expect.poll(lines).toBeGreaterThanOrEqual(12);
  const nav = page.getByRole('navigation', { name: 'Panels' });
  for (const view of VIEWS) await expect(nav.getByRole('button', { name: view })).toBeInViewport({ ratio: 1 });
  const story = page.getByRole('region', { name: /^Story: / });
  await expect(story.getByRole('button', { name: 'Next' })).toBeInViewport({ ratio: 1 });

  // Folded it is no wider than the buttons that unfold and leave it.
  await story.getByRole('button', { name: 'Fold the story' }).click();
  await expect.poll(async () => (await story.boundingBox())?.width).toBeLessThan(70);
  await expect(story.getByRole('button', { name: 'Leave the story' })).toBeInViewport({ ratio: 1 });

  await nav.getByRole('button', { name: 'CPUs' }).click();
  await expect(page.getByText('exception', { exact: true }).locator('visible=true')).toBeInViewport({ ratio: 1 });
});
