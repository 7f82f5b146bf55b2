/** The whole way in Firefox: another engine, another private file system, other Wasm. */
import { expect, test } from '@playwright/test';
import { PATIENCE } from '../patience';
import { Firefox, findFirefox, KEY } from './support/firefox';
import { hasGuest, titleFor } from './support/guests';

const executable = findFirefox();

test.skip(executable === undefined, 'there is no Firefox here');

test.describe('Debian in Firefox', () => {
  test.skip(!hasGuest('debian'), 'the debian guest was not fetched');
  test.describe.configure({ mode: 'serial' });
  let firefox: Firefox;

  test.beforeAll(async ({ baseURL }) => {
    firefox = await Firefox.launch(executable!);
    await firefox.open(`${baseURL}?guest=debian&cpus=2`);
  });
  test.afterEach(() => {
    expect(firefox.errors).toEqual([]);
  });
  test.afterAll(async () => {
    await firefox?.close();
  });

  const expectScreen = (pattern: RegExp): Promise<void> =>
    expect
      .poll(() => firefox.text('window.__dormouse?.visibleText().trimEnd()'), {
        timeout: PATIENCE.BOOT,
        intervals: [100, 250, 500],
      })
      .toMatch(pattern);
  const button = (name: string): string =>
    `[...document.querySelectorAll('button')].find((each) => (each.ariaLabel ?? each.textContent).trim() === ${JSON.stringify(name)})`;
  async function press(name: string): Promise<void> {
    const ready = `${button(name)}?.matches(':not(:disabled, [aria-disabled=true])')`;
    await expect.poll(() => firefox.text(ready), { timeout: PATIENCE.BOOT }).toBe('true');
    await firefox.text(`${button(name)}.click()`);
  }
  async function shell(command: string, pattern: RegExp): Promise<void> {
    await firefox.text(`document.querySelector('.xterm-helper-textarea').focus()`);
    await firefox.type(`clear; ${command}${KEY.ENTER}`);
    await expectScreen(new RegExp(`${pattern.source}[\\s\\S]*dormouse:~# ?$`, 'm'));
  }
  const card = (): Promise<string> =>
    firefox.text(`document.querySelector('[aria-label="How the machine went down"]')?.textContent`);

  test(titleFor('debian', 'it boots with 2 vCPUs, and keeps a file and a variable'), async () => {
    await press('Start the machine');
    await expectScreen(/dormouse:~# ?$/);
    await shell('nproc', /^2$/);
    await shell('dream=hazelnuts; echo acorn >~/nut; cat ~/nut', /^acorn$/);
  });

  test(titleFor('debian', 'it hibernates by SYSTEM_OFF2'), async () => {
    await press('Hibernate');
    await expect.poll(card, { timeout: PATIENCE.BOOT }).toContain('The machine is asleep');
    expect(await card()).toContain('The host was told by SYSTEM_OFF2 that this is hibernation');
  });

  test(titleFor('debian', 'after a reload it wakes, with its memory and its file'), async () => {
    await firefox.reload();
    await press('Wake under PSCI 1.3');
    await expect
      .poll(() => firefox.text('window.__dormouse?.terminalText()'), { timeout: PATIENCE.BOOT })
      .toMatch(/wakes from the disk|waking it/);
    // The agent that can be asked to hibernate is awake.
    await expect
      .poll(() => firefox.text(`${button('Hibernate')}?.getAttribute('aria-disabled')`), { timeout: PATIENCE.BOOT })
      .toBe('false');
    await shell('echo "dreamt of $dream"; cat ~/nut', /^dreamt of hazelnuts\s+acorn$/);
  });
});
