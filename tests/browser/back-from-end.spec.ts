/** Machines with a disk of this browser's that have ended, and are brought back from there. */
import { hasGuest, titleFor } from './support/guests';
import { expect, MachinePage, test } from './support/machine-page';
import { type Shared, shareMachine } from './support/shared-machine';

const PROMPT = /dormouse:~# ?$/;

test.describe('a Debian that was switched off', () => {
  test.skip(!hasGuest('debian'), 'the debian guest was not fetched');
  test.describe.configure({ mode: 'serial' });
  const shared: Shared = shareMachine();
  const toLastCall = () => shared.machine.page.getByRole('button', { name: 'Back to the last firmware call' });
  const inPast = () => shared.machine.page.getByRole('region', { name: 'The machine is in its past' });

  test(
    titleFor('debian', 'goes back to before that, with its disk, and by a journey to its present it is off again'),
    async () => {
      const { machine } = shared;
      const { page } = machine;
      await machine.open({ guest: 'debian' });
      await machine.start();
      await machine.waitForScreen(PROMPT);
      await machine.type('echo hazel >~/nut; sync; clear; cat ~/nut');
      await machine.waitForScreen(/^hazel[\s\S]*# ?$/m);
      await page.getByRole('button', { name: 'Bookmark' }).click();
      await page.keyboard.press('Enter');
      await expect(page.getByRole('list', { name: 'Bookmarks' })).toContainText('Moment 1');
      await machine.type('rm ~/nut; sync; poweroff -f');
      await expect(machine.end).toContainText('The machine is off');
      await toLastCall().click();
      await expect(inPast()).toBeVisible();
      await expect(machine.end).toBeHidden();
      await page.getByRole('toolbar', { name: 'Through time' }).getByRole('button', { name: 'To the present' }).click();
      await expect(machine.end).toContainText('The machine is off');
    },
  );

  test(titleFor('debian', 'does not while another tab has its disk, and says so'), async () => {
    const { machine, context } = shared;
    const second = new MachinePage(await context.newPage());
    await second.open({ guest: 'debian' });
    await second.start();
    await expect(second.page.getByRole('button', { name: 'Pause' })).toBeVisible();
    await machine.page.bringToFront();
    await toLastCall().click();
    await expect.poll(() => machine.wholeConsole()).toContain('The disk “debian” is in use in another tab');
    await expect(machine.end).toContainText('The machine is off');
    await second.page.close();
  });
});

test.describe('a Debian that has deleted a file, and was switched off', () => {
  test.skip(!hasGuest('debian'), 'the debian guest was not fetched');
  const shared: Shared = shareMachine();

  test(titleFor('debian', 'has it again on another course from before'), async () => {
    const { machine } = shared;
    const { page } = machine;
    await machine.open({ guest: 'debian' });
    await machine.start();
    await machine.waitForScreen(PROMPT);
    await machine.type('echo hazel >~/nut; sync; clear; cat ~/nut');
    await machine.waitForScreen(/^hazel[\s\S]*# ?$/m);
    await page.getByRole('button', { name: 'Bookmark' }).click();
    await page.keyboard.press('Enter');
    const bookmark = page.getByRole('list', { name: 'Bookmarks' }).getByRole('button', { name: /^Moment 1/ });
    await expect(bookmark).toBeVisible();
    await machine.type('rm ~/nut; sync; poweroff -f');
    await expect(machine.end).toContainText('The machine is off');
    await bookmark.click();
    const past = page.getByRole('region', { name: 'The machine is in its past' });
    await expect(past).toBeVisible();
    await page.locator('.xterm-helper-textarea').first().focus();
    await page.keyboard.type('#');
    await page.getByRole('alertdialog', { name: 'Another course' }).getByRole('button', { name: 'Take another course' }).click();
    await page.getByText('Resume', { exact: true }).click();
    await machine.waitForScreen(/another course[\s\S]*#$/);
    await page.keyboard.press('Backspace');
    await machine.type('clear; echo "still $(cat ~/nut)"');
    await machine.waitForScreen(/^still hazel[\s\S]*# ?$/m);
    await page.getByRole('button', { name: 'Power off' }).click();
    await page.getByRole('button', { name: 'Ask the guest to shut down' }).click();
    await expect(machine.end).toContainText('The machine is off');
  });
});

test(
  titleFor(
    'debian',
    'a Debian that sleeps, and is looked at in its past, is not lost unasked, and sleeps on when a program is run',
  ),
  async ({ machine, page }) => {
    test.skip(!hasGuest('debian'), 'the debian guest was not fetched');
    await machine.open({ guest: 'debian' });
    await machine.start();
    await machine.waitForScreen(PROMPT);
    await machine.type('hibernate');
    await expect(machine.end).toContainText('asleep');
    await page.getByRole('button', { name: 'Back to the last firmware call' }).click();
    const past = page.getByRole('region', { name: 'The machine is in its past' });
    await expect(past).toBeVisible();
    await test.step('power is cut after a question only', async () => {
      await page.getByRole('button', { name: 'Power off' }).click();
      await page.getByRole('button', { name: 'Cut the power now' }).click();
      const question = page.getByRole('alertdialog', { name: 'Another course' });
      await expect(question).toContainText(/To cut the power here throws away .*, with the machine that sleeps there/);
      await question.getByRole('button', { name: 'Leave it as it was' }).click();
      await expect(past).toBeVisible();
    });
    await page.getByRole('tab', { name: 'Editor', exact: true }).click();
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByRole('alertdialog').getByRole('button').first().click();
    await expect(page.getByLabel('End of the console')).toContainText('powered off');
    await page.getByRole('button', { name: 'Disks' }).click();
    await expect(page.getByRole('dialog', { name: 'Disks' }).getByRole('listitem').filter({ hasText: 'debian' })).toContainText(
      'A machine sleeps on it',
    );
  },
);
