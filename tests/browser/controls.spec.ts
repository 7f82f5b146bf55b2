import { readFileSync } from 'node:fs';
import { hasGuest, titleFor } from './support/guests';
import { expect, type MachinePage, test } from './support/machine-page';

test.skip(!hasGuest('lab'), 'the lab guest was not built');

const lab = (title: string) => titleFor('lab', title);

async function runLab(machine: MachinePage): Promise<void> {
  await machine.open({ guest: 'lab' });
  await machine.start();
  await machine.waitForScreen(/lab>/);
}

/** Banners so far: how often the guest has booted. */
const boots = async (machine: MachinePage): Promise<number> =>
  ((await machine.wholeConsole()).match(/^.*Dormouse lab.*$/gim) ?? []).length;

test(lab('pause, resume, reset and power off'), async ({ machine, page }) => {
  await runLab(machine);
  const paused = page.getByRole('region', { name: 'The machine is paused' });

  await test.step('paused, it takes no keys; resumed, it answers', async () => {
    await page.getByRole('button', { name: 'Pause' }).click();
    await expect(paused).toBeVisible();
    await paused.getByRole('button', { name: 'Resume' }).click();
    await expect(paused).toHaveCount(0);
    await machine.type('psci');
    await machine.waitForScreen(/PSCI 1\.3/);
  });

  await test.step('reset boots it again', async () => {
    const before = await boots(machine);
    expect(before).toBeGreaterThan(0);
    await page.getByRole('button', { name: 'Reset', exact: true }).click();
    await expect.poll(() => boots(machine)).toBe(before + 1);
  });

  await test.step('so does a warm reset that the guest asks for', async () => {
    const before = await boots(machine);
    await machine.waitForScreen(/lab>$/);
    await machine.type('reset2 0');
    await expect.poll(() => boots(machine)).toBe(before + 1);
  });

  await test.step('where it begins, and each time it begins again, a line says so', async () => {
    const lines = (await machine.wholeConsole()).split('\n').filter((line) => /^── |Dormouse lab:/.test(line));
    const [banner] = lines.filter((line) => !line.startsWith('──'));
    expect(lines).toEqual([
      '── Lab starts: PSCI 1.3, 64 MiB of memory, 2 vCPUs ──',
      banner,
      '── The machine resets (cold): its user pressed the reset button ──',
      banner,
      '── The machine resets (warm): vCPU 0 called SYSTEM_RESET2, type 0x0 ──',
      banner,
    ]);
  });

  await test.step('reset also boots a paused one', async () => {
    const before = await boots(machine);
    await page.getByRole('button', { name: 'Pause' }).click();
    await expect(paused).toBeVisible();
    await page.getByRole('button', { name: 'Reset', exact: true }).click();
    await expect.poll(() => boots(machine)).toBe(before + 1);
    await expect(paused).toHaveCount(0);
  });

  await test.step('the power is cut, and it can be started again', async () => {
    await page.getByRole('button', { name: 'Power off' }).click();
    await page.getByRole('button', { name: 'Cut the power now' }).click();
    await expect(machine.end).toContainText('You cut the power');
    const before = await boots(machine);
    await machine.end.getByRole('button', { name: /^Start .* again$/ }).click();
    await expect.poll(() => boots(machine)).toBe(before + 1);
  });
});

test(lab('keyboard only: start, type, leave the terminal, pause'), async ({ machine, page }) => {
  await machine.open({ guest: 'lab' });
  await expect(page.getByRole('button', { name: 'Start the machine' })).toBeEnabled();
  await page.keyboard.press('Alt+s');
  await machine.waitForScreen(/lab>/);

  await test.step('the terminal has the focus', async () => {
    await page.keyboard.type('psci\n');
    await machine.waitForScreen(/PSCI 1\.3/);
  });

  await test.step('Ctrl and Alt leave it, and Tab goes on behind it', async () => {
    await page.keyboard.down('Control');
    await page.keyboard.down('Alt');
    await page.keyboard.up('Alt');
    await page.keyboard.up('Control');
    await expect(page.getByRole('group', { name: 'After the terminal' })).toBeFocused();
    await page.keyboard.press('Tab');
    await expect(page.locator(':focus')).toHaveAttribute('aria-label', /^Border between Console and /);
  });

  await test.step('shortcuts are the page’s again', async () => {
    await page.keyboard.press('Alt+p');
    await expect(page.getByRole('region', { name: 'The machine is paused' })).toBeVisible();
    await page.keyboard.press('Alt+p');
    await expect(page.getByRole('region', { name: 'The machine is paused' })).toHaveCount(0);
  });

  await test.step('Escape twice leaves it, too', async () => {
    await page.locator('.xterm-helper-textarea').focus();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await expect(page.getByRole('group', { name: 'After the terminal' })).toBeFocused();
  });

  await test.step('a guest without an agent says why it cannot hibernate', async () => {
    await page.keyboard.press('Alt+h');
    await expect(page.getByRole('status')).toHaveText('This guest has no agent to ask: hibernate it from its own shell.');
  });
});

