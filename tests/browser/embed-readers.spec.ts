/** Embedded machines for those who only read, who touch, who come by keyboard, and who chose their own colours. */
import { expect, type Locator, type Page, test } from '@playwright/test';
import '../../src/ui/test-hook';
import { PATIENCE } from '../patience';
import { hasGuest, titleFor } from './support/guests';
import { allOf } from './support/in-sight';

test.skip(!hasGuest('lab'), 'the lab guest was not built');

const lab = (title: string): string => titleFor('lab', title);
const ALL = 'console calls versions registers cpus timeline guest';

/** A frame of its own with the lab in it, at its prompt. */
async function run(page: Page, query: Record<string, string>): Promise<void> {
  await page.goto(`./embed.html?${new URLSearchParams({ guest: 'lab', ...query })}`);
  await page.getByRole('button', { name: /^Run/ }).click();
  await expect
    .poll(() => page.evaluate(() => window.__dormouse?.terminalText() ?? ''), { timeout: PATIENCE.BOOT })
    .toMatch(/lab>/);
}

const panel = (page: Page, name: string): Locator => page.getByRole('tabpanel', { name });
const style = (place: Locator, name: string): Promise<string> =>
  place.evaluate((element, property) => getComputedStyle(element).getPropertyValue(property), name);

test.describe('in a small frame', () => {
  test.use({ viewport: { width: 320, height: 240 } });

  test(lab('read only: nothing acts, and all can be read, scrolled and pointed at by keyboard'), async ({ page }) => {
    await run(page, { panels: ALL, readonly: '1', cpus: '2', 'font-size': '22' });
    const tab = (name: string): Locator => page.getByRole('tab', { name });
    await tab('Versions').click();
    const versions = panel(page, 'Versions');
    for (const version of ['0.1', '1.3'])
      await expect(versions.getByRole('button', { name: version, exact: true })).toBeDisabled();
    await expect(versions.getByText('Press a version')).toHaveCount(0);
    // What only looks still does.
    await versions.getByRole('button', { name: /^SYSTEM_OFF2 at 1\.1/ }).focus();
    await expect(versions.getByText('NOT_SUPPORTED', { exact: false }).first()).toBeVisible();
    await versions.getByRole('button', { name: /^Show all/ }).click();
    await expect(versions.getByRole('button', { name: /^Hide what/ })).toBeVisible();

    await tab('CPUs').click();
    await panel(page, 'CPUs')
      .getByRole('button', { name: /vCPU 1/ })
      .click();
    await tab('Registers').click();
    await expect(panel(page, 'Registers').getByRole('tab', { name: 'vCPU 1' })).toHaveAttribute('aria-selected', 'true');
    await tab('Guest').click();
    await panel(page, 'Guest').getByRole('group', { name: 'Guest beside firmware' }).focus();

    // The console scrolls by the keys of a text.
    await tab('Console').click();
    const shown = (): Promise<string> => page.evaluate(() => window.__dormouse?.visibleText().trim() ?? '');
    await page.getByRole('group', { name: /^Console\. It can only be read/ }).focus();
    const newest = await shown();
    await page.keyboard.press('Home');
    await expect.poll(shown).not.toBe(newest);
    await page.keyboard.press('End');
    await expect.poll(shown).toBe(newest);
  });

  test(lab('read only: a machine that has ended starts again as it was'), async ({ page }) => {
    await run(page, { readonly: '1', type: 'poweroff\\n' });
    const card = page.getByRole('region', { name: 'How the machine went down' });
    await expect(card.getByRole('button', { name: 'Start again' })).toBeVisible();
    await expect(card.getByRole('button')).toHaveCount(2);
  });

  test(
    lab('tabs: arrows, Home and End choose; the chosen one is in sight, and an edge that has more fades'),
    async ({ page }) => {
      await run(page, { panels: ALL });
      const row = page.getByRole('tablist', { name: 'Panels' });
      const chosen = row.getByRole('tab', { selected: true });
      const inSight = async (): Promise<void> => {
        await expect(chosen).toBeFocused();
        const [outer, inner] = [(await row.boundingBox())!, (await chosen.boundingBox())!];
        expect(inner.x).toBeGreaterThanOrEqual(outer.x - 1);
        expect(inner.x + inner.width).toBeLessThanOrEqual(outer.x + outer.width + 1);
        expect(inner.y).toBeLessThan(20);
      };
      await chosen.focus();
      await page.keyboard.press('End');
      await expect(chosen).toHaveText('Guest');
      await inSight();
      await expect(row).toHaveClass(/more-before/);
      await expect(row).not.toHaveClass(/more-after/);
      await page.keyboard.press('Home');
      await expect(chosen).toHaveText('Console');
      await inSight();
      await expect(row).toHaveClass(/more-after/);
      await expect(row).not.toHaveClass(/more-before/);
      await page.keyboard.press('ArrowLeft');
      await expect(chosen).toHaveText('Guest');
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowRight');
      await expect(chosen).toHaveText('Calls');
      await inSight();
    },
  );
});

