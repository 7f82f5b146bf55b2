import type { Page } from '@playwright/test';
import { hasGuest, titleFor } from './support/guests';
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
  await tables.getByRole('row').filter({ hasText: 'CPU_ON' }).first().getByRole('button').click();
  await expect(page.locator('.readout b')).not.toHaveText('now');
});
