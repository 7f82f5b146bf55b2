import { hasGuest, titleFor } from './support/guests';
import { expectWhole } from './support/in-sight';
import { expect, type MachinePage, test } from './support/machine-page';

test.skip(!hasGuest('lab'), 'the lab guest was not built');

const lab = (title: string) => titleFor('lab', title);

async function runLab(machine: MachinePage, query: Record<string, string> = {}): Promise<void> {
  await machine.open({ guest: 'lab', ...query });
  await machine.start();
  await machine.waitForScreen(/lab>/);
}

test(lab('the versions matrix marks the VM’s column and counts its calls'), async ({ machine }) => {
  await runLab(machine, { psci: '1.1' });
  await machine.type('psci');
  const versions = await machine.firmware('Versions');
  await expect(versions.getByRole('button', { name: '1.1', exact: true })).toHaveAttribute('aria-pressed', 'true');
  await expect(versions.getByRole('button', { name: '1.3', exact: true })).toHaveAttribute('aria-pressed', 'false');
  const row = versions
    .getByRole('row')
    .filter({ has: versions.page().getByRole('rowheader', { name: 'PSCI_VERSION', exact: true }) });
  await expect(row.getByRole('cell').last()).toHaveText(/^\d+×$/);

  // What decides a cell is told where the pointer is.
  await versions.getByRole('button', { name: /^SYSTEM_OFF2 at 1\.1/ }).hover();
  await expect(versions.getByText('NOT_SUPPORTED', { exact: false }).first()).toBeVisible();
});

test(lab('differences only: of the machine’s version and another, or of two that are chosen'), async ({ machine, page }) => {
  await machine.open({ guest: 'lab' });
  const versions = await machine.firmware('Versions');
  await versions.getByRole('button', { name: 'Differences only' }).click();
  const names = versions.getByRole('rowheader');
  // The newest has nothing to be held against but an older one.
  await expect(versions.getByLabel('One version')).toHaveValue('1.3');
  await expect(versions.getByLabel('The other version')).not.toHaveValue('1.3');
  await expect(names).toHaveText(['SYSTEM_OFF2']);
  await versions.getByLabel('One version').selectOption('0.1');
  await versions.getByLabel('The other version').selectOption('0.2');
  await expect(names.filter({ hasText: /^SYSTEM_RESET$/ })).toHaveCount(1);
  await expect(names.filter({ hasText: 'SYSTEM_OFF2' })).toHaveCount(0);
  await expect(page.getByText(/^Against 0\.2 a guest at 0\.1 loses/)).toBeVisible();
  await versions.getByLabel('One version').selectOption('0.2');
  await expect(versions.getByText('Both are 0.2: choose two versions')).toBeVisible();
});

test(lab('a bad value of a firmware register is refused with KVM’s errno'), async ({ machine }) => {
  await runLab(machine);
  const registers = await machine.firmware('Pseudo-registers');
  await registers.getByRole('button', { name: 'Change std_bmap' }).click();
  await registers.getByLabel('New value of std_bmap').fill('0xff');
  await registers.getByRole('button', { name: 'Write', exact: true }).click();
  await expect(registers.getByRole('alert')).toContainText(/std_bmap=0xff refused: E(INVAL|BUSY)\./);

  // Nothing typed is lost, and the machine goes on.
  await expect(registers.getByLabel('New value of std_bmap')).toHaveValue('0xff');
  await machine.type('psci');
  await machine.waitForScreen(/1\.3/);
});

test(lab('a register of a stopped machine is refused before the start'), async ({ machine }) => {
  await machine.open({ guest: 'lab' });
  const registers = await machine.firmware('Pseudo-registers');
  await registers.getByRole('button', { name: 'Change std_bmap' }).click();
  await registers.getByLabel('New value of std_bmap').fill('0xff');
  await registers.getByRole('button', { name: 'Write', exact: true }).click();
  await expect(registers.getByRole('alert')).toContainText('EINVAL');
  await machine.start();
  await machine.waitForScreen(/lab>/);
});

