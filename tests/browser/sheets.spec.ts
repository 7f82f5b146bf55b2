/** What opens over the page: it takes the focus, Escape closes it, and the focus is where it was. */
import type { Locator } from '@playwright/test';
import { hasGuest, titleFor } from './support/guests';
import { keepDisk } from './support/kept-disks';
import { expect, type MachinePage, test } from './support/machine-page';

const lab = (title: string) => titleFor('lab', title);
const SAVE = 'Save or restore the whole machine';

async function runLab(machine: MachinePage): Promise<void> {
  await machine.open({ guest: 'lab' });
  await machine.start();
  await machine.waitForScreen(/lab>/);
}

const isFocusIn = (element: Locator): Promise<boolean> => element.evaluate((node) => node.contains(document.activeElement));

/** Opens what `button` opens by keyboard, looks where the focus is, and closes it again. */
async function openAndEscape(button: Locator, sheet: Locator): Promise<void> {
  await button.focus();
  await button.press('Enter');
  await expect(sheet).toBeVisible();
  await expect.poll(() => isFocusIn(sheet)).toBe(true);
  await button.page().keyboard.press('Escape');
  await expect(sheet).toHaveCount(0);
  await expect(button).toBeFocused();
}

test('each sheet of the header, and the help', async ({ machine, page }) => {
  await machine.open();
  await expect(page.getByRole('button', { name: 'Start the machine' })).toBeVisible();
  for (const name of [/^Guest:/, 'Host, firmware, engine and clock', 'Disks', SAVE])
    await openAndEscape(page.getByRole('button', { name }), page.getByRole('dialog', { name }));
  await openAndEscape(page.getByRole('button', { name: 'Help and shortcuts' }), page.getByRole('dialog', { name: 'Help' }));
  await page.getByRole('button', { name: /^Guest:/ }).press('Enter');
  await expect(page.getByRole('radio', { checked: true })).toBeFocused();
});

test.describe('over a machine that runs', () => {
  test.skip(!hasGuest('lab'), 'the lab guest was not built');

  test(lab('the sheet of the power button; it goes when there is nothing to switch off any more'), async ({ machine, page }) => {
    await runLab(machine);
    const button = page.getByRole('button', { name: 'Power off' });
    const sheet = page.getByRole('dialog', { name: 'Power off' });
    await openAndEscape(button, sheet);
    await machine.type('poweroff');
    await button.evaluate((node: HTMLElement) => node.click());
    await expect(machine.end).toBeVisible();
    await expect(sheet).toHaveCount(0);
  });

  test(lab('the save sheet, also where its text was clicked, and while it saves'), async ({ machine, page }) => {
    // A save that takes its time.
    await page.addInitScript(() => {
      const { postMessage } = Worker.prototype;
      Worker.prototype.postMessage = function (this: Worker, ...given: Parameters<Worker['postMessage']>): void {
        const message = given[0] as { path?: string[] } | undefined;
        const later = message?.path?.[0] === 'save' ? 1500 : 0;
        if (later) setTimeout(() => postMessage.apply(this, given), later);
        else postMessage.apply(this, given);
      } as Worker['postMessage'];
    });
    await runLab(machine);
    const button = page.getByRole('button', { name: SAVE });
    const sheet = page.getByRole('dialog', { name: SAVE });
    const closed = async (): Promise<void> => {
      await page.keyboard.press('Escape');
      await expect(sheet).toHaveCount(0);
      await expect(button).toBeFocused();
    };

    await button.click();
    await sheet.getByRole('heading', { name: 'Restore one' }).click();
    await closed();

    await button.click();
    const chip = page.locator('span.chip');
    await expect(chip).toHaveText(/^running/);
    const download = page.waitForEvent('download');
    await sheet.getByRole('button', { name: 'Save as a file' }).click();
    // The machine stands still now, and nothing says that it runs.
    await expect(chip).toHaveText(/^saving/);
    await expect(page).toHaveTitle('Saving: Lab · Dormouse');
    await expect(page.getByRole('status')).toHaveText('Saving the machine; it stands still until its file is whole.');
    await closed();
    await download;
    await expect(chip).toHaveText(/^running/);
    await expect(page).toHaveTitle('Running: Lab · Dormouse');
  });

  test(lab('a question is taken back before its sheet is closed'), async ({ machine, page }) => {
    await machine.open({ guest: 'lab' });
    await page.evaluate(async () => {
      const disks = await (await navigator.storage.getDirectory()).getDirectoryHandle('disks', { create: true });
      await disks.getFileHandle('den.img', { create: true });
    });
    const button = page.getByRole('button', { name: 'Disks' });
    const sheet = page.getByRole('dialog', { name: 'Disks' });
    await button.click();
    const remove = sheet.getByRole('button', { name: 'Delete…' });
    await remove.click();
    await expect(sheet.getByRole('button', { name: 'Keep it' })).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(remove).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(sheet).toHaveCount(0);
    await expect(button).toBeFocused();
  });
});

test(lab('a disk is attached to a machine that runs by starting it again, and the sheet says so'), async ({ machine, page }) => {
  test.skip(!hasGuest('lab'), 'the lab guest was not built');
  await machine.open();
  await expect(page.getByRole('button', { name: 'Start the machine' })).toBeVisible();
  await keepDisk(page, { name: 'spare', bytes: 1 << 20 });
  await runLab(machine);
  await page.getByRole('button', { name: 'Disks' }).click();
  const sheet = page.getByRole('dialog', { name: 'Disks' });
  await sheet.getByRole('button', { name: 'Attach at the next start' }).click();
  await expect(sheet).toContainText('A machine that runs takes no new disk: it is attached at the next start.');
  await sheet.getByRole('button', { name: 'Start again with it…' }).click();
  await sheet.getByRole('button', { name: 'Start again', exact: true }).click();
  await expect(sheet).toHaveCount(0);
  await expect.poll(async () => (await machine.wholeConsole()).match(/CPUs: /g)?.length ?? 0).toBe(2);
  await page.getByRole('button', { name: 'Disks' }).click();
  await expect(sheet.getByRole('listitem').filter({ hasText: 'spare' })).toContainText('In use now');
});
