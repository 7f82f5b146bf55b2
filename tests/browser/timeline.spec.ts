import type { Page } from '@playwright/test';
import { hasGuest, titleFor } from './support/guests';
import { expectWhole } from './support/in-sight';
import { expect, type MachinePage, test } from './support/machine-page';

test.skip(!hasGuest('lab'), 'the lab guest was not built');

const lanes = (page: Page) => page.getByRole('group', { name: /^Lanes of/ });
const tools = (page: Page) => page.getByRole('toolbar', { name: 'What is in sight' });

/** Two more CPUs were switched on. */
async function withCpus(machine: MachinePage): Promise<void> {
  await machine.open({ guest: 'lab', cpus: '3' });
  await machine.start();
  await machine.waitForScreen(/lab>/);
  await machine.type('on 1');
  await machine.waitForScreen(/lab> on 1[\s\S]*lab>/);
  await machine.type('on 2');
  await machine.waitForScreen(/lab> on 2[\s\S]*lab>/);
}

test(titleFor('lab', 'calls are found by keys, and shown in the list of calls'), async ({ machine, page }) => {
  await withCpus(machine);
  const surface = lanes(page);
  await expect(page.getByRole('button', { name: /^CPU_ON.* at / }).first()).toBeVisible();
  await surface.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowLeft');
  // From a moment before all of them to the first call that matters.
  for (let press = 0; press < 45; press += 1) await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowDown');
  const told = page.getByRole('status');
  await expect(told).toContainText(/^CPU_ON/);
  await expect(told).toContainText('vCPU 0 EL1');
  // By the Tab key to the marks; Enter shows the call.
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: /^CPU_ON/ }).first()).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('listbox').getByRole('option', { selected: true })).toContainText('CPU_ON');
});

test(titleFor('lab', 'one zooms in and out, and goes with the end'), async ({ machine, page }) => {
  await withCpus(machine);
  const [all, follow] = ['All', 'Follow'].map((name) => tools(page).getByRole('button', { name }));
  await expect(all!).toHaveAttribute('aria-pressed', 'true');
  await tools(page).getByRole('button', { name: 'Zoom in' }).click();
  // Where the end is in sight, it stays.
  await expect(follow!).toHaveAttribute('aria-pressed', 'true');
  await lanes(page).focus();
  await page.keyboard.press('Home');
  await expect(follow!).toHaveAttribute('aria-pressed', 'false');
  for (let press = 0; press < 8; press += 1) await page.keyboard.press('+');
  await expect(page.locator('.head .span')).toContainText(/(ms|µs) of /);
  await page.keyboard.press('0');
  await expect(all!).toHaveAttribute('aria-pressed', 'true');
});

test(titleFor('lab', 'what is in sight is there as tables'), async ({ machine, page }) => {
  await withCpus(machine);
  await machine.type('tick 2');
  await tools(page).getByRole('button', { name: 'Table' }).click();
  const tables = page.getByRole('region', { name: 'What is in sight of the timeline' });
  await expect(tables.getByRole('row', { name: /vCPU 0|^0 / }).first()).toBeVisible();
  await expect(tables.getByRole('cell', { name: 'CPU_ON', exact: true })).toHaveCount(2);
  await expect(tables.getByRole('cell', { name: /IRQ \d+/ }).first()).toBeVisible();
  // What is in the tables does not lie over the lanes: where there is little room, one scrolls to it.
  const [lanes, below] = [await page.getByRole('group', { name: /^Lanes of/ }).boundingBox(), await tables.boundingBox()];
  expect(below!.y).toBeGreaterThanOrEqual(lanes!.y + lanes!.height - 1);
  const call = tables.getByRole('row').filter({ has: page.getByRole('cell', { name: 'CPU_ON', exact: true }) });
  await call.first().getByRole('button').click();
  await expect(page.locator('.readout b')).not.toHaveText('now');
});

