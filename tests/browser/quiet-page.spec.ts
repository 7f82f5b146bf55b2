import { expect, test } from './support/machine-page';

/** A page whose guest waits changes next to nothing. Changes are counted against the machine's own time, so a slow browser changes nothing. */

/** Machine time that is watched, and what of it may pass between two reports. */
const SECONDS = 9;
const LEAST_BETWEEN_REPORTS = 1.9;

interface Watched {
  /** Turns in which something of the page was written. */
  writes: number;
  animations: number;
  /** Machine time that passed, as the page shows it, in seconds. */
  passed: number;
}

/** Watches what is written into the page until the machine has run for so long. */
const watch = (seconds: number): Promise<Watched> =>
  new Promise((resolve) => {
    const shown = (): number => Number.parseFloat(document.querySelector('.chip .time')?.textContent ?? '0');
    const began = shown();
    let writes = 0;
    const observer = new MutationObserver(() => {
      writes++;
      const passed = shown() - began;
      if (passed < seconds) return;
      observer.disconnect();
      resolve({ writes, animations: document.getAnimations().length, passed });
    });
    observer.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
  });

test('a page whose guest waits is quiet: few writes, no animation, and none at all while it is hidden', async ({
  page,
  machine,
}) => {
  await machine.open({ guest: 'lab' });
  await machine.start();
  await expect.poll(() => machine.visibleConsole()).toMatch(/>\s*$/);
  await page.locator('.xterm-helper-textarea').focus();
  await expect(page.locator('.term.still')).toHaveCount(1);

  const { writes, animations, passed } = await page.evaluate(watch, SECONDS);
  // A report is written in one or two turns: what it says, and the strip of time.
  expect(writes).toBeLessThanOrEqual(2 * (passed / LEAST_BETWEEN_REPORTS + 1));
  expect(animations).toBe(0);

  // A key, and the cursor blinks again.
  await page.keyboard.type('x');
  await expect(page.locator('.term.still')).toHaveCount(0);
  await expect(page.locator('.term.still')).toHaveCount(1);

  const whileHidden = await page.evaluate(async () => {
    const hide = (hidden: boolean): void => {
      Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
      document.dispatchEvent(new Event('visibilitychange'));
    };
    const time = (): string => document.querySelector('.chip .time')?.textContent ?? '';
    hide(true);
    const before = time();
    let hidden = 0;
    const observer = new MutationObserver(() => hidden++);
    observer.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
    // Two reports and more.
    await new Promise((resolve) => setTimeout(resolve, 6000));
    const unchanged = time() === before;
    const writes = hidden + observer.takeRecords().length;
    observer.disconnect();
    hide(false);
    return { writes, unchanged, before };
  });
  expect(whileHidden).toMatchObject({ writes: 0, unchanged: true });
  await expect(page.locator('.chip .time')).not.toHaveText(whileHidden.before);
});
