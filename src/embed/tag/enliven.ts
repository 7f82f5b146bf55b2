/**
 * Static code that becomes live: a block of A64 assembly, or a console transcript (`$ command` lines), with `data-dormouse`, is wrapped in a tag
 * that runs it. Without this script the block stays what it is.
 *
 * The attribute's value is a query: `data-dormouse="guest=debian&psci=1.1"`. Documentation systems that let an author choose only a block's
 * language do the same by `a64-live` and `console-live`, with the query after a `?` where they keep it.
 */
import { PARAMETERS, type Parameter } from '../../ui/state/parameters';

const MARK = 'data-dormouse';
const BY_LANGUAGE =
  '[class*="language-a64-live"], [class*="language-console-live"], [class*="highlight-a64-live"], [class*="highlight-console-live"]';

/** Lines that were typed: those after a prompt. `lab> ` is the lab's. */
const TYPED = /^(?:\$|#|~ #|lab>) (.*)$/;

export function typedLines(transcript: string): string[] {
  return transcript.split('\n').flatMap((line) => TYPED.exec(line.trimEnd())?.[1] ?? []);
}

const isProgram = (block: Element, text: string): boolean =>
  /a64|armasm|asm/.test(`${block.className} ${block.querySelector('code')?.className ?? ''}`) || typedLines(text).length === 0;

function tagFor(block: HTMLElement, query: URLSearchParams): HTMLElement {
  const tag = document.createElement('dormouse-vm');
  for (const { name, kind } of PARAMETERS as readonly Parameter[]) {
    const value = query.get(name);
    if (value === null) continue;
    if (kind !== 'flag') tag.setAttribute(name, value);
    else if (value !== '0') tag.setAttribute(name, '');
  }
  const text = block.textContent ?? '';
  if (isProgram(block, text)) {
    const program = document.createElement('script');
    program.type = 'text/x-a64';
    program.textContent = text;
    tag.append(program);
    if (!query.has('panels')) tag.setAttribute('panels', 'editor console');
  } else {
    if (!query.has('guest')) tag.setAttribute('guest', /^lab> /m.test(text) ? 'lab' : 'debian');
    if (!query.has('type'))
      tag.setAttribute(
        'type',
        typedLines(text)
          .map((line) => `${line.replaceAll('\\', '\\\\')}\\n`)
          .join(''),
      );
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
      const tag = tagFor(block, new URLSearchParams(marked.getAttribute(MARK) ?? ''));
      // As high as the block was, within reason, so that nothing below it moves when it comes alive.
      if (!tag.hasAttribute('height')) tag.setAttribute('height', String(Math.min(640, Math.max(240, block.offsetHeight + 46))));
      block.replaceWith(tag);
      tag.append(block);
    }
  };
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', run, { once: true });
  else run();
}