test(
  titleFor('lab', 'what is in the tables and yet to come, where the machine went back, is marked'),
  async ({ machine, page }) => {
    await withCpus(machine);
    await tools(page).getByRole('button', { name: 'Table' }).click();
    const calls = page
      .getByRole('region', { name: 'What is in sight of the timeline' })
      .getByRole('row')
      .filter({ hasText: 'CPU_ON' });
    await expect(calls).toHaveCount(2);
    await expect(calls.filter({ hasText: 'later' })).toHaveCount(0);
    await page.getByRole('button', { name: 'Back to the last firmware call' }).click();
    await expect(page.getByRole('region', { name: 'The machine is in its past' })).toBeVisible();
    await expect(calls.nth(0)).not.toContainText('later');
    await expect(calls.nth(1)).toContainText('later');
    await page
      .getByRole('region', { name: 'The machine is in its past' })
      .getByRole('button', { name: 'To the present' })
      .click();
    await expect(calls.filter({ hasText: 'later' })).toHaveCount(0);
  },
);

for (const size of [
  { width: 1440, height: 900 },
  { width: 1280, height: 800 },
])
  test(
    titleFor('lab', `is whole beside a story and with bookmarks, at ${size.width}×${size.height}`),
    async ({ machine, page }) => {
      await page.setViewportSize(size);
      await machine.open({ story: 'second-cpu' });
      await machine.start();
      await machine.waitForScreen(/lab>/);
      const whole = async (): Promise<void> => {
        await expectWhole(lanes(page));
        await expectWhole(page.locator('.legend:visible'));
        await expectWhole(through(page));
      };
      await whole();
      // A second row of buttons.
      await through(page).getByRole('button', { name: 'Bookmark' }).click();
      await machine.type('cpus');
      await machine.waitForScreen(/lab> cpus[\s\S]*lab>/);
      await through(page).getByRole('button', { name: 'Back to the last firmware call' }).click();
      await expect(through(page).getByRole('button', { name: 'To the present' })).toBeVisible();
      await whole();
      // Nor without a story, which shows a panel and gives it room.
      await page.getByRole('button', { name: 'Leave the story' }).click();
      await whole();
    },
  );

const through = (page: Page) => page.getByRole('toolbar', { name: 'Through time' });
const handle = (page: Page) => page.getByRole('slider', { name: /^Where the machine stands/ });

test(titleFor('lab', 'the machine goes to another moment, back to a call, and to its present'), async ({ machine, page }) => {
  await withCpus(machine);
  const back = page.getByRole('region', { name: 'The machine is in its past' });
  await expect(back).toBeHidden();
  await through(page).getByRole('button', { name: 'Back to the last firmware call' }).click();
  await expect(back).toContainText(/In its past: .* of .*\. The last .* above, dimmed, (is|are) of later\./);
  await expect(page.getByRole('region', { name: 'The machine is paused' })).toContainText(
    'Before a call of the firmware: vCPU 0',
  );
  // It was not made yet.
  const later = page.getByRole('listbox', { name: /^Firmware calls/ }).getByRole('option', { name: / later CPU_ON/ });
  await expect(later).toHaveCount(1);
  await expect(page.getByRole('region', { name: 'Firmware log' })).toContainText(', 1 of later');
  await expect(page.getByRole('button', { name: /^CPU_ON.*, of later$/ })).not.toHaveCount(0);
  const covers = page.locator('.later-cover').filter({ visible: true });
  await expect(covers).not.toHaveCount(0);
  await through(page).getByRole('button', { name: 'Bookmark' }).click();
  await through(page).getByRole('button', { name: 'To the present' }).click();
  await expect(back).toBeHidden();
  await expect(covers).toHaveCount(0);
  // It ran before.
  await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible();
  await expect(later).toHaveCount(0);
  // By its name, and by the handle to the beginning.
  const bookmarks = page.getByRole('list', { name: 'Bookmarks' });
  await bookmarks.getByRole('button', { name: 'Rename Moment 1' }).click();
  await page.keyboard.type('before CPU_ON');
  await page.keyboard.press('Enter');
  await bookmarks.getByRole('button', { name: /^before CPU_ON/ }).click();
  await expect(back).toBeVisible();
  await handle(page).focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  await expect(back).toContainText('In its past: 0.000 000 s of');
  await bookmarks.getByRole('button', { name: 'Delete before CPU_ON' }).click();
  await expect(bookmarks).toBeHidden();
  // Going on it comes to the present by itself, with nothing printed twice.
  await page.getByText('Resume', { exact: true }).click();
  await expect(back).toBeHidden();
  await machine.type('on 1');
  await machine.waitForScreen(/ALREADY_ON/);
});

