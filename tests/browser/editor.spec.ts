import type { Locator, Page } from '@playwright/test';
import { packText } from '../../src/ui/state/packed-text';
import { PATIENCE } from '../patience';
import { expect, type MachinePage, test } from './support/machine-page';

const patient = { timeout: PATIENCE.ANSWER };

async function openEditor({ page }: MachinePage): Promise<Locator> {
  await page.getByRole('tab', { name: 'Editor' }).click();
  const text = page.getByRole('textbox', { name: /^A64 assembly/ });
  await expect(text).toBeVisible(patient);
  return text;
}

/** Replaces the program by typing, as a person would. */
async function write(text: Locator, source: string): Promise<void> {
  await text.click();
  await text.press('Control+a');
  await text.page().keyboard.insertText(source);
}

const tail = (page: Page): Locator => page.getByLabel('End of the console');

test('an example runs by Ctrl+Enter, and again after a change', async ({ machine, page }) => {
  await machine.open();
  const text = await openEditor(machine);
  await text.press('Control+Enter');
  await expect(tail(page)).toContainText('Hello from A64!', patient);
  await expect(tail(page)).toContainText('powered off', patient);
  await write(text, '.include "uart.inc"\n.include "psci.inc"\nprint "changed"\npower_off\n');
  await expect(page.getByRole('button', { name: 'Program: Hello, UART' })).toContainText('yours', patient);
  await text.press('Control+Enter');
  await expect(tail(page)).toContainText('changed', patient);
});

test('problems are told in place, several at once, and mended by what may have been meant', async ({ machine, page }) => {
  await machine.open();
  const text = await openEditor(machine);
  await write(text, 'start:\n    moev x0, #1\n    add x0, x1, w2\n    b start\n');
  const problems = page.getByRole('list', { name: 'Problems' }).getByRole('listitem');
  await expect(problems).toHaveText(
    [/^2There is no instruction or macro "moev"; did you mean "mov"\?$/, /^3This operand/],
    patient,
  );
  await text.press('Control+Enter');
  await expect(tail(page)).toHaveCount(0);
  await text.press('F8');
  await page.getByRole('button', { name: 'Write “mov”' }).first().click();
  await expect(problems).toHaveCount(1, patient);
  await expect(text).toContainText('mov x0, #1');
});

test('what is typed is completed, and what is pointed at explained', async ({ machine, page }) => {
  await machine.open();
  const text = await openEditor(machine);
  await expect(page.getByText(/^\d+ bytes/)).toBeVisible(patient);
  await write(text, 'start:\n    csin');
  await expect(page.getByRole('option', { name: /^csinc/ })).toBeVisible(patient);
  await text.press('Escape');
  await write(text, 'start:\n    csel x0, x1, x2, eq\n');
  await page.getByText('csel', { exact: true }).hover();
  await expect(page.getByText('csel <Rd>, <Rn>, <Rm>, <cond>')).toBeVisible(patient);
});

test('the machine stops at a breakpoint, goes on by steps, and the line is marked', async ({ machine, page }) => {
  await machine.open();
  const text = await openEditor(machine);
  await write(text, 'start:\n    mov x0, #1\n    mov x1, #2\n    mov x2, #3\nstay: b stay\n');
  await text.press('Control+Home');
  await text.press('ArrowDown');
  await text.press('ArrowDown');
  await text.press('F9');
  await text.press('Control+Enter');
  await expect(page.getByText('Stopped at a breakpoint at line 3')).toBeVisible(patient);
  await expect(page.getByTitle('vCPU 0 is here, at EL1')).toHaveText('    mov x1, #2');
  await page.getByRole('button', { name: 'Step', exact: true }).click();
  await expect(page.getByTitle('vCPU 0 is here, at EL1')).toHaveText('    mov x2, #3', patient);
  const back = page.getByRole('button', { name: 'Back', exact: true });
  await expect(back).toHaveAttribute('title', 'Step back: before the last instruction (F7)');
  for (const line of ['    mov x1, #2', '    mov x0, #1']) {
    await back.click();
    await expect(page.getByTitle('vCPU 0 is here, at EL1')).toHaveText(line, patient);
  }
  await expect(back).toBeDisabled(patient);
  await expect(back).toHaveAttribute('title', 'vCPU 0 has not run yet: there is nothing to step back over.');
});

