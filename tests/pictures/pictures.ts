/** Takes pictures of the page in each state: no test of anything but that the state can be come to. */
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { hasGuest } from '../browser/support/guests';
import { test } from '../browser/support/machine-page';
import { STATES } from './states';

const FOLDER = join(import.meta.dirname, '../../test-results/pictures');
const SIZES = {
  desk: [
    [1440, 900],
    [1280, 800],
  ],
  phone: [
    [390, 844],
    [844, 390],
  ],
} as const;
const THEMES = ['dark', 'light'] as const;

/** Styles have followed and nothing moves but what moves for ever. */
const settled = (page: Page): Promise<unknown> =>
  page.evaluate(async () => {
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const ending = document
      .getAnimations()
      .filter(({ effect }) => effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY);
    await Promise.allSettled(ending.map(({ finished }) => finished));
  });

for (const { name, guest, come } of STATES) {
  test(name, async ({ machine, page }, { project }) => {
    test.skip(guest !== undefined && !hasGuest(guest), `the ${guest} guest is not there`);
    machine.tolerate(/./);
    await come(machine);
    for (const [width, height] of SIZES[project.name as keyof typeof SIZES]) {
      await page.setViewportSize({ width, height });
      for (const theme of THEMES) {
        await page.emulateMedia({ colorScheme: theme });
        await settled(page);
        await page.screenshot({ path: join(FOLDER, `${name}-${width}x${height}-${theme}.png`) });
      }
    }
  });
}