test.describe('by touch', () => {
  test.use({ viewport: { width: 390, height: 600 }, hasTouch: true, isMobile: true });

  test(
    lab('what is pressed is at least 44 pixels high: poster, bar, menu, and the note of a paused machine'),
    async ({ page }) => {
      const tall = async (targets: Locator, least: number): Promise<void> => {
        await expect.poll(() => targets.count()).toBeGreaterThanOrEqual(least);
        await expect(targets.first()).toBeVisible();
        const boxes = await Promise.all((await allOf(targets)).map((target) => target.boundingBox()));
        for (const box of boxes) expect(box?.height).toBeGreaterThanOrEqual(44);
      };
      await page.goto('./embed.html?guest=lab');
      await tall(page.locator('.poster').locator('button, a'), 2);
      await run(page, { panels: ALL });
      const bar = page.getByRole('banner');
      await tall(bar.locator('button'), 8);
      await bar.getByRole('button', { name: 'More' }).click();
      await tall(page.getByRole('dialog').locator('button, a'), 4);
      await page.keyboard.press('Escape');
      await bar.getByRole('button', { name: 'Pause' }).click();
      await tall(page.getByRole('region', { name: 'The machine is paused' }).locator('button'), 1);
    },
  );
});

test.describe('in colours of a person’s own', () => {
  test.use({ viewport: { width: 390, height: 600 }, contextOptions: { forcedColors: 'active' } });

  test(lab('what is chosen, what runs and what each colour stands for can be seen'), async ({ page }) => {
    await run(page, { panels: ALL, cpus: '2', theme: 'light' });
    // The state in words, for its colour says nothing now.
    await expect(page.getByRole('banner').getByText('running', { exact: true })).toBeInViewport();
    expect((await page.getByRole('banner').getByText('running', { exact: true }).boundingBox())!.width).toBeGreaterThan(20);

    const tabs = page.getByRole('tablist', { name: 'Panels' });
    await tabs.getByRole('tab', { name: 'Versions' }).click();
    const ground = (place: Locator): Promise<string> => style(place, 'background-color');
    expect(await ground(tabs.getByRole('tab', { selected: true }))).not.toBe(
      await ground(tabs.getByRole('tab', { name: 'Calls' })),
    );
    const version = (name: string): Locator => panel(page, 'Versions').getByRole('button', { name, exact: true });
    expect(await ground(version('1.3'))).not.toBe(await ground(version('1.1')));

    // Six things a lane can show: none like another, each framed.
    const legend = page.getByRole('region', { name: 'Timeline' }).locator('.legend .swatch');
    const looks: string[] = [];
    for (const each of await allOf(legend)) {
      looks.push(`${await ground(each)} ${await style(each, 'background-image')}`);
      expect(await style(each, 'border-top-width')).toBe('1px');
    }
    expect(new Set(looks).size).toBe(6);
    // And the lanes have the legend's colours.
    const idle = await ground(legend.nth(3));
    const painted = (): Promise<string[]> =>
      page.locator('canvas').evaluate((canvas) => {
        const { width, height } = canvas as HTMLCanvasElement;
        const { data } = (canvas as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height);
        const seen = new Set<string>();
        for (let at = 0; at < data.length; at += 4)
          if (data[at + 3] === 255) seen.add(`rgb(${data.slice(at, at + 3).join(', ')})`);
        return [...seen];
      });
    await expect.poll(painted).toContain(idle);
  });
});

