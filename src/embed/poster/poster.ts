/** What stands where a machine will run, until somebody runs it: the fallback or an emblem, a Run button, and what that will download. */
import css from './poster.css?inline';

export interface PosterOptions {
  what: string;
  size: string;
  /** Address of the same machine in the playground. */
  playground: string;
  /** What may stand in the place of the console. Where it is left out, or {@link Poster.setBare} says that it shows nothing, there is an emblem. */
  fallback?: Node;
  onrun(): void;
}

export interface Poster {
  readonly root: HTMLElement;
  readonly run: HTMLButtonElement;
  readonly link: HTMLAnchorElement;
  setDark(dark: boolean): void;
  /** What the fallback is written on, which need not be as the theme is. */
  setPaper(paper: 'dark' | 'light'): void;
  setWords(what: string, size: string): void;
  /** Something is on its way, in a word or two; undefined: the button can be pressed. */
  setBusy(words: string | undefined): void;
  /** Whether the fallback has nothing to show. */
  setBare(bare: boolean): void;
  /** What the reader should know, a sentence each. */
  setNotes(sentences: readonly string[]): void;
}

const SVG = 'http://www.w3.org/2000/svg';

function svg(viewBox: string, shapes: readonly [string, Record<string, string>][]): SVGSVGElement {
  const picture = document.createElementNS(SVG, 'svg');
  picture.setAttribute('viewBox', viewBox);
  picture.setAttribute('aria-hidden', 'true');
  picture.setAttribute('focusable', 'false');
  for (const [name, attributes] of shapes) {
    const shape = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) shape.setAttribute(key, value);
    picture.append(shape);
  }
  return picture;
}

const LINE = { fill: 'none', 'stroke-linecap': 'round' } as const;
const dormouse = (): SVGSVGElement =>
  svg('0 0 30 26', [
    ['path', { ...LINE, d: 'M5.2 20.2c-3.2-1-3.8-5.2-1.1-8.2 2.1-2.5 6.1-2.9 8-1', stroke: '#b4690e', 'stroke-width': '2.6' }],
    ['path', { d: 'M4 19c0-7 6-12 13-12 6 0 10 4.5 10 9.5 0 4.8-4 7.5-9 7.500H9c-3 0-5-2-5-5z', fill: '#f0a84b' }],
    ['circle', { cx: '20.5', cy: '7.5', r: '3.6', fill: '#f0a84b' }],
    ['circle', { cx: '20.7', cy: '7.6', r: '1.7', fill: '#b4690e' }],
    ['path', { ...LINE, d: 'M20.8 14.6c1.200 1 2.8 1 4 0', stroke: '#2a1a04', 'stroke-width': '1.5' }],
  ]);
const triangle = (): SVGSVGElement =>
  svg('0 0 11 12', [['path', { d: 'M0 1.2v9.600c0 .9 1 1.500 1.800 1l8-4.800c.8-.5.8-1.500 0-2L1.800.200C1-.3 0 .3 0 1.200z' }]]);

function make<K extends keyof HTMLElementTagNameMap>(
  name: K,
  className: string,
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  element.className = className;
  element.part.add(className);
  element.append(...children);
  return element;
}

/** The styles of posters, for a shadow root or a document: made by script, as a page may forbid styles within it. */
export function posterStyles(): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  return sheet;
}

export function makePoster({ what, size, playground, fallback, onrun }: PosterOptions): Poster {
  const label = document.createTextNode('Run');
  const run = make('button', 'run', triangle(), label);
  run.type = 'button';
  const whatText = make('span', 'what', what);
  const sizeText = make('span', 'size');
  const showSize = (text: string): void => {
    // The verb goes where there is little room.
    const verb = document.createElement('span');
    verb.className = 'long';
    const [first = '', ...rest] = text.split(' ');
    verb.textContent = `${first} `;
    sizeText.replaceChildren(...(text === '' ? [] : [verb, rest.join(' ')]));
  };
  showSize(size);
  const link = make('a', 'open');
  // Fewer words where there is little room; whoever hears it hears them all.
  const long = make('span', 'long', 'Open in the playground');
  const short = make('span', 'short', 'Playground');
  link.append(long, short);
  link.setAttribute('aria-label', 'Open in the playground');
  link.href = playground;
  link.target = '_blank';
  link.rel = 'noopener';
  const list = document.createElement('ul');
  // The status is around the list: a role on the list itself would take its own from it.
  const busyWords = document.createElement('span');
  busyWords.className = 'said';
  const notes = make('div', 'notes', busyWords, list);
  notes.setAttribute('role', 'status');
  // It scrolls, too.
  notes.tabIndex = 0;
  const bar = make('div', 'bar', run, whatText, sizeText, link);
  const root = make('div', 'poster', bar, notes, make('div', 'emblem', dormouse()));
  const text = fallback && make('div', 'fallback', fallback);
  if (text) {
    // It scrolls: whoever has no mouse needs a way to do that.
    text.tabIndex = 0;
    text.setAttribute('role', 'region');
    text.setAttribute('aria-label', 'Shown until it runs');
    root.append(text);
  } else root.classList.add('bare');
  let busy = false;
  const name = (): void => {
    const { textContent: what } = whatText;
    run.setAttribute('aria-label', busy ? `${label.data} ${what}` : `Run ${what}, ${sizeText.textContent}`);
  };
  name();

  run.addEventListener('click', () => {
    if (!busy) onrun();
  });
  return {
    root,
    run,
    link,
    setDark: (dark) => root.classList.toggle('dark', dark),
    setPaper: (paper) => root.classList.toggle('light-paper', paper === 'light'),
    setWords(nextWhat, nextSize) {
      whatText.textContent = nextWhat;
      showSize(nextSize);
      name();
    },
    setBusy(words) {
      busy = words !== undefined;
      label.data = words ?? 'Run';
      name();
      busyWords.textContent = words ?? '';
      // Not around the status, whose words would wait for the end of it.
      bar.setAttribute('aria-busy', String(busy));
      // Not `disabled`: that would take the focus away from whoever pressed it.
      run.setAttribute('aria-disabled', String(busy));
      root.classList.toggle('loading', busy);
    },
    setBare: (bare) => root.classList.toggle('bare', bare),
    setNotes(sentences) {
      // Said anew only if it is new.
      if ([...list.children].map(({ textContent }) => textContent).join('\n') === sentences.join('\n')) return;
      list.replaceChildren(
        ...sentences.map((sentence) => Object.assign(document.createElement('li'), { textContent: sentence })),
      );
    },
  };
}
