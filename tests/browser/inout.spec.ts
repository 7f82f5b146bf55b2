/** What goes into the machine and comes out of it: the console's size, files, pastes, and what a machine that goes on brings back. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { PATIENCE } from '../patience';
import { hasGuest, titleFor } from './support/guests';
import { expect, type MachinePage, test } from './support/machine-page';

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

/** Drops files on the page, as a person does. */
function drop(page: Page, files: Record<string, string | Uint8Array>): Promise<void> {
  const packed = Object.entries(files).map(([name, contents]) => [name, Buffer.from(contents).toString('base64')] as const);
  return page.evaluate((given) => {
    const dataTransfer = new DataTransfer();
    for (const [name, bytes] of given)
      dataTransfer.items.add(new File([Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0))], name));
    const how = { dataTransfer, bubbles: true, cancelable: true };
    for (const type of ['dragenter', 'dragover', 'drop']) document.querySelector('main')?.dispatchEvent(new DragEvent(type, how));
  }, packed);
}

/** An ext4 file system of 4 MiB with a file in it, made by mke2fs; undefined where that is not there. */
function ext4Image(): Uint8Array | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'dormouse-ext4-'));
  try {
    mkdirSync(join(folder, 'files'));
    writeFileSync(join(folder, 'files', 'nuts'), 'hazel and beech\n');
    const image = join(folder, 'image');
    execFileSync('mke2fs', ['-q', '-t', 'ext4', '-d', join(folder, 'files'), image, '4M'], {
      env: { PATH: `${process.env.PATH}:/usr/sbin:/sbin` },
      stdio: 'ignore',
    });
    return readFileSync(image);
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A firmware volume whose first instructions print an F, as from address 0. */
function firmwareImage(): Uint8Array {
  const image = new Uint8Array(0x10000);
  // movz x1, #0x0900, lsl #16; mov w0, #'F'; strb w0, [x1]; b .
  image.set(new Uint8Array(Uint32Array.of(0xd2a12001, 0x528008c0, 0x39000020, 0x14000000).buffer));
  image.set(new TextEncoder().encode('_FVH'), 40);
  return image;
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
    titleFor('debian', 'a dropped disk image is one more disk, and a kept copy keeps what is written'),
    async ({ machine, page }) => {
      const image = ext4Image();
      test.skip(image === undefined, 'mke2fs is not there');
      await machine.open({ guest: 'debian' });
      await expect(page.getByRole('button', { name: 'Start the machine' })).toBeEnabled();
      await drop(page, { 'my nuts.img': image! });
      const card = page.getByRole('dialog', { name: 'What to do with it?' });
      await expect(card).toContainText('/dev/vdb');
      await expect(card).toContainText('the file itself is never written to');
      await card.getByRole('button', { name: 'a copy with its changes stays in this browser' }).click();
      await machine.waitForScreen(/dormouse:~# *$/);
      await answered(machine, 'mount /dev/vdb /mnt && cat /mnt/nuts', 'hazel and beech');
      await answered(machine, 'echo acorns >/mnt/more && umount /mnt && echo pu"t" away', 'put away');
      page.on('dialog', (dialog) => void dialog.accept());

      await machine.open({ guest: 'debian' });
      await page.getByRole('button', { name: 'Disks' }).click();
      await page.getByRole('button', { name: 'Attach at the next start' }).click();
      await page.keyboard.press('Escape');
      await expect(page.getByRole('region', { name: 'Attached disk' })).toContainText(
        'stays in this browser, on the disk “my-nuts.img”',
      );
      await machine.start();
      await machine.waitForScreen(/dormouse:~# *$/);
      await answered(machine, 'mount /dev/vdb /mnt && cat /mnt/more', 'acorns');
    },
  );

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
              // Of the layout as it is by then.
              return (await machine.wholeConsole()).includes(`it has ${await rowsOf(machine)} `);
            },
            { timeout: PATIENCE.BOOT },
          )
          .toBe(true);
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
      await expect(card).toContainText(/Waking after|Awake again after/);
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
    await drop(page, { 'disk.qcow2': Buffer.from('QFI\xfb'.padEnd(512, '\0'), 'latin1') });
    await expect(card).toContainText('make a raw one of it with `qemu-img convert -O raw`');
    await page.keyboard.press('Escape');

    await drop(page, { 'hello.txt': '  ldr x1, =0x09000000\n  mov w0, #0x5a\n  str w0, [x1]\n1: wfi\n  b 1b\n' });
    await page.getByRole('button', { name: 'Assemble and run it' }).click();
    await machine.waitForScreen(/^Z/m);
    await page.getByRole('tab', { name: 'Files' }).click();
    await expect(page.getByRole('region', { name: 'Files of the guest' })).toContainText('none answers here');
  });

  test(titleFor('lab', 'dropped firmware runs from flash'), async ({ machine, page }) => {
    await machine.open({ guest: 'lab' });
    await expect(page.getByRole('button', { name: 'Start the machine' })).toBeEnabled();
    await drop(page, { 'own.fd': firmwareImage() });
    const card = page.getByRole('dialog', { name: 'What to do with it?' });
    await expect(card).toContainText('“own.fd” is firmware (EDK2).');
    await card.getByRole('button', { name: 'Run it from flash, as the machine’s firmware' }).click();
    await machine.waitForScreen(/^F/m);
    await expect(page.getByRole('button', { name: 'Guest: Your own firmware' })).toBeVisible();
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
