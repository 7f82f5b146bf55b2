/** What a machine does that neither runs nor is simply off, in the words of the page, and the way out of it. */
import { hasGuest, titleFor } from './support/guests';
import { keepDisk } from './support/kept-disks';
import { expect, test } from './support/machine-page';

/** Says `s`, sleeps by SYSTEM_SUSPEND, and says `w` when it is woken. */
const SUSPENDS = `
_start:
  ldr   x9, =0x09000000
  mov   w0, #'s'
  str   w0, [x9]
  movz  x0, #0xc400, lsl #16
  movk  x0, #0xe
  adr   x1, woken
  hvc   #0
woken:
  ldr   x9, =0x09000000
  mov   w0, #'w'
  str   w0, [x9]
1:
  wfi
  b     1b
`;

test('suspended to RAM: told in the chip, the cards and the title, and woken by a button', async ({ machine, page }) => {
  await page.route('**/suspends.s', (route) => route.fulfill({ body: SUSPENDS, contentType: 'text/plain' }));
  await machine.open({ src: 'suspends.s', suspend: '1', autorun: '1' });
  const bar = page.getByRole('region', { name: 'The machine is suspended' });
  await expect(bar).toContainText('Suspended to RAM by SYSTEM_SUSPEND');
  await expect(page.getByText('suspended to RAM', { exact: true })).toBeVisible();
  await expect(page).toHaveTitle(/^Suspended to RAM: /);
  await expect(page.getByRole('button', { name: /^vCPU 0/ })).toContainText('Suspended');
  await expect(page.locator('#hibernate-why')).toHaveText('The machine is suspended to RAM and hears nobody: wake it first.');

  await page.getByRole('button', { name: 'Power off' }).click();
  await expect(page.getByRole('button', { name: 'Ask the guest to shut down' })).toHaveCount(0);
  await expect(page.getByText('wake it before you ask it to shut down', { exact: false })).toBeVisible();
  await page.keyboard.press('Escape');

  await bar.getByRole('button', { name: 'Wake' }).click();
  await expect(bar).toHaveCount(0);
  await expect.poll(() => machine.wholeConsole()).toMatch(/w[\s\S]*the machine is awake again/);
  await expect(page.getByText('running', { exact: true })).toBeVisible();
});

test(titleFor('lab', 'a machine that hibernates without a disk is off, and not asleep'), async ({ machine, page }) => {
  test.skip(!hasGuest('lab'), 'the lab guest was not built');
  await machine.open({ guest: 'lab' });
  await machine.start();
  await machine.waitForScreen(/lab>/);
  await machine.type('sleep');
  await expect(machine.end).toContainText('The machine is off, and nothing of it is kept');
  await expect(machine.end).toContainText('It has no disk');
  await expect(page.getByRole('button', { name: /^vCPU 0/ })).toContainText('Off');
  await expect(page.getByText('Asleep', { exact: true })).toHaveCount(0);
  await expect(page.getByText('memory on disk')).toHaveCount(0);
});

test('a machine that sleeps since an earlier visit: its cards say so, and how much of its memory is kept', async ({
  machine,
  page,
}) => {
  await machine.open();
  await expect(page.getByRole('button', { name: 'Start the machine' })).toBeVisible();
  const MIB = 2 ** 20;
  const sleep = { call: 'SYSTEM_OFF2', psci: '1.3', vcpus: 3, memoryMiB: 512, when: Date.now(), imageBytes: 61 * MIB } as const;
  await keepDisk(page, { name: 'own', bytes: 600 * MIB, sleep });
  await machine.open({ guest: 'own' });
  await expect(page.getByRole('heading', { name: 'own is asleep' })).toBeVisible();
  await expect(page.getByText('Its memory, 61 MiB of it in use, waits on the disk “own”.')).toBeVisible();
  await expect(page.getByRole('button', { name: /^vCPU 2/ })).toContainText('memory on disk');
  await expect(page.getByText('Not powered')).toHaveCount(0);
});
