/**
 * Static code that becomes live: a block of A64 assembly, or a console transcript (`$ command` lines), with `data-dormouse`, is wrapped in a tag
 * that runs it. Without this script the block stays what it is.
 *
 * The attribute's value is a query: `data-dormouse="guest=debian&psci=1.1"`. Documentation systems that let an author choose only a block's
 * language do the same by `a64-live` and `console-live`, with the query after a `?` where they keep it.
 */
import { givenValues } from '../../ui/state/given-values';
import { guestOf, isProgram, type LiveLanguage, liveLanguage, typeOf } from './live-block';

const MARK = 'data-dormouse';
/** Where a live language may stand; which of these really say so is read from the classes. */
const BY_LANGUAGE = '[class*="a64-live"], [class*="console-live"]';

/** The text of a block. Some systems put each line in an element of its own and end it by a line break, which is no text. */
export function textOf(block: Element): string {
  const copy = block.cloneNode(true) as Element;
  for (const end of copy.querySelectorAll('br')) {
    const line = end.parentElement?.textContent ?? '';
    end.replaceWith(line.endsWith('\n') ? '' : '\n');
  }
  return copy.textContent ?? '';
}

function tagFor(text: string, language: LiveLanguage['kind'], query: URLSearchParams): HTMLElement {
  const tag = document.createElement('dormouse-vm');
  const { values, unknown } = givenValues(query);
  for (const name of unknown) console.warn(`A live block asks for “${name}”, which nobody here knows: ignored.`);
  for (const [name, given] of values) tag.setAttribute(name, given.join(' '));
  if (language === 'a64') {
    const program = document.createElement('script');
    program.type = 'text/x-a64';
    program.textContent = text;
    tag.append(program);
    if (!values.has('panels')) tag.setAttribute('panels', 'editor console');
  } else {
    if (!values.has('guest')) tag.setAttribute('guest', guestOf(text));
    if (!values.has('type')) tag.setAttribute('type', typeOf(text));
  }
  return tag;
}

/** The block itself, or what a documentation system has around it. */
const blockOf = (marked: Element): HTMLElement | undefined =>
  marked instanceof HTMLElement
    ? ((marked.closest('pre') as HTMLElement | null) ?? marked.querySelector<HTMLElement>('pre') ?? marked)
    : undefined;

/** Makes the marked blocks below `root` live. */
export function enliven(root: ParentNode): void {
  const run = (): void => {
    for (const marked of root.querySelectorAll(`[${MARK}], ${BY_LANGUAGE}`)) {
      const block = blockOf(marked);
      if (!block || block.closest('dormouse-vm')) continue;
      const code = block.querySelector('code');
      // Either may be marked, and so may what a system has around them.
      const classes = [marked, block, code].map((each) => each?.className ?? '').join(' ');
      const query = [marked, block, code].map((each) => each?.getAttribute(MARK) ?? undefined).find(Boolean);
      const language = liveLanguage(classes);
      if (!language && !marked.hasAttribute(MARK)) continue;
      const text = textOf(block);
      const kind = language?.kind ?? (isProgram(classes, text) ? 'a64' : 'console');
      const tag = tagFor(text, kind, new URLSearchParams(query ?? language?.query ?? ''));
      // As high as the block was, within reason, so that nothing below it moves when it comes alive.
      if (!tag.hasAttribute('height')) tag.setAttribute('height', String(Math.min(640, Math.max(240, block.offsetHeight + 46))));
      // Its text only: colours of code are chosen for the page's paper, and styles for what is within a block would reach it here.
      const shown = document.createElement('pre');
      shown.textContent = text;
      tag.append(shown);
      block.replaceWith(tag);
    }
  };
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', run, { once: true });
  else run();
}
