import type { Page } from '@playwright/test';
import { expect, test } from './support/machine-page';

const tab = (page: Page, name: string) => page.getByRole('tab', { name, exact: true });
const menuOf = (page: Page, name: string) => page.getByRole('button', { name: `What to do with the panel ${name}`, exact: true });
const widthOf = async (page: Page, panel: string): Promise<number> =>
  (await page.locator(`#panel-${panel}`).boundingBox())?.width ?? 0;

test('a panel is moved by its menu, closed, brought back, and all of it is remembered', async ({ page, machine }) => {
  await machine.open({ guest: 'lab' });
  await machine.start();
  await machine.waitForScreen(/lab>/);
  await menuOf(page, 'Registers').click();
  await page.getByRole('menuitem', { name: 'To the tabs of Console' }).click();
  await expect(page.getByRole('tablist', { name: /^Panels: Console, .*Registers$/ })).toBeVisible();
  await expect(page.getByRole('region', { name: 'CPU registers' })).toBeVisible();
  await tab(page, 'Console').click();
  // The terminal is the one it was, with what it showed.
  await machine.waitForScreen(/lab>/);

  await menuOf(page, 'Timeline').click();
  await page.getByRole('menuitem', { name: 'Close' }).click();
  await expect(tab(page, 'Timeline')).toHaveCount(0);
  await page.evaluate(() => window.addEventListener('beforeunload', (event) => event.stopImmediatePropagation(), true));
  await page.reload();
  await expect(page.getByRole('tablist', { name: /^Panels: Console, .*Registers$/ })).toBeVisible();
  await expect(tab(page, 'Timeline')).toHaveCount(0);

  await page.getByRole('button', { name: 'Panels', exact: true }).click();
  await page.getByRole('menuitemcheckbox', { name: 'Timeline' }).click();
  await expect(tab(page, 'Timeline')).toBeVisible();
  await page.getByRole('button', { name: 'Panels', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Lay out as at first' }).click();
  await expect(page.getByRole('tablist', { name: /^Panels: Console, .*Registers$/ })).toHaveCount(0);
});

test('a border is moved by keyboard, and a tab is dragged to the side of another panel', async ({ page, machine }) => {
  await machine.open({ guest: 'lab' });
  const before = await widthOf(page, 'console');
  await page.getByRole('separator', { name: 'Border between Console and Firmware' }).focus();
  for (let press = 0; press < 5; press++) await page.keyboard.press('ArrowLeft');
  expect(await widthOf(page, 'console')).toBeLessThan(before - 40);

  await tab(page, 'Timeline').dragTo(page.locator('#panel-firmware'), { targetPosition: { x: 30, y: 150 } });
  const timeline = await page.locator('#panel-timeline').boundingBox();
  const firmware = await page.locator('#panel-firmware').boundingBox();
  expect(timeline!.x).toBeLessThan(firmware!.x);
  expect(timeline!.y).toBe(firmware!.y);
});

test('the address of a layout shows it, and a panel can fill the page', async ({ page, machine }) => {
  await page.goto('./#layout=r(30registers-70c(50console-50firmware))');
  const registers = await page.locator('#panel-registers').boundingBox();
  const console = await page.locator('#panel-console').boundingBox();
  expect(registers!.x + registers!.width).toBeLessThan(console!.x + 2);
  await expect(tab(page, 'Timeline')).toHaveCount(0);

  await menuOf(page, 'Firmware').focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('menuitem', { name: 'Fill the page' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(tab(page, 'Console')).toHaveCount(0);
  expect(await widthOf(page, 'firmware')).toBe(1440);
  await menuOf(page, 'Firmware').click();
  await page.getByRole('menuitem', { name: 'Back to its place' }).click();
  await expect(tab(page, 'Console')).toBeVisible();
  expect(machine.errors).toEqual([]);
});

test('a panel that fills the page is left by a button, and by Escape unless that is for what has the focus', async ({
  page,
  machine,
}) => {
  await machine.open({ guest: 'lab' });
  await machine.start();
  await machine.waitForScreen(/lab>/);
  const back = page.getByRole('button', { name: 'Back to its place' });
  const fill = async (panel: string) => {
    await menuOf(page, panel).click();
    await page.getByRole('menuitem', { name: 'Fill the page' }).click();
    await expect(tab(page, 'Timeline')).toHaveCount(0);
  };

  await fill('Firmware');
  await expect(back).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(tab(page, 'Timeline')).toBeVisible();
  await expect(tab(page, 'Firmware')).toBeFocused();

  await fill('Firmware');
  // What is open, or typed into, has it first.
  await menuOf(page, 'Firmware').click();
  await page.keyboard.press('Escape');
  await page.getByRole('searchbox', { name: 'Filter the firmware calls' }).press('Escape');
  await expect(back).toBeVisible();
  await back.click();
  await expect(tab(page, 'Timeline')).toBeVisible();

  await fill('Console');
  await machine.type('psci');
  await page.keyboard.press('Escape');
  await machine.waitForScreen(/SYSTEM_OFF2/);
  await expect(back).toBeVisible();
  // Twice leaves the terminal; then it is free.
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expect(tab(page, 'Timeline')).toBeVisible();
});

test('what looks into the machine has room for its lines at first', async ({ page, machine }) => {
  await machine.open({ guest: 'lab' });
  await expect.poll(async () => (await page.locator('#panel-registers').boundingBox())?.height).toBeGreaterThan(340);
  expect((await page.locator('#panel-firmware').boundingBox())?.height).toBeGreaterThan(260);
});
