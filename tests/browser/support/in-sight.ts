/** What of an element a person sees: scrolled or cut away by what is around it, or outside of the window, is not seen. */
import { expect, type Locator } from '@playwright/test';

interface Seen {
  /** Pixels of its height, and of what is seen of that. */
  readonly height: number;
  readonly seen: number;
  /** Pixels of its width that are not seen. */
  readonly besides: number;
}

export const seenOf = (element: Locator): Promise<Seen> =>
  element.evaluate((node) => {
    const { left, right, top, bottom, width, height } = node.getBoundingClientRect();
    const box = { left, right, top, bottom };
    const cut = (by: { left: number; right: number; top: number; bottom: number }): void => {
      box.left = Math.max(box.left, by.left);
      box.right = Math.min(box.right, by.right);
      box.top = Math.max(box.top, by.top);
      box.bottom = Math.min(box.bottom, by.bottom);
    };
    for (let around = node.parentElement; around; around = around.parentElement)
      if (getComputedStyle(around).overflow !== 'visible') cut(around.getBoundingClientRect());
    cut({ left: 0, top: 0, right: window.innerWidth, bottom: window.innerHeight });
    return { height, seen: Math.max(0, box.bottom - box.top), besides: width - Math.max(0, box.right - box.left) };
  });

/** What is found there now, one by one: at least one, so that who goes through them cannot go through nothing. */
export async function allOf(elements: Locator): Promise<Locator[]> {
  await expect(elements).not.toHaveCount(0);
  return elements.all();
}

/** All of its height is seen, but for a border's width. */
export async function expectWhole(element: Locator): Promise<void> {
  await expect
    .poll(async () => {
      const { height, seen } = await seenOf(element);
      return height > 0 && height - seen < 2;
    })
    .toBe(true);
}

/** Each button in there comes into sight whole when it is scrolled to. */
export async function expectReachable(around: Locator): Promise<void> {
  const buttons = around.getByRole('button');
  await expect(buttons.first()).toBeVisible();
  for (const button of await allOf(buttons)) {
    await button.scrollIntoViewIfNeeded();
    await expectWhole(button);
    expect((await seenOf(button)).besides, await button.innerHTML()).toBeLessThan(2);
  }
}