test('what is odd about an address is told in a list, within a status', async ({ page }) => {
  await page.goto('./embed.html?guest=lab&nobody=1&knows=2');
  await expect(page.getByRole('status').getByRole('list').getByRole('listitem')).toHaveCount(2);
});

test.describe('without a console', () => {
  test.use({ viewport: { width: 600, height: 400 } });

  test(lab('loading, a pause, an end and nothing at all are told below any panels'), async ({ page }) => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    await page.route(/\/guests\/(?!index)/, async (route) => {
      await held;
      await route.continue().catch(() => undefined);
    });
    await page.goto('./embed.html?guest=lab&panels=calls,registers');
    await page.getByRole('button', { name: /^Run/ }).click();
    const loading = page.getByRole('region', { name: 'Loading' });
    await expect(loading.getByRole('progressbar')).toBeInViewport();
    await loading.getByRole('button', { name: 'Cancel' }).click();
    const nothing = page.getByRole('region', { name: 'Nothing runs' });
    await expect(loading).toHaveCount(0);
    release();
    await nothing.getByRole('button', { name: 'Run' }).click();
    const bar = page.getByRole('banner');
    await bar.getByRole('button', { name: 'Pause' }).click();
    const paused = page.getByRole('region', { name: 'The machine is paused' });
    await paused.getByRole('button', { name: 'Resume' }).click();
    await expect(paused).toHaveCount(0);
    await bar.getByRole('button', { name: 'More' }).click();
    await page.getByRole('button', { name: 'Power off' }).click();
    const end = page.getByRole('region', { name: 'How the machine went down' });
    // Put aside, it leaves the way on, and back.
    await end.getByRole('button', { name: 'Put this card aside' }).click();
    const show = end.getByRole('button', { name: 'Show how it went down' });
    await expect(show).toBeFocused();
    expect((await end.boundingBox())!.height).toBeLessThan(50);
    await show.click();
    await end.getByRole('button', { name: 'Put this card aside' }).click();
    await end.getByRole('button', { name: 'Start again' }).click();
    await expect(bar.getByText('running', { exact: true })).toBeVisible();
    await expect(end).toHaveCount(0);
  });

  test(lab('what is odd about the address is told above any panels, after the start, too'), async ({ page }) => {
    await page.goto('./embed.html?guest=amiga&psci=9.9&panels=calls');
    await page.getByRole('button', { name: /^Run/ }).click();
    const odd = page.getByRole('region', { name: 'What was asked for and is left out' });
    await expect(odd).toContainText('“amiga”');
    await expect(odd).toContainText('psci=9.9');
    await expect(page.getByRole('banner').getByText('running', { exact: true })).toBeVisible();
    await expect(odd).toBeInViewport();
    await odd.getByRole('button', { name: 'Close' }).click();
    await expect(odd).toHaveCount(0);
  });

  test('a program that is not there is told beside the editor, one that is wrong is told once', async ({ page }) => {
    await page.goto('./embed.html?src=./nowhere.s&panels=editor');
    await page.getByRole('button', { name: /^Run/ }).click();
    await expect(page.getByRole('alert')).toContainText('nowhere.s');
    await expect(page.getByRole('button', { name: 'Try again' })).toBeInViewport();
    await page.setViewportSize({ width: 900, height: 400 });
    await page.route('**/wrong.s', (route) => route.fulfill({ body: '  moov w0, #1\n' }));
    await page.goto('./embed.html?src=./wrong.s&panels=editor,console');
    await page.getByRole('button', { name: /^Run/ }).click();
    await expect(page.getByRole('alert')).toContainText('Line 1: ');
    await expect(page.getByRole('alert')).toHaveCount(1);
  });
});