test('the buttons that step stand still, whatever the timeline below needs', async ({ machine, page }) => {
  await machine.open();
  const text = await openEditor(machine);
  await write(text, 'start:\n    mov x0, #1\n    mov x1, #2\n    mov x2, #3\nstay: b stay\n');
  await text.press('Control+Home');
  await text.press('ArrowDown');
  await text.press('ArrowDown');
  await text.press('F9');
  await text.press('Control+Enter');
  const here = page.getByTitle('vCPU 0 is here, at EL1');
  await expect(here).toHaveText('    mov x1, #2', patient);
  const places = () =>
    Promise.all(
      ['Go on', 'Back', 'Over', 'Step', 'Out'].map((name) => page.getByRole('button', { name, exact: true }).boundingBox()),
    );
  const before = await places();
  await page.getByRole('button', { name: 'Step', exact: true }).click();
  await expect(here).toHaveText('    mov x2, #3', patient);
  expect(await places()).toEqual(before);
  const through = page.getByRole('toolbar', { name: 'Through time' });
  const last = through.getByRole('button', { name: 'Back to the last firmware call' });
  const stands = await last.boundingBox();
  // Into its past, where the timeline says so.
  for (const line of ['    mov x1, #2', '    mov x0, #1']) {
    await page.getByRole('button', { name: 'Back', exact: true }).click();
    await expect(here).toHaveText(line, patient);
    expect(await places()).toEqual(before);
  }
  await expect(through.getByRole('button', { name: 'To the present' })).toBeEnabled(patient);
  expect(await last.boundingBox()).toEqual(stands);
});

test('what a program printed is gone when another is opened over it, and there again with it', async ({ machine, page }) => {
  await machine.open();
  const text = await openEditor(machine);
  await write(text, '.include "uart.inc"\nprint "of the first"\nstay: wfi\n    b stay\n');
  await text.press('Control+Enter');
  await expect(tail(page)).toContainText('of the first', patient);
  await page.getByRole('button', { name: /^Program: / }).click();
  await page.getByRole('button', { name: 'New program' }).click();
  await expect(tail(page)).toHaveCount(0);
  await expect(page.getByText('runs “Hello, UART”')).toBeVisible();
  await page.getByRole('button', { name: /^Program: / }).click();
  await page.getByRole('button', { name: /^Hello, UART changed/ }).click();
  await expect(tail(page)).toContainText('of the first', patient);
});

test('a program that has ended is stepped back from there', async ({ machine, page }) => {
  await machine.open();
  const text = await openEditor(machine);
  await write(text, 'start:\n    mov x1, #1\n    ldr w0, =0x84000008\n    hvc #0\n');
  await text.press('Control+Enter');
  await expect(tail(page)).toContainText('powered off', patient);
  await page.getByRole('button', { name: 'Back', exact: true }).click();
  await expect(page.getByTitle('vCPU 0 is here, at EL1')).toHaveText('    hvc #0', patient);
  await page.getByRole('button', { name: 'Go on', exact: true }).click();
  await expect(tail(page)).toContainText('powered off', patient);
});

test('a program that runs is paused from the editor, by its button and by its key', async ({ machine, page }) => {
  await machine.open();
  const text = await openEditor(machine);
  await write(text, 'start:\n    mov x1, #1\nstay: wfi\n    b stay\n');
  await text.press('Control+Enter');
  const pause = page.getByRole('group', { name: 'From here' }).getByRole('button', { name: 'Pause', exact: true });
  await pause.click(patient);
  await expect(page.getByRole('button', { name: 'Back', exact: true })).toBeEnabled(patient);
  await page.getByRole('button', { name: 'Go on', exact: true }).click();
  await expect(pause).toBeVisible(patient);
  await text.press('F8');
  await expect(page.getByRole('button', { name: 'Go on', exact: true })).toBeVisible(patient);
  await text.press('F8');
  await expect(pause).toBeVisible(patient);
});

test('an example that was changed says so beside its text, goes back to what it was, and comes again', async ({
  machine,
  page,
}) => {
  await machine.open();
  const text = await openEditor(machine);
  const about = page.getByRole('complementary', { name: 'About this example' });
  await expect(about).not.toContainText('changed');
  await text.press('Control+Home');
  await page.keyboard.insertText('// mine\n');
  await expect(about).toContainText('You have changed the program');
  await about.getByRole('button', { name: 'Back to the example' }).click();
  await expect(text).not.toContainText('// mine');
  await expect(about).not.toContainText('You have changed');
  await about.getByRole('button', { name: 'Undo: back to yours' }).click();
  await expect(text).toContainText('// mine');
  await about.getByRole('button', { name: 'Back to the example' }).click();
  await expect(text).not.toContainText('// mine');
  // By the editor's own undo as well.
  await text.press('Control+z');
  await expect(text).toContainText('// mine');
});

