import { expect, test } from './support/machine-page';

for (const colorScheme of ['dark', 'light'] as const) {
  test(`the page opens without an error, ${colorScheme}`, async ({ page, machine }) => {
    await page.emulateMedia({ colorScheme });
    await machine.open();
    await expect(page.getByRole('heading', { name: 'Dormouse' })).toBeVisible();
    await expect(page.getByRole('region', { name: 'Console' })).toBeVisible();
    await expect(page.getByRole('alert')).toHaveCount(0);
    // The poster has heard from the worker when it offers something to start (or says that there is nothing).
    await expect(page.getByRole('button', { name: 'Start the machine' })).toBeVisible();
    await expect(page.locator('html')).toHaveAttribute('data-theme', colorScheme);
  });
}

test('the page works from any folder of a static host, without special headers', async ({ page }) => {
  const answer = await page.goto('./');
  const headers = answer?.headers() ?? {};
  expect(headers['cross-origin-opener-policy']).toBeUndefined();
  // Of the document as it was sent: what the page fetches later it resolves by itself.
  const document = (await answer?.text()) ?? '';
  const addresses = [...document.matchAll(/<(?:link|script)\b[^>]*?\b(?:href|src)="([^"]*)"/g)].map(([, address]) => address);
  expect(addresses.length).toBeGreaterThan(0);
  for (const address of addresses) expect(address).toMatch(/^\.\//);
});

test('what the address asks for is in the header', async ({ page, machine }) => {
  await machine.open({ cpus: '3', psci: '1.1' });
  await expect(page.getByRole('combobox', { name: 'vCPUs' })).toHaveValue('3');
  await expect(page.getByRole('combobox', { name: 'PSCI version' })).toHaveValue('1.1');
});

test('a value the address cannot ask for is told in one sentence', async ({ page, machine }) => {
  await machine.open({ cpus: '99' });
  await expect(page.getByText('cpus must be a whole number from 1 to 8', { exact: false }).first()).toBeVisible();
});

test('who comes back finds the stories by their titles, and what Dormouse is', async ({ page }) => {
  await page.addInitScript(() => localStorage.setItem('dormouse.settings', JSON.stringify({ met: true })));
  await page.goto('./');
  const stories = page.getByRole('region', { name: 'Stories' });
  await expect(stories.getByRole('listitem')).toHaveCount(8);
  await expect(stories).toContainText('Write your first A64 program');
  const introduction = page.getByText('Dormouse is an arm64 machine in this tab');
  await expect(introduction).toBeHidden();
  await page.getByText('What is Dormouse?').click();
  await expect(introduction).toBeVisible();
});