test.describe('on a poster', () => {
  test.use({ viewport: { width: 360, height: 500 } });

  test('ink goes by the paper, a program is shown from its first line, and what loads says so', async ({ page }) => {
    await page.route('**/around.html', (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: `<!doctype html><style>dormouse-vm { margin: 0; --dormouse-terminal: #fff }</style>
<dormouse-vm height="200" theme="dark"><script type="text/x-a64">

      mov w0, #1
        b .
</script></dormouse-vm><script src="./dormouse-embed.js"></script>`,
      }),
    );
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    await page.route('**/embed.html?*', async (route) => {
      await held;
      await route.continue();
    });
    await page.goto('./around.html');
    const program = page.locator('dormouse-vm .source');
    expect(await program.textContent()).toBe('mov w0, #1\n  b .');
    expect(await style(program, 'color')).toBe('rgb(35, 38, 45)');
    await page.getByRole('button', { name: /^Run A64 program, / }).click();
    await expect(page.getByRole('button', { name: 'Loading… A64 program' })).toBeVisible();
    await expect(page.getByRole('status')).toContainText('Loading…');
    await expect(page.locator('dormouse-vm .bar')).toHaveAttribute('aria-busy', 'true');
    release();
    // And the console’s ink, too.
    const frame = page.locator('iframe').contentFrame();
    await expect
      .poll(() => style(frame.locator('.xterm-rows'), 'color').catch(() => ''), { timeout: PATIENCE.BOOT })
      .toBe('rgb(35, 38, 45)');
  });

  test('a program in a block of its own is shown as one in a script, unless it has colours', async ({ page }) => {
    await page.route('**/around.html', (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: `<!doctype html><dormouse-vm id="plain"><pre data-a64><code>
      mov w0, #1
        b .
</code></pre></dormouse-vm><dormouse-vm id="coloured"><pre data-a64>  <b>nop</b></pre></dormouse-vm><script src="./dormouse-embed.js"></script>`,
      }),
    );
    await page.goto('./around.html');
    await expect(page.locator('#plain .source')).toHaveText('mov w0, #1\n  b .');
    await expect(page.locator('#plain pre[data-a64]')).toBeHidden();
    await expect(page.locator('#coloured pre[data-a64]')).toBeVisible();
    await expect(page.locator('#coloured .source')).toHaveCount(0);
  });

  test('in little room it says what runs, and nothing is cut off', async ({ page }) => {
    await page.setViewportSize({ width: 320, height: 240 });
    await page.goto('./embed.html?kernel=./Image-with-a-rather-long-name&psci=1.1');
    const { width } = (await page.locator('.poster .what').boundingBox())!;
    expect(width).toBeGreaterThan(180);
    await expect(page.getByRole('link', { name: 'Open in the playground' })).toBeInViewport({ ratio: 1 });
  });
});

test.describe('in the smallest frames', () => {
  test.use({ viewport: { width: 320, height: 240 } });

  test(lab('the version is in the bar, the menu is whole, and so is the way on from an end'), async ({ page }) => {
    await run(page, { psci: '1.1', panels: 'console timeline' });
    const bar = page.getByRole('banner');
    await bar.getByRole('button', { name: 'More' }).click();
    for (const entry of await allOf(page.getByRole('dialog').locator('button, a')))
      await expect(entry).toBeInViewport({ ratio: 1 });
    await page.keyboard.press('Escape');
    await page.setViewportSize({ width: 460, height: 240 });
    await expect(bar.getByText('PSCI 1.1')).toBeInViewport({ ratio: 1 });
    await page.setViewportSize({ width: 320, height: 240 });
    await page.getByRole('tab', { name: 'Timeline' }).click();
    for (const entry of await allOf(page.locator('.legend > span:visible'))) await expect(entry).toBeInViewport({ ratio: 1 });
    await bar.getByRole('button', { name: 'More' }).click();
    await page.getByRole('button', { name: 'Power off' }).click();
    await expect(page.getByRole('button', { name: 'Start again' })).toBeInViewport({ ratio: 1 });
  });
});