test(lab('the version of a stopped machine is one click away, on the poster and in the matrix'), async ({ machine, page }) => {
  await machine.open({ guest: 'lab' });
  await page.getByRole('group', { name: 'PSCI version of the next start' }).getByRole('button', { name: '0.2' }).click();
  await expect(page.getByRole('combobox', { name: 'PSCI version' })).toHaveValue('0.2');
  const versions = await machine.firmware('Versions');
  await versions.getByRole('button', { name: '1.0', exact: true }).click();
  await expect(page.getByRole('combobox', { name: 'PSCI version' })).toHaveValue('1.0');
  await machine.start();
  await machine.waitForScreen(/lab>/);
  await machine.type('psci');
  await machine.waitForScreen(/PSCI 1\.0/);
});

test(lab('a version written under a running guest is asked about first'), async ({ machine, page }) => {
  await runLab(machine);
  const versions = await machine.firmware('Versions');
  await versions.getByRole('button', { name: '1.1', exact: true }).click();
  const question = page.getByRole('alertdialog');
  await expect(question).toContainText('Make this PSCI 1.1 while the guest runs?');
  await expect(question).toContainText('SYSTEM_OFF2');

  await question.getByRole('button', { name: 'Leave it' }).click();
  await expect(versions.getByRole('button', { name: '1.3', exact: true })).toHaveAttribute('aria-pressed', 'true');

  await versions.getByRole('button', { name: '1.1', exact: true }).click();
  await question.getByRole('button', { name: /^Write/ }).click();
  await expect(versions.getByRole('button', { name: '1.1', exact: true })).toHaveAttribute('aria-pressed', 'true');
  // What is said of it takes nobody's prompt.
  await machine.waitForScreen(/PSCI 1\.3 became 1\.1 while the guest runs[\s\S]*\nlab>$/);
  // Nor does a second sentence leave one behind.
  await versions.getByRole('button', { name: '1.3', exact: true }).click();
  await question.getByRole('button', { name: /^Write/ }).click();
  await machine.waitForScreen(/PSCI 1\.3 became 1\.1[^>]*\n── PSCI 1\.1 became 1\.3[^>]*\nlab>$/);
  await versions.getByRole('button', { name: '1.1', exact: true }).click();
  await question.getByRole('button', { name: /^Write/ }).click();
  await machine.waitForScreen(/PSCI 1\.1 became 1\.3[^>]*\n── PSCI 1\.3 became 1\.1[^>]*\nlab>$/);
  await machine.type('psci');
  await machine.waitForScreen(/\nlab> psci[\s\S]*PSCI 1\.1/);
});

test(lab('the log says which rule decided a call'), async ({ machine }) => {
  await runLab(machine);
  await machine.type('psci');
  const calls = await machine.firmware('Calls');
  // Only the rows in sight are in the document: the filter brings this one there.
  await calls.getByLabel('Filter the firmware calls').fill('PSCI_VERSION');
  const row = calls.getByRole('option', { name: /PSCI_VERSION/ }).first();
  await row.hover();
  await expect(calls.getByText('→ x0')).toBeVisible();
});

test(lab('what is told of the last call of a long list is whole, and the call stays in sight'), async ({ machine, page }) => {
  await page.setViewportSize({ width: 1280, height: 800 });
  await runLab(machine);
  await machine.type('psci');
  const list = page.getByRole('listbox');
  await expect(list.getByRole('option', { name: /SYSTEM_OFF2/ })).toBeVisible();
  await list.focus();
  // MEM_PROTECT: its rule, what can be done about it, and its registers are more lines than any other's.
  await page.keyboard.press('End');
  for (const key of ['ArrowUp', 'ArrowUp']) await page.keyboard.press(key);
  for (const key of ['', 'End']) {
    if (key) await page.keyboard.press(key);
    await expectWhole(list.getByRole('option', { selected: true }));
    await expectWhole(page.getByRole('group', { name: 'The call' }).locator('.raw'));
  }
});
