/** Keys of a row in which one is chosen, after the WAI-ARIA pattern of tabs. */

/** Where `key` leads from the place `at` in a row of `count`; undefined if it leads nowhere. Behind the last comes the first. */
export function placeAfter(key: string, at: number, count: number): number | undefined {
  if (count === 0) return undefined;
  switch (key) {
    case 'ArrowRight':
      return (at + 1) % count;
    case 'ArrowLeft':
      return at > 0 ? at - 1 : count - 1;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}
