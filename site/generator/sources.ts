/** The pages of the site and the files they are made from. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Source {
  /** Path from the repository's root. */
  readonly file: string;
  /** `psci` becomes `psci.html`. */
  readonly slug: string;
  readonly text: string;
}

/** Folders whose Markdown becomes pages. Where two have one name, the first is the page (it includes the other, if it likes). */
const FOLDERS = ['site/pages', 'docs'] as const;
/** Single files that become pages, too. */
const FILES: Readonly<Record<string, string>> = {
  'README.md': 'readme',
  'CONTRIBUTING.md': 'contributing',
  'CHANGELOG.md': 'changelog',
  LICENSE: 'license',
};

/** A licence is plain text, and its line ends are paragraphs' ends. */
const asMarkdown = (file: string, text: string): string => (file === 'LICENSE' ? `# Licence\n\n${text.trim()}\n` : text);

export function readSources(root: string): Source[] {
  const read = (file: string, slug: string): Source => ({
    file,
    slug,
    text: asMarkdown(file, readFileSync(join(root, file), 'utf8')),
  });
  const sources: Source[] = [];
  for (const folder of FOLDERS) {
    for (const name of readdirSync(join(root, folder)).sort()) {
      if (name.endsWith('.md')) sources.push(read(`${folder}/${name}`, name.slice(0, -3)));
    }
  }
  for (const [file, slug] of Object.entries(FILES)) if (existsSync(join(root, file))) sources.push(read(file, slug));
  return sources;
}

/** The pages among `sources`: one for each name. */
export function pagesAmong(sources: readonly Source[]): Source[] {
  const seen = new Set<string>();
  return sources.filter(({ slug }) => !seen.has(slug) && seen.add(slug));
}