test(lab('search in the console'), async ({ machine, page }) => {
  await runLab(machine);
  await machine.type('help');
  await page.keyboard.press('Control+Shift+F');
  const search = page.getByRole('search');
  const field = search.getByLabel('Search the console');
  await expect(field).toBeFocused();
  await field.fill('psci');
  await expect(search.getByText(/^\d+ of \d+$/)).toBeVisible();
  await field.press('Enter');
  await expect(search.getByText(/^\d+ of \d+$/)).toBeVisible();
  await field.fill('no such words');
  await expect(search.getByText('nothing found')).toBeVisible();
  await field.press('Escape');
  await expect(search).toHaveCount(0);
  await expect(page.locator('.xterm-helper-textarea')).toBeFocused();
});

test(lab('a link brings someone else to the same machine'), async ({ machine, page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await machine.open({ guest: 'lab', cpus: '4', psci: '1.0', conduit: 'smc' });
  await expect(page.getByRole('button', { name: 'Start the machine' })).toBeEnabled();
  await page.getByRole('button', { name: 'Copy a link to this machine' }).click();
  await expect(page.getByRole('status')).toHaveText('Copied.');
  const link = await page.evaluate(() => navigator.clipboard.readText());
  await page.goto(link);
  await expect(page.getByRole('combobox', { name: 'vCPUs' })).toHaveValue('4');
  await expect(page.getByRole('combobox', { name: 'PSCI version' })).toHaveValue('1.0');
});

test(lab('console, registers, calls and trace are files for who asks'), async ({ machine, page }) => {
  await runLab(machine);
  await machine.type('on 1');
  await machine.waitForScreen(/SUCCESS/);
  for (const [button, name, contents] of [
    ['Download as text', 'lab-console.txt', /lab> on 1\n/],
    ['Download the registers', 'lab-registers.txt', /vCPU 1[\s\S]*x30/],
    ['Download firmware calls', 'lab-firmware-calls.txt', /CPU_ON.*SUCCESS/],
    ['Download firmware calls (JSON)', 'lab-firmware-calls.json', /^\[[\s\S]*"CPU_ON"/],
    ['Download the trace', 'lab-trace.tsv', /^seconds of machine time\tvCPU\tevent\tcount\n(.*\n)*\d+\.\d{9}\t0\tCPU_ON\t1\n/],
  ] as const) {
    await page.getByRole('button', { name: 'Copy, select, download, files' }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: button, exact: true }).click();
    const file = await download;
    expect(file.suggestedFilename()).toBe(name);
    expect(readFileSync(await file.path(), 'utf8'), button).toMatch(contents);
  }
});

test(lab('what the browser does not let the page copy is shown, selected'), async ({ machine, page }) => {
  await page.addInitScript(() => {
    const refuse = () => Promise.reject(new DOMException('Write permission denied.', 'NotAllowedError'));
    Object.assign(navigator.clipboard, { write: refuse, writeText: refuse });
  });
  await machine.open({ guest: 'lab', cpus: '4' });
  const copy = page.getByRole('button', { name: 'Copy a link to this machine' });
  await expect(page.getByRole('button', { name: 'Start the machine' })).toBeEnabled();
  await copy.click();
  const field = page.getByRole('dialog').getByRole('textbox', { name: 'What was to be copied' });
  await expect(field).toBeFocused();
  await expect(field).toHaveValue(/cpus=4/);
  const selected = await field.evaluate((area: HTMLTextAreaElement) => area.value.slice(area.selectionStart, area.selectionEnd));
  expect(selected).toBe(await field.inputValue());
  await page.keyboard.press('Escape');
  await expect(field).toHaveCount(0);
  await expect(copy).toBeFocused();

  // Of the console, too, and of what takes a moment to make.
  await machine.start();
  await machine.waitForScreen(/lab>/);
  await page.getByRole('button', { name: 'Copy the selection, or everything' }).click();
  await expect(field).toHaveValue(/lab>/);
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  await page.getByRole('tab', { name: 'Editor' }).click();
  await page.getByRole('button', { name: 'Copy a link to this program' }).click();
  await expect(field).toHaveValue(/[#&]program=/);
});

test('the theme is remembered', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.goto('./');
  await page.getByRole('button', { name: 'Theme: as the system' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
  await page.getByRole('button', { name: 'Theme: light' }).click();
  await page.reload();
  await expect(page.getByRole('button', { name: 'Theme: dark' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
});

test('the console’s paper follows the system’s theme', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto('./');
  const paper = page.locator('.xterm-scrollable-element');
  await expect(paper).toHaveCSS('background-color', 'rgb(20, 23, 31)');
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect(paper).toHaveCSS('background-color', 'rgb(11, 14, 20)');
});