test(
  titleFor('lab', 'a copy of the machine at an earlier moment shows what it had printed by then'),
  async ({ machine, page, context }) => {
    await withCpus(machine);
    await through(page).getByRole('button', { name: 'Back to the last firmware call' }).click();
    await expect(page.getByRole('region', { name: 'The machine is in its past' })).toBeVisible();
    const opens = context.waitForEvent('page');
    await through(page).getByRole('button', { name: 'Fork here' }).click();
    const copy = await opens;
    const text = (): Promise<string> => copy.evaluate(() => window.__dormouse?.terminalText() ?? '');
    // Before the second was switched on, which it can do by itself.
    await expect.poll(text).toMatch(/lab> on 1[\s\S]*lab> on 2[\s\S]*restored from the machine at/);
    expect(await text()).not.toContain('cpu2');
    await copy.getByRole('button', { name: 'Resume' }).first().click();
    await expect.poll(text).toMatch(/restored from[\s\S]*lab>/);
  },
);

test(
  titleFor('lab', 'the chosen moment is marked, and let go of when the machine is in its present again'),
  async ({ machine, page }) => {
    await withCpus(machine);
    await page.getByRole('button', { name: 'Pause', exact: true }).first().click();
    const mark = through(page).getByRole('button', { name: 'Bookmark' });
    await expect(mark).toHaveText('Bookmark now');
    const readout = page.locator('.readout b');
    const { x, y, width } = (await lanes(page).boundingBox())!;
    const choose = () => page.mouse.click(x + width * 0.45, y + 40);
    await choose();
    await page.mouse.move(0, 0);
    await expect(mark).toHaveText(/^Bookmark \d/);
    const chosen = (await mark.textContent())!.replace('Bookmark ', '');
    await mark.click();
    // What it is called can be said at once.
    await expect(page.getByLabel('Name of the moment')).toBeFocused();
    await page.keyboard.type('half way');
    await page.keyboard.press('Enter');
    const bookmarks = page.getByRole('list', { name: 'Bookmarks' });
    await expect(bookmarks.getByRole('button', { name: /^half way/ })).toContainText(chosen);
    await expect(bookmarks.getByRole('button', { name: 'Rename half way' })).toBeFocused();
    await lanes(page).focus();
    await page.keyboard.press('Escape');
    await through(page).getByRole('button', { name: 'Back to the last firmware call' }).click();
    await expect(page.getByRole('region', { name: 'The machine is in its past' })).toBeVisible();
    await choose();
    await page.mouse.move(0, 0);
    await expect(mark).not.toHaveText('Bookmark now');
    await through(page).getByRole('button', { name: 'To the present' }).click();
    await expect(mark).toHaveText('Bookmark now');
    await expect(readout).toHaveText('now');
  },
);

test(titleFor('lab', 'in a low column the lanes stay in sight beside the table'), async ({ machine, page }) => {
  await page.setViewportSize({ width: 1280, height: 620 });
  await withCpus(machine);
  await tools(page).getByRole('button', { name: 'Table' }).click();
  await expect(page.getByRole('region', { name: 'What is in sight of the timeline' })).toBeVisible();
  await expectWhole(lanes(page));
});

