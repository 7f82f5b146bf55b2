/** Marks the place of the page that a story speaks of. The mark is an attribute; what it looks like is the card's business. */

const MARK = 'data-story-place';

/**
 * Marks what `selector` finds and scrolls it into sight, and in it what `part` finds, also if they come later or are made anew.
 * @returns the way to take the mark away
 */
export function markPlace(selector: string, part?: string): () => void {
  let marked: Element | undefined;
  let seen: Element | undefined;
  const mark = (): void => {
    if (!(marked?.isConnected && marked.matches(selector))) {
      marked?.removeAttribute(MARK);
      marked = document.querySelector(selector) ?? undefined;
      marked?.setAttribute(MARK, '');
      marked?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    }
    const found = (part && marked?.querySelector(part)) || undefined;
    if (found && found !== seen) found.scrollIntoView({ block: 'center', inline: 'nearest' });
    seen = found;
  };
  mark();
  const observer = new MutationObserver(mark);
  observer.observe(document.body, { childList: true, subtree: true });
  return () => {
    observer.disconnect();
    marked?.removeAttribute(MARK);
  };
}
