/** Whatever a card or a sheet offers can be reached in every window: nothing cuts its buttons. */
import type { Locator } from '@playwright/test';
import { hasGuest, titleFor } from './support/guests';
import { expectReachable } from './support/in-sight';
import { keepDisk } from './support/kept-disks';
import { expect, type MachinePage, test } from './support/machine-page';

test.skip(!hasGuest('lab'), 'the lab guest was not built');

const WINDOWS = [
  { width: 1440, height: 900 },
  { width: 1280, height: 800 },
  { width: 844, height: 390 },
  { width: 390, height: 844 },
];

const cards = (machine: MachinePage): Locator => machine.page.locator('#console .cards');

/** On a phone; elsewhere it is in sight already. */
async function toView(machine: MachinePage, view: string): Promise<void> {
  const tab = machine.page.getByRole('navigation', { name: 'Panels' }).getByRole('button', { name: view });
  if ((await tab.count()) > 0) await tab.click();
}

for (const size of WINDOWS) {
  const where = `at ${size.width}×${size.height}`;

  test.describe(where, () => {
    test.use({ viewport: size });

    test(titleFor('lab', `the cards of a machine’s life are whole ${where}`), async ({ machine, page }) => {
      await machine.open({ guest: 'lab', cpus: '2' });
      await expect(page.getByRole('button', { name: 'Start the machine' })).toBeEnabled();
      await expectReachable(page.locator('#console .stage'));
      await machine.start();
      await machine.waitForScreen(/lab>/);
      await machine.type('on 1');
      await machine.waitForScreen(/lab> on 1[\s\S]*lab>/);

      await toView(machine, 'CPUs');
      await page.getByRole('button', { name: 'Back to the last firmware call' }).click();
      await toView(machine, 'Console');
      await expect(cards(machine).getByRole('button', { name: 'To the present' })).toBeVisible();
      await expectReachable(cards(machine));
      await page.locator('.xterm-helper-textarea').focus();
      await page.keyboard.type('#');
      await expect(cards(machine).getByRole('alertdialog', { name: 'Another course' })).toBeVisible();
      await expectReachable(cards(machine));
      await page.getByRole('button', { name: 'Leave it as it was' }).click();
      await cards(machine).getByRole('button', { name: 'To the present' }).click();
      await expect(cards(machine).getByRole('region', { name: 'The machine is in its past' })).toHaveCount(0);

      await toView(machine, 'Firmware');
      const versions = await machine.firmware('Versions');
      await versions.getByRole('button', { name: '1.1', exact: true }).first().click();
      await expect(page.getByRole('alertdialog').getByRole('button', { name: 'Leave it' })).toBeVisible();
      await expectReachable(page.getByRole('region', { name: 'Firmware', exact: true }).getByRole('alertdialog'));
      await page.getByRole('button', { name: 'Leave it' }).click();

      await toView(machine, 'Console');
      await machine.type('poweroff');
      await expect(machine.end).toBeVisible();
      await expectReachable(cards(machine));
    });

    test(`what a machine that sleeps offers is whole ${where}`, async ({ machine, page }) => {
      await machine.open();
      await expect(page.getByRole('button', { name: 'Start the machine' })).toBeVisible();
      const sleep = { call: 'SYSTEM_OFF2', psci: '1.3', vcpus: 2, memoryMiB: 64, when: Date.now() } as const;
      await keepDisk(page, { name: 'lab', bytes: 1 << 20, sleep });
      await machine.open({ guest: 'lab' });
      await expect(page.getByRole('button', { name: /^Wake under PSCI/ })).toBeVisible();
      await expectReachable(page.locator('#console .stage'));
    });
  });
}