test(titleFor('lab', 'who types in the past is asked before it takes another course'), async ({ machine, page }) => {
  await withCpus(machine);
  await through(page).getByRole('button', { name: 'Back to the last firmware call' }).click();
  const question = page.getByRole('alertdialog', { name: 'Another course' });
  await expect(page.getByRole('region', { name: 'The machine is in its past' })).toBeVisible();
  await page.locator('.xterm-helper-textarea').first().focus();
  await page.keyboard.type('#');
  await expect(question).toContainText('throws away what came after');
  await question.getByRole('button', { name: 'Leave it as it was' }).click();
  await expect(question).toBeHidden();
  await page.locator('.xterm-helper-textarea').first().focus();
  await page.keyboard.type('#');
  await question.getByRole('button', { name: 'Take another course' }).click();
  await expect(page.getByRole('region', { name: 'The machine is in its past' })).toBeHidden();
  await machine.waitForScreen(/From here on the machine takes another course/);
  // Who was asked in the midst of typing types on.
  await expect(page.locator('.xterm-helper-textarea').first()).toBeFocused();
  await page.keyboard.type('!');
  await page.getByText('Resume', { exact: true }).click();
  await machine.waitForScreen(/another course[\s\S]*lab> #!/);
  // What was never printed stays faint, beside what was in its place.
  const hellos = page.locator('.xterm-rows > div').filter({ hasText: 'cpu2: hello' });
  const colours = (): Promise<string[]> =>
    hellos.evaluateAll((rows) => rows.map((row) => getComputedStyle(row.querySelector('span') ?? row).color));
  await expect.poll(async () => new Set(await colours()).size).toBe(2);
});

test(titleFor('lab', 'has its colours, though it was mounted where there was no room for it'), async ({ machine, page }) => {
  await page.setViewportSize({ width: 1366, height: 768 });
  await machine.open({ guest: 'lab', cpus: '2' });
  // A phone's page shows one panel; the timeline has no place there.
  await page.setViewportSize({ width: 640, height: 768 });
  await machine.start();
  await machine.waitForScreen(/lab>/);
  await page.setViewportSize({ width: 1366, height: 768 });
  const canvas = lanes(page).locator('canvas').first();
  await expect(canvas).toBeVisible();
  const colours = (): Promise<number> =>
    canvas.evaluate((element) => {
      const { width, height } = element as HTMLCanvasElement;
      const { data } = (element as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height);
      const seen = new Set<number>();
      for (let at = 0; at < data.length; at += 4)
        if (data[at]! + data[at + 1]! + data[at + 2]! > 60) seen.add((data[at]! << 16) | (data[at + 1]! << 8) | data[at + 2]!);
      return seen.size;
    });
  await expect.poll(colours).toBeGreaterThan(3);
});

test(titleFor('lab', 'interrupts are seen on the lanes, however low these are'), async ({ machine, page }) => {
  await machine.open({ guest: 'lab', cpus: '4' });
  await machine.start();
  await machine.waitForScreen(/lab>/);
  await machine.type('help');
  const canvas = lanes(page).locator('canvas').first();
  const interrupts = (): Promise<number> =>
    canvas.evaluate((element) => {
      const paint = document.createElement('canvas').getContext('2d')!;
      paint.fillStyle = getComputedStyle(element).getPropertyValue('--hazel');
      paint.fillRect(0, 0, 1, 1);
      const [r, g, b] = paint.getImageData(0, 0, 1, 1).data;
      const { width, height } = element as HTMLCanvasElement;
      const { data } = (element as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height);
      let count = 0;
      for (let at = 0; at < data.length; at += 4) if (data[at] === r && data[at + 1] === g && data[at + 2] === b) count++;
      return count;
    });
  await expect.poll(interrupts).toBeGreaterThan(0);
});
