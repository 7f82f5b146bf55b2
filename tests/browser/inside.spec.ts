import type { Locator, Page } from '@playwright/test';
import { hasGuest, titleFor } from './support/guests';
import { expectWhole } from './support/in-sight';
import { expect, test } from './support/machine-page';

test.skip(!hasGuest('lab'), 'the lab guest was not built');

const panel = async (page: Page, tab: string, name: string): Promise<Locator> => {
  await page.getByRole('tab', { name: tab, exact: true }).click();
  return page.getByRole('region', { name, exact: true });
};

test(titleFor('lab', 'what is shown of a machine that has ended is said to be as it left it'), async ({ machine, page }) => {
  await machine.open({ guest: 'lab' });
  await machine.start();
  await machine.waitForScreen(/lab>/);
  const left = page.getByText('The machine has ended: all here is as it left it.').filter({ visible: true });
  await expect(left).toHaveCount(0);
  await machine.type('poweroff');
  for (const tab of [
    'Registers',
    'Code',
    'Memory',
    'Pages',
    'Exceptions',
    'Interrupts',
    'System registers',
    'Device tree',
    'Speed',
  ]) {
    await page.getByRole('tab', { name: tab, exact: true }).click();
    await expect(left, tab).toHaveCount(1);
  }
});

test(titleFor('lab', 'a page table entry is followed from an address to memory and back'), async ({ machine, page }) => {
  await machine.open({ guest: 'lab' });
  await machine.start();
  await machine.waitForScreen(/lab>/);

  // What was written to the console is found in RAM.
  const memory = await panel(page, 'Memory', 'Guest memory');
  await memory.getByRole('button', { name: 'Search RAM' }).click();
  await memory.getByLabel('Text to look for').fill('Type help');
  await memory.getByRole('button', { name: 'Search', exact: true }).click();
  const finds = memory.getByRole('list', { name: 'Found at these physical addresses' }).getByRole('button');
  await finds.first().click();
  // “Type” as a number, read from its first byte on.
  await expect(memory.getByText(String(0x65707954), { exact: true })).toBeVisible();
  const text = await finds.first().textContent();

  // The walk of that address, which the lab maps where it lies.
  await memory.getByLabel('Addresses are meant').selectOption('el1');
  await memory.getByRole('button', { name: 'page walk' }).click();
  const pages = page.getByRole('region', { name: 'Page tables' });
  await expect(pages.getByLabel('Virtual address')).toHaveValue(text!);
  await expect(pages.getByText('Physical')).toContainText(text!);

  // The entry of the last table is found in memory, and memory knows what it is.
  const leaf = pages.getByRole('listitem').filter({ hasText: 'Level 2' });
  await leaf.getByRole('button').last().click();
  await expect(memory.getByText(/^Entry \d+ of a level 2 table under TTBR0_EL1/)).toBeVisible();
});

test(
  titleFor('lab', 'memory is walked through with the keyboard, and mistakes are told in a sentence'),
  async ({ machine, page }) => {
    await machine.open({ guest: 'lab' });
    await machine.start();
    await machine.waitForScreen(/lab>/);
    const memory = await panel(page, 'Memory', 'Guest memory');
    const address = memory.getByLabel('Address', { exact: true });
    await address.fill('x99');
    await address.press('Enter');
    await expect(memory.getByRole('alert')).toHaveText('Nothing is called “x99”: x0 to x30, sp and pc are.');
    await address.fill('0x40080000');
    await address.press('Enter');
    await expect(memory.getByRole('alert')).toHaveCount(0);
    const grid = memory.getByRole('grid');
    await grid.focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Shift+ArrowRight');
    await expect(memory.getByText('2 bytes chosen')).toBeVisible();
    await page.keyboard.press('Control+Home');
    await expect(memory.getByRole('rowheader', { name: '0000000000000000' })).toBeVisible();
    await memory.getByLabel('Addresses are meant').selectOption('physical');
    await expect(grid).toContainText('nothing answers');
  },
);

test(
  titleFor('lab', 'Enter in the address field of memory goes there and copies nothing, and an unknown name moves nothing'),
  async ({ machine, page }) => {
    await machine.open({ guest: 'lab' });
    await machine.start();
    await machine.waitForScreen(/lab>/);
    const memory = await panel(page, 'Memory', 'Guest memory');
    const address = memory.getByLabel('Address', { exact: true });
    const cursor = memory.locator('.where b');
    await address.fill('0x40080010');
    await page.keyboard.press('Enter');
    await expect(cursor).toHaveText('0000000040080010');
    await address.fill('sp');
    await page.keyboard.press('Enter');
    await expect(memory.getByText('follows', { exact: true })).toBeVisible();
    await address.fill('nonsense_64');
    await page.keyboard.press('Enter');
    await expect(memory.getByRole('alert')).toContainText('Nothing is called “nonsense_64”');
    await expect(memory.getByText('follows', { exact: true })).toBeHidden();
    // Whether it could or could not be copied is announced.
    await expect(page.locator('body')).not.toContainText(/copied|did not allow copying/i);
  },
);

test(titleFor('lab', 'memory is watched: who writes stops, and one goes back to the last write'), async ({ machine, page }) => {
  await machine.open({ guest: 'lab' });
  await machine.start();
  await machine.waitForScreen(/lab>/);
  const memory = await panel(page, 'Memory', 'Guest memory');
  await memory.getByLabel('Address', { exact: true }).fill('sp-16');
  await page.keyboard.press('Enter');
  await memory.getByRole('button', { name: /^stop when .* written$/ }).click();
  const watched = memory.getByRole('region', { name: 'Watched memory' });
  await expect(watched).toContainText('1 byte, stops when written');
  // What is told takes room from the rows, and leaves the chosen one in sight.
  await expectWhole(memory.getByRole('gridcell', { selected: true }));
  await machine.type('psci');
  const paused = page.getByRole('region', { name: 'The machine is paused' });
  await expect(paused).toContainText(/Watched memory is written: vCPU 0 at .*\. The instruction at .* wrote 0x.* to physical 0x/);
  await watched.getByRole('button', { name: 'Back to the last write' }).click();
  await expect(paused).toContainText(
    /Before a write to watched memory: vCPU 0 at .*\. Physical 0x\w+ has 0x\w+, and this instruction is about to write there\./,
  );
  await watched.getByRole('button', { name: /^Watch 0x\w+ no more$/ }).click();
  await expect(watched).toBeHidden();
  await paused.getByRole('button', { name: 'Resume' }).click();
  await machine.waitForScreen(/lab> psci[\s\S]*lab>/);
});

test(titleFor('lab', 'system registers are told with their fields in words'), async ({ machine, page }) => {
  await machine.open({ guest: 'lab' });
  await machine.start();
  await machine.waitForScreen(/lab>/);
  const registers = await panel(page, 'System registers', 'System registers');
  await registers.getByLabel('Filter by name').fill('sctlr');
  await registers.getByRole('button', { name: /^SCTLR_EL1/ }).click();
  await expect(registers.getByRole('row', { name: /^0 M 1 the MMU is on$/ })).toBeVisible();
  await registers.getByLabel('Filter by name').fill('nonsense');
  await expect(registers.getByText(/Nothing here is called “nonsense”/)).toBeVisible();
});
