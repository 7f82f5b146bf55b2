import { hasGuest, titleFor } from './support/guests';
import type { MachinePage } from './support/machine-page';
import { expect, test } from './support/profile';

const PROMPT = /dormouse:~# ?$/;
/** A boot on a slow shared machine; on an ordinary one it is seconds. */
const BOOT_TIMEOUT = 120_000;
const COMMAND_TIMEOUT = 30_000;

test.skip(!hasGuest('debian'), 'the debian guest was not fetched');

/** Starts the guest and waits for its shell. */
async function boot(machine: MachinePage, query: Record<string, string>): Promise<void> {
  await machine.open({ guest: 'debian', ...query });
  await machine.start();
  // A guest that has panicked will never show its prompt: no need to wait for that.
  await machine.waitForScreen(new RegExp(`${PROMPT.source}|Kernel panic`), BOOT_TIMEOUT);
  expect(await machine.screen()).toMatch(PROMPT);
}

/** Runs a command in the shell on a clean screen; `pattern` is expected before the next prompt. */
async function shell(machine: MachinePage, command: string, pattern: RegExp): Promise<void> {
  await machine.type(`clear; ${command}`);
  await machine.waitForScreen(new RegExp(`${pattern.source}[\\s\\S]*${PROMPT.source}`, 'm'), COMMAND_TIMEOUT);
}

for (const version of ['1.3', '0.2'] as const) {
  test(titleFor('debian', `Debian boots to its prompt with 2 vCPUs and finds PSCI ${version}`), async ({ machine }) => {
    test.setTimeout(BOOT_TIMEOUT + 60_000);
    await boot(machine, { cpus: '2', psci: version });
    await shell(machine, 'nproc', /^2$/);
    await shell(machine, 'dmesg | grep PSCIv', new RegExp(`PSCIv${version.replace('.', '\\.')} detected in firmware`));
  });
}

test(titleFor('debian', 'Debian hibernates, and wakes after a reload with its memory'), async ({ machine, page }) => {
  test.setTimeout(2 * BOOT_TIMEOUT + 120_000);
  await boot(machine, { cpus: '2' });
  await machine.type('dream=hazelnuts');
  const hibernate = page.getByRole('button', { name: 'Hibernate' });
  await expect(hibernate).toHaveAttribute('aria-disabled', 'false', { timeout: COMMAND_TIMEOUT });
  await hibernate.click();
  const end = page.getByRole('region', { name: 'How the machine went down' });
  await expect(end.getByText('SYSTEM_OFF2').first()).toBeVisible({ timeout: BOOT_TIMEOUT });

  await page.reload();
  await page.getByRole('button', { name: 'Wake under PSCI 1.3' }).click({ timeout: 30_000 });
  // The prompt of before is in the woken shell's memory, not on this screen: a line brings a new one.
  await machine.waitForScreen(/waking it/, BOOT_TIMEOUT);
  await expect(hibernate).toHaveAttribute('aria-disabled', 'false', { timeout: BOOT_TIMEOUT });
  await machine.type('echo "dreamt of $dream"');
  await machine.waitForScreen(/^dreamt of hazelnuts$/m, COMMAND_TIMEOUT);
});
