import type { Page } from '@playwright/test';
import { hasGuest } from './support/guests';
import { expect, test } from './support/machine-page';

/** A name of any length may be shortened where it would take the room of the buttons. CSS pixels of the page. */
const NAMES_WHOLE = 960;
const WIDTHS = [
  320, 360, 390, 480, 640, 768, 820, 821, 860, 900, 940, 941, 960, 1000, 1024, 1060, 1061, 1100, 1200, 1201, 1280, 1440, 1920,
];

/** Each control of the header that is not wholly on the page, each two of which one lies on the other, and each word that is cut. */
const wrongInHeader = (page: Page, namesWhole: number): Promise<string[]> =>
  page.evaluate((namesWhole) => {
    const seen = [...document.querySelectorAll<HTMLElement>('header :is(h1, button, label)')]
      .filter((element) => element.getClientRects().length > 0)
      .map((element) => ({
        name: element.getAttribute('aria-label') ?? element.textContent.trim(),
        ...element.getBoundingClientRect().toJSON(),
      }));
    const header = document.querySelector('header')!.getBoundingClientRect();
    const outside = seen.filter(
      ({ left, right, top, bottom }) => left < 0 || right > innerWidth || top < header.top || bottom > header.bottom,
    );
    const over = seen.flatMap((one, index) =>
      seen
        .slice(index + 1)
        // By less than a pixel borders may touch.
        .filter(
          (two) =>
            Math.min(one.right, two.right) - Math.max(one.left, two.left) > 1 &&
            Math.min(one.bottom, two.bottom) - Math.max(one.top, two.top) > 1,
        )
        .map((two) => `${one.name} and ${two.name}`),
    );
    const cut = [...document.querySelectorAll<HTMLElement>('header b')].filter(
      (word) => word.scrollWidth > word.clientWidth && (innerWidth >= namesWhole || !word.closest('.guest-trigger')),
    );
    return [
      ...outside.map(({ name, left, right }) => `outside: ${name} ${left} to ${right}`),
      ...over.map((pair) => `over each other: ${pair}`),
      ...cut.map(({ textContent }) => `cut: ${textContent}`),
    ];
  }, namesWhole);

async function expectWholeHeader(page: Page, namesWhole: number): Promise<void> {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 800 });
    await expect.poll(() => wrongInHeader(page, namesWhole), { message: `${width} pixels` }).toEqual([]);
  }
}

for (const touch of [false, true]) {
  test.describe(touch ? 'for fingers' : 'for a mouse', () => {
    test.use({ hasTouch: touch });
    // Larger buttons leave a name less.
    const namesWhole = touch ? 1280 : NAMES_WHOLE;

    test('nothing of the header is cut or lies on another, at any width', async ({ machine, page }) => {
      await machine.open({ guest: 'own' });
      await expect(page.getByRole('heading', { name: 'Your own kernel' })).toBeVisible();
      await expectWholeHeader(page, namesWhole);
    });

    test('nor while a machine runs', async ({ machine, page }) => {
      test.skip(!hasGuest('lab'), 'the lab guest was not built');
      await machine.open({ guest: 'lab' });
      await machine.start();
      await machine.waitForScreen(/lab>/);
      await expectWholeHeader(page, namesWhole);
    });
  });
}
