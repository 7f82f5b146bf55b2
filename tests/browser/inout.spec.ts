/** What goes into the machine and comes out of it: the console's size, files, pastes, and what a machine that goes on brings back. */
import { execFileSync } from 'node:child_process';
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

  const boot = async (machine: MachinePage): Promise<void> => {
    await machine.open({ guest: 'debian' });
    await machine.start();
    await machine.waitForScreen(/dormouse:~# *$/);
  };
  const answered = async (machine: MachinePage, command: string, answer: string): Promise<void> => {
    await machine.type(command);
    await expect.poll(() => machine.wholeConsole(), { timeout: PATIENCE.BOOT }).toContain(answer);
  };

  test(titleFor('debian', 'files and long pastes go in and out whole'), async ({ machine, page }) => {
    await boot(machine);
    await page.getByRole('tab', { name: 'Files' }).click();
    await expect(page.getByRole('button', { name: 'Copy in…' })).toBeEnabled();
    const contents = 'nuts\n'.repeat(100_000);
    await drop(page, { 'nuts.txt': contents });
    await expect(page.getByRole('list', { name: 'Copies' })).toContainText('in the guest', { timeout: PATIENCE.BOOT });
    await answered(machine, 'sha256sum nuts.txt', sha256(contents));

    await drop(page, { 'nuts.txt': 'others' });
    await page.getByRole('group', { name: 'Files that are there already' }).getByRole('button', { name: 'Keep both' }).click();
    const download = page.waitForEvent('download', { timeout: PATIENCE.BOOT });
    await page.getByRole('button', { name: 'Copy nuts (2).txt out of the guest' }).click({ timeout: PATIENCE.BOOT });
    expect(await readFile(await (await download).path(), 'utf8')).toBe('others');

    await answered(machine, 'mkdir -p nest/deep; cp nuts.txt nest/deep; echo la"i"d', 'laid');
    await page.getByRole('button', { name: 'Look again' }).click();
    const archive = page.waitForEvent('download', { timeout: PATIENCE.BOOT });
    await page.getByRole('button', { name: 'Copy nest out of the guest, as one tar' }).click({ timeout: PATIENCE.BOOT });
    expect((await archive).suggestedFilename()).toBe('nest.tar');
    const unpacked = execFileSync('tar', ['-x', '-O', '-f', await (await archive).path(), './nest/deep/nuts.txt']);
    expect(sha256(unpacked.toString())).toBe(sha256(contents));

    const lines = Array.from({ length: 1500 }, (_, line) => `${line}: the quick brown dormouse sleeps over the lazy dog\n`);
    const pasted = lines.join('');
    await machine.type('cat >pasted');
    await page.evaluate((text) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', text);
      const event = new ClipboardEvent('paste', { clipboardData, bubbles: true });
      document.querySelector('.xterm-helper-textarea')?.dispatchEvent(event);
    }, pasted);
    const pasting = page.getByRole('region', { name: 'Pasting' });
    await expect(pasting).toBeVisible();
    await expect(pasting).toBeHidden({ timeout: PATIENCE.BOOT });
    await page.keyboard.press('Control+d');
    await answered(machine, 'sha256sum pasted', sha256(pasted));
  });

  test(
    titleFor('debian', 'its terminal has the console’s size, and its screen is there again after a wake'),
    async ({ machine, page }) => {
      await boot(machine);
      for (const width of [1000, 1300]) {
        await page.setViewportSize({ width, height: 700 + (width - 1000) / 3 });
        // It hears of a size a moment later.
        await expect
          .poll(
            async () => {
              await machine.type('echo it has $(stty size)');
              await page.waitForTimeout(1000);
              return machine.wholeConsole();
            },
            { timeout: PATIENCE.BOOT },
          )
          .toContain(`it has ${await rowsOf(machine)} `);
      }

      await expect(machine.hibernateButton).toBeEnabled();
      await machine.hibernateButton.click();
      await expect(machine.end).toBeVisible({ timeout: PATIENCE.BOOT });
      await expect
        .poll(() => page.evaluate(() => localStorage.getItem('dormouse.screens')), { timeout: PATIENCE.ANSWER })
        .toContain('it has');
      await machine.open({ guest: 'debian' });
      await page.getByRole('button', { name: 'Wake under PSCI 1.3' }).click();
      const card = page.getByRole('region', { name: 'What is different now' });
      await expect(card).toContainText('Awake again after', { timeout: PATIENCE.BOOT });
      expect(await machine.wholeConsole()).toContain('it has');
      // The guest's shell draws its prompt anew, below all that was said meanwhile.
      await machine.waitForScreen(/dormouse:~#$/);
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
      await expect.poll(() => machine.wholeConsole()).toMatch(/restored from[\s\S]*lab> psci\nPSCI/);
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
