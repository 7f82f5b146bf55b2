/** Links between Markdown files as links between pages, and the sentence for one that leads nowhere. */
import { existsSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import type { Source } from './sources';

/** The playground and its query, and other files of the built site. */
const PLAYGROUND = 'playground:';
const SITE = 'site:';

export interface Link {
  /** Source file that has the link. */
  readonly from: string;
  readonly href: string;
  readonly slug: string;
  readonly anchor: string;
}

export class LinkMap {
  /** Links whose anchor is looked up when all pages are rendered. */
  readonly links: Link[] = [];
  private readonly slugs: ReadonlyMap<string, string>;

  constructor(
    private readonly root: string,
    sources: readonly Source[],
  ) {
    this.slugs = new Map(sources.map(({ file, slug }) => [file, slug]));
  }

  /** The address in the page; undefined for a file of the repository that is no page: its name is shown without a link. Throws if there is no such file. */
  resolve(href: string, from: string): string | undefined {
    if (href.startsWith(PLAYGROUND)) return `../index.html${href.slice(PLAYGROUND.length)}`;
    if (href.startsWith(SITE)) return `../${href.slice(SITE.length)}`;
    if (/^[a-z][a-z0-9+.-]*:/i.test(href)) return href;
    const [path = '', anchor = ''] = href.split('#');
    const file = path === '' ? from : posix.normalize(posix.join(dirname(from).replaceAll('\\', '/'), decodeURI(path)));
    const slug = this.slugs.get(file);
    if (slug !== undefined) {
      this.links.push({ from, href, slug, anchor });
      return `${path === '' ? '' : `${slug}.html`}${anchor && `#${anchor}`}`;
    }
    if (existsSync(join(this.root, file))) return undefined;
    throw new Error(`${from} links to "${href}", and there is no such file.`);
  }

  /** One sentence for each link to an anchor that its page does not have. */
  complaints(anchors: ReadonlyMap<string, ReadonlySet<string>>): string[] {
    return this.links
      .filter(({ slug, anchor }) => anchor !== '' && anchors.get(slug)?.has(anchor) !== true)
      .map(({ from, href }) => `${from} links to "${href}", and that page has no such heading.`);
  }
}