test('what a person wrote is there after a reload, and an example stays what it is', async ({ machine, page }) => {
  await machine.open();
  const text = await openEditor(machine);
  await write(text, '// mine\nstart: b .\n');
  await expect(page.getByText('4 bytes, 1 label')).toBeVisible(patient);
  await page.reload();
  await expect(await openEditor(machine)).toContainText('// mine', patient);
  await page.getByRole('button', { name: /^Program: / }).click();
  await page.getByRole('button', { name: /^Hello, UART The smallest/ }).click();
  await expect(page.getByRole('textbox', { name: /^A64 assembly/ })).toContainText('Hello from a bare machine', patient);
});

test('a program in an address is shown and does not run by itself', async ({ machine, page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await machine.open();
  const text = await openEditor(machine);
  await write(text, '.include "uart.inc"\n.include "psci.inc"\nprint "from a link"\npower_off\n');
  await expect(page.getByText(/^\d+ bytes/)).toBeVisible(patient);
  const copied = async (): Promise<string> => {
    await page.getByRole('button', { name: 'Copy a link to this program' }).click();
    return page.evaluate(() => navigator.clipboard.readText());
  };
  await expect.poll(copied, patient).toMatch(/[#&]program=/);
  const address = await copied();
  // As somebody else would: with nothing of this page's own.
  await page.evaluate(() => localStorage.clear());
  await page.goto(address);
  await expect(page.getByRole('textbox', { name: /^A64 assembly/ })).toContainText('from a link', patient);
  await expect(tail(page)).toHaveCount(0);
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(tail(page)).toContainText('from a link', patient);
});

test('a program in the hash of the address at hand takes the place of what is there, which is kept', async ({
  machine,
  page,
}) => {
  await machine.open();
  const text = await openEditor(machine);
  await write(text, '// of another address\nstart: b .\n');
  const hash = `#program=${await packText('// from a hash\nstart: b .\n')}`;
  await page.getByRole('tab', { name: 'Console' }).click();
  await page.evaluate((to) => location.assign(to), hash);
  await expect(text).toContainText('from a hash', patient);
  await page.getByRole('button', { name: /^Program: / }).click();
  await page.getByRole('button', { name: /^Hello, UART changed/ }).click();
  await expect(text).toContainText('of another address', patient);
});

test('what completes the text is gone when it is run, and the history is there when the panel comes back', async ({
  machine,
  page,
}) => {
  await machine.open();
  const text = await openEditor(machine);
  await expect(page.getByText(/^\d+ bytes/)).toBeVisible(patient);
  await write(text, 'start:\n    csin');
  const completion = page.getByRole('option', { name: /^csinc/ });
  await expect(completion).toBeVisible(patient);
  await text.press('Control+Enter');
  await expect(completion).toHaveCount(0);
  const panels = async () => {
    await page.getByRole('button', { name: 'Panels', exact: true }).click();
    await page.getByRole('menuitemcheckbox', { name: 'Editor' }).click();
  };
  await panels();
  await expect(text).toHaveCount(0);
  await panels();
  await expect(text).toContainText('csin', patient);
  await text.press('Control+z');
  await expect(text).not.toContainText('csin');
});

test('the link to a machine that runs a program of one’s own has the program in it', async ({ machine, page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await machine.open();
  const text = await openEditor(machine);
  await write(text, '.include "uart.inc"\n.include "psci.inc"\nprint "of mine"\nstay: wfi\nb stay\n');
  await text.press('Control+Enter');
  await expect(tail(page)).toContainText('of mine', patient);
  await page.getByRole('button', { name: 'Copy a link to this machine' }).click();
  const copied = (): Promise<string> => page.evaluate(() => navigator.clipboard.readText());
  await expect.poll(copied, patient).toMatch(/guest=own.*[#&]program=/);
});

test('a click on a line’s number sets a breakpoint, and takes it away', async ({ machine, page }) => {
  await machine.open();
  await openEditor(machine);
  const numbers = page.locator('.cm-lineNumbers .cm-gutterElement');
  const dots = page.locator('.cm-breakpoints .cm-gutterElement:not([style*="visibility: hidden"]) *');
  await expect(dots).toHaveCount(0);
  await numbers.nth(8).click();
  await expect(dots).toHaveCount(1);
  await numbers.nth(8).click();
  await expect(dots).toHaveCount(0);
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  test('a program is run, and nothing sticks out', async ({ machine, page }) => {
    await machine.open();
    await openEditor(machine);
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await expect(tail(page)).toContainText('Hello from A64!', patient);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  });
});
