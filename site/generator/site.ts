/** All pages of the site, made in memory from the repository's files. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { insertInto } from './inserts';
import { type Assets, pageHtml } from './layout';
import { LinkMap } from './links';
import { type Rendered, renderMarkdown } from './markdown';
import { navigation } from './navigation';
import { pagesAmong, readSources, type Source } from './sources';

export interface SitePage {
  readonly source: Source;
  readonly rendered: Rendered;
}

/** A section that can be found: page's title, section's heading, address, text. */
export type SearchEntry = readonly [page: string, heading: string, address: string, text: string];

/** Renders every page. Throws with one sentence for each link that leads nowhere, or anything else that is wrong. */
export function renderSite(root: string): SitePage[] {
  const sources = readSources(root);
  const links = new LinkMap(root, sources);
  const recorded = (name: string): string => {
    const file = join(root, 'site/transcripts', `${name}.txt`);
    if (!existsSync(file)) throw new Error(`There is no recorded console "${name}" in site/transcripts.`);
    return readFileSync(file, 'utf8');
  };
  const pages = pagesAmong(sources).map((source) => ({
    source,
    rendered: renderMarkdown(insertInto(source.text, source.file, root), { file: source.file, links, recorded }),
  }));
  const complaints = [
    ...pages.filter(({ rendered }) => rendered.title === '').map(({ source }) => `${source.file} has no title.`),
    ...rawLinkComplaints(pages),
    ...links.complaints(new Map(pages.map(({ source, rendered }) => [source.slug, rendered.anchors]))),
  ];
  if (complaints.length > 0) throw new Error(complaints.join('\n'));
  return pages;
}

/** Links written as HTML, which the Markdown's own check does not see. */
function rawLinkComplaints(pages: readonly SitePage[]): string[] {
  const bySlug = new Map(pages.map(({ source, rendered }) => [source.slug, rendered]));
  return pages.flatMap(({ source, rendered }) =>
    [...rendered.html.matchAll(/\shref="([^"]+)"/g)].flatMap(([, href = '']) => {
      if (/^([a-z]+:|\.\.\/)/.test(href)) return [];
      const [file = '', anchor = ''] = href.split('#');
      const target = file === '' ? rendered : bySlug.get(file.replace(/\.html$/, ''));
      const isThere = target !== undefined && (anchor === '' || target.anchors.has(decodeURIComponent(anchor)));
      return isThere ? [] : [`${source.file} links to "${href}", which no page has.`];
    }),
  );
}

/** HTML by file name. */
export function siteFiles(pages: readonly SitePage[], assets: Assets, version: string): Map<string, string> {
  const groups = navigation(pages.map(({ source }) => source.slug));
  const titles = new Map(pages.map(({ source, rendered }) => [source.slug, rendered.title]));
  return new Map(
    pages.map(({ source: { slug }, rendered }) => [
      `${slug}.html`,
      pageHtml({ slug, page: rendered, groups, titles, assets, version }),
    ]),
  );
}

export function searchEntries(pages: readonly SitePage[]): SearchEntry[] {
  return pages.flatMap(({ source, rendered }) =>
    rendered.sections.map(
      ({ heading, anchor, text }): SearchEntry => [rendered.title, heading, `${source.slug}.html${anchor && `#${anchor}`}`, text],
    ),
  );
}

/** Rules that give every tag its height before any script is there, so that nothing moves when it comes. */
export function heightRules(htmls: Iterable<string>): string {
  const heights = new Set(
    [...htmls].flatMap((html) => [...html.matchAll(/<dormouse-vm[^>]* height="(\d+)"/g)].map(([, height]) => Number(height))),
  );
  return [...heights]
    .sort((a, b) => a - b)
    .map((height) => `dormouse-vm[height="${height}"]{height:${height}px}`)
    .join('');
}
