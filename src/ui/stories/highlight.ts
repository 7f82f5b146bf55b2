/** Marks the place of the page that a story speaks of. The mark is an attribute; what it looks like is the card's business. */

const MARK = 'data-story-place';
const PART = 'data-story-thing';

/**
 * Marks what `selector` finds and scrolls it into sight, and in it what `part` finds, also if they come later, are made anew or get another size.
 * @returns the way to take the mark away
 */
export function markPlace(selector: string, part?: string): () => void {
  let marked: Element | undefined;
  let seen: Element | undefined;
  const sizes = new ResizeObserver(() => (seen ?? marked)?.scrollIntoView({ block: 'nearest', inline: 'nearest' }));
  const mark = (): void => {
    if (!(marked?.isConnected && marked.matches(selector))) {
      marked?.removeAttribute(MARK);
      sizes.disconnect();
      marked = document.querySelector(selector) ?? undefined;
      marked?.setAttribute(MARK, '');
      marked?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
      if (marked) sizes.observe(marked);
    }
    const found = (part && marked?.querySelector(part)) || undefined;
    if (found === seen) return;
    seen?.removeAttribute(PART);
    found?.setAttribute(PART, '');
    found?.scrollIntoView({ block: 'center', inline: 'nearest' });
    seen = found;
  };
  mark();
  const observer = new MutationObserver(mark);
  observer.observe(document.body, { childList: true, subtree: true });
  return () => {
    observer.disconnect();
    sizes.disconnect();
    marked?.removeAttribute(MARK);
    seen?.removeAttribute(PART);
  };
}
