/** What goes into the machine and comes out of it: the console's size, files, pastes, and what a machine that goes on brings back. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { PATIENCE } from '../patience';
import { hasGuest, titleFor } from './support/guests';
import { expect, type MachinePage, test } from './support/machine-page';

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

/** Drops files on the page, as a person does. */
function drop(page: Page, files: Record<string, string>): Promise<void> {
  return page.evaluate((given) => {
    const dataTransfer = new DataTransfer();
    for (const [name, text] of Object.entries(given)) dataTransfer.items.add(new File([text], name));
    const how = { dataTransfer, bubbles: true, cancelable: true };
    for (const type of ['dragenter', 'dragover', 'drop']) document.querySelector('main')?.dispatchEvent(new DragEvent(type, how));
  }, files);
}

const rowsOf = (machine: MachinePage): Promise<number> =>
  machine.page.evaluate(() => window.__dormouse?.visibleText().split('\n').length ?? 0);

test.describe('a guest with an agent', () => {
  test.skip(!hasGuest('debian'), 'the Debian guest was not fetched');

  test(
    titleFor(
      'debian',
      'its terminal has the console’s size, files and long pastes go in and out whole, and a wake brings all of that back',
    ),
    async ({ machine, page }) => {
      const answered = async (command: string, answer: RegExp): Promise<void> => {
        await machine.type(command);
        await expect.poll(() => machine.wholeConsole(), { timeout: PATIENCE.BOOT }).toMatch(answer);
      };
      await machine.open({ guest: 'debian' });
      await machine.start();
      await machine.waitForScreen(/dormouse:~# *$/);
      await page.getByRole('tab', { name: 'Files' }).click();
      await expect(
        page
          .getByRole('textbox', { name: 'Folder of the guest' })
          .or(page.getByRole('combobox', { name: 'Folder of the guest' })),
      ).toBeEnabled();

      for (const size of [
        { width: 1000, height: 700 },
        { width: 1300, height: 800 },
      ]) {
        await page.setViewportSize(size);
        await expect
          .poll(
            async () => {
              await machine.type('clear; stty size');
              await page.waitForTimeout(500);
              return machine.screen();
            },
            { timeout: PATIENCE.ANSWER },
          )
          .toContain(`\n${await rowsOf(machine)} `);
      }

      const contents = 'nuts\n'.repeat(100_000);
      await drop(page, { 'nuts.txt': contents });
      const copies = page.getByRole('list', { name: 'Copies' });
      await expect(copies).toContainText('in the guest', { timeout: PATIENCE.BOOT });
      await answered('sha256sum nuts.txt', new RegExp(sha256(contents)));

      await drop(page, { 'nuts.txt': 'others' });
      await page.getByRole('group', { name: 'Files that are there already' }).getByRole('button', { name: 'Keep both' }).click();
      const download = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Copy nuts (2).txt out of the guest' }).click({ timeout: PATIENCE.ANSWER });
      expect(await readFile(await (await download).path(), 'utf8')).toBe('others');

      const pasted = Array.from({ length: 3000 }, (_, line) => `${line}: the quick brown dormouse sleeps over the lazy dog`).join(
        '\n',
      );
      await machine.type('cat >pasted');
      await page.evaluate((text) => {
        const clipboardData = new DataTransfer();
        clipboardData.setData('text/plain', text);
        document
          .querySelector('.xterm-helper-textarea')
          ?.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
      }, `${pasted}\n`);
      await expect(page.getByRole('region', { name: 'Pasting' })).toBeVisible();
      await expect(page.getByRole('region', { name: 'Pasting' })).toBeHidden({ timeout: PATIENCE.BOOT });
      await page.keyboard.press('Control+d');
      await answered('clear; sha256sum pasted', new RegExp(sha256(`${pasted}\n`)));

      await machine.hibernateButton.click();
      await expect(machine.end).toBeVisible({ timeout: PATIENCE.BOOT });
      // The screen is kept a moment after the sleep is known.
      await expect
        .poll(() => page.evaluate(() => localStorage.getItem('dormouse.screens')), { timeout: PATIENCE.ANSWER })
        .toContain('debian');
      await machine.open({ guest: 'debian' });
      await page.getByRole('button', { name: 'Wake under PSCI 1.3' }).click();
      await expect(page.getByRole('region', { name: 'What is different now' })).toContainText('Awake again after', {
        timeout: PATIENCE.BOOT,
      });
      expect(await machine.wholeConsole()).toContain(sha256(`${pasted}\n`));
      // The guest's shell draws its prompt anew below all that was said meanwhile.
      await machine.waitForScreen(/dormouse:~#$/);
      expect(await machine.wholeConsole()).toMatch(/woke|awake|believes[\s\S]*dormouse:~#\s*$/);
    },
  );
});

test.describe('a guest without one', () => {
  test.skip(!hasGuest('lab'), 'the lab guest was not built');

  test(titleFor('lab', 'what is dropped is recognised, and a picture is not booted'), async ({ machine, page }) => {
    await machine.open({ guest: 'lab' });
    await expect(page.getByRole('button', { name: 'Start the machine' })).toBeEnabled();
    await drop(page, { 'cat.s': 'GIF89a' });
    const card = page.getByRole('dialog', { name: 'Nothing to do with it here' });
    await expect(card).toContainText('“cat.s” is a GIF picture.');
    await page.keyboard.press('Escape');
    await expect(card).toBeHidden();

    await drop(page, { 'hello.txt': '  ldr x1, =0x09000000\n  mov w0, #0x5a\n  str w0, [x1]\n1: wfi\n  b 1b\n' });
    await page.getByRole('button', { name: 'Assemble and run it' }).click();
    await machine.waitForScreen(/^Z/m);
    await page.getByRole('tab', { name: 'Files' }).click();
    await expect(page.getByRole('region', { name: 'Files of the guest' })).toContainText('none answers here');
  });

  test(
    titleFor('lab', 'a restored machine shows what it showed, with its prompt, and what is different'),
    async ({ machine, page }) => {
      await machine.open({ guest: 'lab' });
      await machine.start();
      await machine.waitForScreen(/lab>/);
      await machine.type('psci');
      await machine.waitForScreen(/SYSTEM_OFF2[\s\S]*lab>$/);
      await page.getByRole('button', { name: 'Save or restore the whole machine' }).click();
      const download = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Save as a file' }).click();
      const saved = await (await download).path();
      page.on('dialog', (dialog) => void dialog.accept());

      await machine.open({ guest: 'lab' });
      await page.getByRole('button', { name: 'Save or restore the whole machine' }).click();
      await page.locator('input[type=file]').setInputFiles({ name: 'lab.dormouse', mimeType: '', buffer: await readFile(saved) });
      await page.getByRole('button', { name: 'Restore, paused' }).click();
      await machine.waitForScreen(/SYSTEM_OFF2[\s\S]*lab>\n── restored from lab.dormouse[\s\S]*\nlab>$/);
      await expect(page.getByRole('region', { name: 'What is different now' })).toContainText(
        'Nothing of the machine is different.',
      );
      await page.getByRole('button', { name: 'Resume' }).first().click();
      await machine.type('psci');
      await machine.waitForScreen(/restored from[\s\S]*lab> psci\nPSCI/);
    },
  );
});

test.describe('a phone on its side', () => {
  test.use({ viewport: { width: 844, height: 390 }, hasTouch: true });
  test.skip(!hasGuest('lab'), 'the lab guest was not built');

  test(titleFor('lab', 'has room for a console, and targets for fingers, each with a name'), async ({ machine, page }) => {
    await machine.open({ guest: 'lab' });
    await machine.start();
    await machine.waitForScreen(/lab>/);
    expect(await rowsOf(machine)).toBeGreaterThan(10);
    const wrong = await page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('button, select, input')].flatMap((element) => {
        const { width, height } = element.getBoundingClientRect();
        const name = element.getAttribute('aria-label') ?? element.textContent?.trim() ?? '';
        return width > 0 && (width < 44 || height < 44 || name === '') ? [`${name} ${width}×${height}`] : [];
      }),
    );
    expect(wrong).toEqual([]);
    await page.getByRole('button', { name: 'Slash' }).tap();
    await machine.waitForScreen(/lab> \/$/);
  });
});
