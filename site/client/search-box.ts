/** The search box: a combobox whose list is below it. `/` goes there, arrows choose, Enter opens, Escape closes. */
import type { Found } from './search-index';

type Search = (query: string) => Found[];

class SearchBox {
  private readonly panel: HTMLElement;
  private readonly list: HTMLElement;
  private readonly nothing: HTMLElement;
  private readonly status: HTMLElement;
  private search: Promise<Search> | undefined;
  private chosen = -1;
  /** Counts inputs, so that a late answer to an earlier one is dropped. */
  private turn = 0;

  constructor(
    private readonly form: HTMLFormElement,
    private readonly input: HTMLInputElement,
  ) {
    this.panel = this.part('.results');
    this.list = this.part('ul');
    this.nothing = this.part('.nothing');
    this.status = this.part('[role=status]');
    input.addEventListener('input', () => void this.look());
    input.addEventListener('focus', () => {
      if (input.value.trim() !== '') void this.look();
    });
    input.addEventListener('keydown', (event) => this.key(event));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.enter();
    });
    form.addEventListener('focusout', (event) => {
      if (!(event.relatedTarget instanceof Node && form.contains(event.relatedTarget))) this.close();
    });
    // A click on a result is not to take the focus away first, which would close the list.
    this.panel.addEventListener('pointerdown', (event) => event.preventDefault());
    document.addEventListener('keydown', (event) => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
      event.preventDefault();
      input.focus();
      input.select();
    });
  }

  private part(selector: string): HTMLElement {
    const found = this.form.querySelector<HTMLElement>(selector);
    if (found === null) throw new Error(`The search box has no ${selector}.`);
    return found;
  }

  private load(): Promise<Search> {
    // Relative to the page: the site may lie in any folder.
    this.search ??= import('./search-index').then(({ openIndex }) => openIndex(this.form.dataset.index ?? ''));
    return this.search;
  }

  private async look(): Promise<void> {
    const turn = ++this.turn;
    const query = this.input.value.trim();
    if (query === '') {
      this.close();
      return;
    }
    try {
      const search = await this.load();
      if (turn === this.turn) this.show(query, search(query));
    } catch {
      this.search = undefined;
      if (turn === this.turn) this.say('The search is not there now: its index could not be fetched.');
    }
  }

  private show(query: string, found: readonly Found[]): void {
    this.chosen = -1;
    this.list.replaceChildren(...found.map((one, index) => this.item(one, index)));
    this.list.hidden = found.length === 0;
    if (found.length === 0) {
      this.say(`Nothing here has “${query}” in it.`);
      return;
    }
    this.nothing.hidden = true;
    this.panel.hidden = false;
    this.input.setAttribute('aria-expanded', 'true');
    this.status.textContent = `${found.length} result${found.length === 1 ? '' : 's'}; arrow keys choose one.`;
    this.choose(0);
  }

  private say(sentence: string): void {
    this.list.replaceChildren();
    this.list.hidden = true;
    this.nothing.textContent = sentence;
    this.nothing.hidden = false;
    this.panel.hidden = false;
    this.input.setAttribute('aria-expanded', 'false');
    this.input.removeAttribute('aria-activedescendant');
    this.status.textContent = sentence;
  }

  private item({ page, heading, address, excerpt }: Found, index: number): HTMLLIElement {
    const item = document.createElement('li');
    item.role = 'option';
    item.id = `search-result-${index}`;
    const link = document.createElement('a');
    link.href = address;
    link.tabIndex = -1;
    const title = document.createElement('b');
    title.textContent = heading || page;
    const place = document.createElement('small');
    place.textContent = heading ? page : '';
    const text = document.createElement('span');
    text.append(
      ...excerpt.map((piece, n) => (n % 2 === 0 ? piece : Object.assign(document.createElement('mark'), { textContent: piece }))),
    );
    link.append(title, place, text);
    link.addEventListener('click', () => this.close());
    item.append(link);
    item.addEventListener('pointermove', () => this.choose(index));
    return item;
  }

  private choose(index: number): void {
    const items = [...this.list.children];
    if (items.length === 0) return;
    this.chosen = (index + items.length) % items.length;
    items.forEach((item, n) => {
      item.setAttribute('aria-selected', String(n === this.chosen));
    });
    const item = items[this.chosen]!;
    this.input.setAttribute('aria-activedescendant', item.id);
    item.scrollIntoView({ block: 'nearest' });
  }

  private key(event: KeyboardEvent): void {
    const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };
    const step = steps[event.key];
    if (step !== undefined && !this.panel.hidden) {
      event.preventDefault();
      this.choose(this.chosen + step);
    } else if (event.key === 'Escape') {
      event.preventDefault();
      if (this.panel.hidden) this.input.blur();
      else this.close();
    }
  }

  /** Somebody may be faster than the index. */
  private async enter(): Promise<void> {
    if (this.chosen < 0 || this.panel.hidden) await this.look();
    this.open();
  }

  private open(): void {
    this.list.children[this.chosen]?.querySelector('a')?.click();
  }

  private close(): void {
    this.turn++;
    this.panel.hidden = true;
    this.input.setAttribute('aria-expanded', 'false');
    this.input.removeAttribute('aria-activedescendant');
    this.status.textContent = '';
  }
}

/** Whether a key belongs to a field, a console or a frame. */
function isTyping({ target }: KeyboardEvent): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT|DORMOUSE-VM|IFRAME)$/.test(target.tagName))
  );
}

export function startSearchBox(): void {
  const form = document.querySelector<HTMLFormElement>('form.search');
  const input = form?.querySelector<HTMLInputElement>('input');
  if (form && input) new SearchBox(form, input);
}
