/** The page around the text. Everything it needs comes from files beside it: no script and no style is written into a page. */
import type { Rendered } from './markdown';
import { type NavigationGroup, shortTitle } from './navigation';
import { escapeHtml } from './text';

/** Addresses relative to a page, except those that a build does not have. */
export interface Assets {
  readonly style: string;
  /** Sets the theme before anything is painted. */
  readonly theme: string;
  readonly script: string;
  readonly searchIndex: string;
  /** Scripts of single pages, by slug. */
  readonly pageScripts: Readonly<Record<string, string>>;
  /** The tag `<dormouse-vm>`, a classic script; left out where it was not built. */
  readonly tag?: string;
}

export interface Layout {
  readonly slug: string;
  readonly page: Rendered;
  readonly groups: readonly NavigationGroup[];
  readonly titles: ReadonlyMap<string, string>;
  readonly assets: Assets;
  readonly version: string;
}

const LOGO =
  '<svg class="logo" width="30" height="26" viewBox="0 0 30 26" aria-hidden="true"><path class="tail" d="M5.200 20.200c-3.200-1-3.800-5.200-1.100-8.200 2.100-2.500 6.100-2.900 8-1"/><path class="body" d="M4 19c0-7 6-12 13-12 6 0 10 4.500 10 9.500 0 4.800-4 7.500-9 7.500H9c-3 0-5-2-5-5z"/><circle class="body" cx="20.500" cy="7.500" r="3.600"/><circle class="inner" cx="20.700" cy="7.600" r="1.700"/><path class="eye" d="M20.800 14.600c1.200 1 2.800 1 4 0"/></svg>';

const icon = (paths: string): string => `<svg class="icon" viewBox="0 0 16 16" aria-hidden="true">${paths}</svg>`;
const ICONS = {
  search: icon('<circle cx="7" cy="7" r="4.200"/><path d="m10.300 10.300 3.200 3.200"/>'),
  menu: icon('<path d="M2.500 4.500h11M2.500 8h11M2.500 11.500h11"/>'),
  theme: icon('<circle cx="8" cy="8" r="5.500"/><path class="half" d="M8 2.500a5.500 5.500 0 0 1 0 11z"/>'),
};

function navigationHtml({ slug, groups, titles }: Layout): string {
  const item = (one: string): string =>
    `<li><a href="${one}.html"${one === slug ? ' aria-current="page"' : ''}>${escapeHtml(shortTitle(one, titles.get(one) ?? one))}</a></li>`;
  return groups
    .map(({ title, slugs }) => `<section><h2>${escapeHtml(title)}</h2><ul>${slugs.map(item).join('')}</ul></section>`)
    .join('');
}

/** Headings of the page, for pages that have more than two. */
function contents({ headings }: Rendered): string {
  const wanted = headings.filter(({ level }) => level === 2 || level === 3);
  if (wanted.length < 2) return '';
  const items = wanted.map(
    ({ level, text, anchor }) => `<li class="level-${level}"><a href="#${anchor}">${escapeHtml(text)}</a></li>`,
  );
  return `<nav class="contents" aria-labelledby="contents-title"><h2 id="contents-title">On this page</h2><ul>${items.join('')}</ul></nav>`;
}

function neighbours({ slug, groups, titles }: Layout): string {
  const order = groups.flatMap((group) => group.slugs);
  const at = order.indexOf(slug);
  const link = (one: string | undefined, rel: string, word: string): string =>
    one === undefined
      ? '<span></span>'
      : `<a rel="${rel}" href="${one}.html"><small>${word}</small>${escapeHtml(shortTitle(one, titles.get(one) ?? one))}</a>`;
  return `<nav class="neighbours" aria-label="Neighbouring pages">${link(order[at - 1], 'prev', 'Before')}${link(order[at + 1], 'next', 'Next')}</nav>`;
}

export function pageHtml(layout: Layout): string {
  const { slug, page, assets, version } = layout;
  const isFront = slug === 'index';
  const title = isFront ? 'Dormouse: an arm64 machine in your browser' : `${page.title} · Dormouse`;
  const script = (src: string, kind = ' type="module"'): string => `<script${kind} src="${src}"></script>`;
  const pageScript = assets.pageScripts[slug];
  const wide = slug === 'snippet' || slug === 'test-bed';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<meta name="color-scheme" content="dark light" />
<meta name="description" content="${escapeHtml(page.summary.slice(0, 200))}" />
<title>${escapeHtml(title)}</title>
<link rel="icon" href="../favicon.svg" type="image/svg+xml" />
<link rel="stylesheet" href="${assets.style}" />
${script(assets.theme, '')}
${assets.tag ? script(assets.tag, ' defer') : ''}
${[assets.script, ...(pageScript ? [pageScript] : [])].map((src) => script(src)).join('\n')}
</head>
<body class="${isFront ? 'front' : wide ? 'wide' : 'text'}">
<a class="skip" href="#main">Skip to the text</a>
<header class="top">
<div class="start">
<button class="icon-button menu-button" type="button" popovertarget="navigation" aria-label="Menu">${ICONS.menu}</button>
<a class="brand" href="index.html">${LOGO}<span>Dormouse</span></a>
</div>
<form class="search" role="search" data-index="${assets.searchIndex}">
<label class="sr-only" for="search">Search the docs</label>
${ICONS.search}<input id="search" type="search" placeholder="Search" autocomplete="off" spellcheck="false" role="combobox" aria-expanded="false" aria-controls="search-results" aria-autocomplete="list" /><kbd aria-hidden="true">/</kbd>
<div class="results" id="search-panel" hidden><ul id="search-results" role="listbox" aria-label="Results"></ul><p class="nothing" hidden></p></div>
<p class="sr-only" role="status" id="search-status"></p>
</form>
<div class="end">
<a class="to-playground" href="../index.html">Playground</a>
<button class="icon-button theme-button" type="button" aria-label="Theme: as the system">${ICONS.theme}</button>
</div>
</header>
<div class="frame">
<nav class="navigation" id="navigation" popover aria-label="Docs">${navigationHtml(layout)}</nav>
<main id="main" tabindex="-1"><article>
${page.html}</article>
${neighbours(layout)}
<footer class="bottom"><p>Dormouse ${escapeHtml(version)}. <a href="license.html">MIT licence</a>. These pages work from any folder and, once visited, <a href="site.html#offline">without a network</a>.</p></footer>
</main>
${contents(page)}
</div>
</body>
</html>
`;
}
