import { hasGuest, titleFor } from './support/guests';
import { expect, test } from './support/machine-page';

test.skip(!hasGuest('lab'), 'the lab guest was not built');

const lab = (title: string) => titleFor('lab', title);

test(lab('the panels of the board say what they will show, and show it'), async ({ machine, page }) => {
  await machine.open({ guest: 'lab', cpus: '2' });
  const panel = (name: string) => page.getByRole('region', { name, exact: true });
  const open = (name: string) => page.getByRole('tab', { name, exact: true }).click();

  await test.step('without a machine', async () => {
    await open('Interrupts');
    await expect(panel('Interrupts')).toContainText('while a machine runs');
  });

  await machine.start();
  await machine.waitForScreen(/lab>/);

  await test.step('interrupts and timers', async () => {
    const interrupts = panel('Interrupts');
    await expect(interrupts).toContainText('GICv3');
    await expect(interrupts).toContainText('real-time clock');
    await interrupts.getByRole('button', { name: 'All' }).click();
    await expect(interrupts).toContainText('power and sleep keys (PL061)');
  });

  await test.step('exceptions, while they are recorded', async () => {
    await open('Exceptions');
    await expect(panel('Exceptions')).toContainText('no exception was taken');
    await machine.type('psci');
    await expect(panel('Exceptions')).toContainText('HVC, function 0x84000000');
    await panel('Exceptions')
      .getByRole('group', { name: 'What is shown' })
      .getByRole('button', { name: /^firmware/ })
      .click();
    await expect(panel('Exceptions')).not.toContainText('HVC, function');
    await panel('Exceptions')
      .getByRole('group', { name: 'What is shown' })
      .getByRole('button', { name: /^firmware/ })
      .click();
    await panel('Exceptions')
      .getByRole('button', { name: /^firmware\+0x/ })
      .last()
      .click();
    await expect(page.getByRole('tab', { name: 'Code', exact: true })).toHaveAttribute('aria-selected', 'true');
  });

  await test.step('the device tree: by keyboard, by reference and by filter', async () => {
    await open('Device tree');
    const tree = page.getByRole('tree', { name: /^Device tree/ });
    await expect(tree.locator('[data-path="/psci"]')).toContainText('what the PSCI version changes');
    await tree.getByRole('treeitem', { name: '/', exact: true }).focus();
    await page.keyboard.press('ArrowDown');
    await expect(tree.locator('[data-path="/psci"]')).toBeFocused();
    await tree.getByRole('button', { name: /^\/intc/ }).click();
    await expect(tree.getByRole('treeitem', { name: /^intc/ })).toBeFocused();
    await page.getByRole('searchbox', { name: 'Filter the device tree' }).fill('INTID 33');
    await expect(tree).toContainText('pl011@9000000');
    await expect(tree).not.toContainText('pl031');
  });

  await test.step('virtio and speed', async () => {
    await open('virtio');
    await expect(panel('virtio')).toContainText('entropy source');
    await open('UART and GPIO');
    const pins = panel('UART and GPIO');
    await expect(pins).toContainText('UARTLCR_H');
    await expect(pins).toContainText('empty, RX is raised from');
    await expect(pins.getByRole('list', { name: 'Pins' })).toContainText('Pin 3, power key');
    await open('Speed');
    await expect(panel('Speed')).toContainText('Service calls');
    await expect(panel('Speed')).toContainText('pl011');
  });
});

test(lab('devices on PCI are shown where they are'), async ({ machine, page }) => {
  await machine.open({ guest: 'lab', virtio: 'pci' });
  await machine.start();
  await machine.waitForScreen(/lab>/);
  const panel = (name: string) => page.getByRole('region', { name, exact: true });
  await page.getByRole('tab', { name: 'virtio', exact: true }).click();
  await expect(panel('virtio')).toContainText('PCI 00:01.1 · INTID 36');
  await expect(panel('virtio')).toContainText('nowhere: memory space is off');
});
