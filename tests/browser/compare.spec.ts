import { readFileSync } from 'node:fs';
import { PATIENCE } from '../patience';
import { hasGuest, titleFor } from './support/guests';
import { expect, type MachinePage, test } from './support/machine-page';

test.skip(!hasGuest('lab'), 'the lab guest was not built');

const patient = { timeout: PATIENCE.ANSWER };
const lab = (title: string) => titleFor('lab', title);
const panel = (machine: MachinePage) => machine.page.getByRole('region', { name: 'Compatibility lab' });

async function openLab(machine: MachinePage): Promise<void> {
  await machine.open({ guest: 'lab' });
  await machine.page.getByRole('tab', { name: 'Compatibility lab' }).click();
  await expect(panel(machine).getByLabel('The same guest')).toHaveValue('lab');
}

async function run(machine: MachinePage): Promise<void> {
  const { page } = machine;
  await panel(machine).getByRole('button', { name: 'Run side by side' }).click();
  await expect(page.getByRole('button', { name: 'Run again' })).toBeVisible();
}

test(lab('two versions are run side by side, and their first differences are found'), async ({ machine, page }) => {
  await openLab(machine);
  await run(machine);
  const result = panel(machine);
  await expect(result).toContainText('PSCI_VERSION: 1.3 under PSCI 1.3, 1.1 under PSCI 1.1.');
  await result.getByRole('button', { name: /lines differ/ }).click();
  await expect(result.getByText('SYSTEM_OFF2: NOT_SUPPORTED', { exact: false })).toBeVisible();
  // The machines are gone with their workers: only the page's own is left.
  await expect.poll(() => page.workers().length).toBe(1);
});

test(lab('a run is saved, and compared with another later'), async ({ machine, page }) => {
  await openLab(machine);
  await run(machine);
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save run A' }).click();
  const download = await saved;
  const file = readFileSync(await download.path());

  await page.reload();
  await page.getByRole('tab', { name: 'Compatibility lab' }).click();
  const [first, second] = [
    page.getByRole('group', { name: 'A', exact: true }),
    page.getByRole('group', { name: 'B', exact: true }),
  ];
  await first
    .getByLabel('A saved run…')
    .setInputFiles({ name: 'bad.json', mimeType: 'application/json', buffer: Buffer.from('{}') });
  await expect(panel(machine).getByRole('alert')).toHaveText(
    '“bad.json” is no run of this lab: choose a file that was saved here.',
  );
  await first.getByLabel('A saved run…').setInputFiles({ name: 'kept.run.json', mimeType: 'application/json', buffer: file });
  await expect(first).toContainText('kept.run.json');
  await second.getByLabel('PSCI version').selectOption('1.3');
  await run(machine);
  await expect(panel(machine)).toContainText('No difference');
});

test(
  lab('a link brings the same comparison to somebody else, and runs nothing by itself'),
  async ({ machine, page, context }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await openLab(machine);
    await page.getByRole('group', { name: 'B', exact: true }).getByLabel('PSCI version').selectOption('0.2');
    await panel(machine).getByRole('button', { name: 'Copy link' }).click();
    const copied = (): Promise<string> => page.evaluate(() => navigator.clipboard.readText());
    await expect.poll(copied, patient).toContain('#compare=');
    const link = await copied();
    // Another place of the same page: only loading it anew makes it somebody else's.
    await page.goto(link);
    await page.reload();
    await expect(page.getByRole('group', { name: 'B', exact: true }).getByLabel('PSCI version')).toHaveValue('0.2');
    await expect(panel(machine).getByRole('button', { name: 'Run side by side' })).toBeVisible();
  },
);
