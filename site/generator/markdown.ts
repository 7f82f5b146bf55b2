/** Markdown to the inside of a page: headings with anchors, checked links, highlighted code, live machines, and the sections that are searched. */
import MarkdownIt, { type Token } from 'markdown-it';
import { highlight } from './highlight';
import type { LinkMap } from './links';
import { machineHtml, readFence } from './machine';
import { Anchors, escapeHtml } from './text';

export interface Heading {
  readonly level: number;
  readonly text: string;
  readonly anchor: string;
}

/** What the search knows: the text below one heading. */
export interface Section {
  readonly heading: string;
  readonly anchor: string;
  readonly text: string;
}

export interface Rendered {
  readonly title: string;
  readonly html: string;
  readonly headings: readonly Heading[];
  readonly anchors: ReadonlySet<string>;
  readonly sections: readonly Section[];
  /** The first paragraph, as text. */
  readonly summary: string;
}

export interface MarkdownOptions {
  /** Source file, for links and complaints. */
  readonly file: string;
  readonly links: LinkMap;
  /** The recorded console of this name. */
  readonly recorded: (name: string) => string;
}

/** What a rendering passes on to its rules. */
type Environment = MarkdownOptions & Record<string | symbol, unknown>;

/** Without marks: `**a** `b`` → `a b`. */
const plain = (token: Token): string =>
  (token.children ?? [])
    .map((child) =>
      child.type === 'softbreak' || child.type === 'hardbreak' ? ' ' : child.type.startsWith('html') ? '' : child.content,
    )
    .join('');

const md = new MarkdownIt({ html: true, typographer: false });

/** Cells that say whether something is there. */
const MARKS: Readonly<Record<string, string>> = { '✓': 'yes', '(✓)': 'maybe', '·': 'no' };

/** Alignment by class: an inline style would need a looser Content-Security-Policy. */
for (const rule of ['th_open', 'td_open']) {
  md.renderer.rules[rule] = (tokens, index, options, _env, self) => {
    const token = tokens[index]!;
    const align = /text-align:\s*(\w+)/.exec(String(token.attrGet('style') ?? ''))?.[1];
    const mark = MARKS[tokens[index + 1]?.content ?? ''];
    const kind = mark ?? (align && `align-${align}`);
    token.attrs = kind ? [['class', kind]] : null;
    return self.renderToken(tokens, index, options);
  };
}
/** Wide tables scroll by themselves, with the keyboard as well. */
md.renderer.rules.table_open = () => '<div class="table" role="region" aria-label="Table" tabindex="0"><table>\n';
md.renderer.rules.table_close = () => '</table></div>\n';

const codeBlock = (code: string, language: string): string =>
  `<div class="code"><pre tabindex="0"${language === '' ? '' : ` data-language="${escapeHtml(language)}"`}><code>${highlight(code, language)}</code></pre></div>\n`;

md.renderer.rules.code_block = (tokens, index) => codeBlock(tokens[index]!.content, '');
md.renderer.rules.fence = (tokens, index, _options, env) => {
  const { info, content } = tokens[index]!;
  const { recorded } = env as Environment;
  if (!info.startsWith('machine')) return codeBlock(content, info.trim());
  const fence = readFence(info);
  return machineHtml(fence, recorded(fence.transcript), md.renderInline(content.trim(), env));
};
md.renderer.rules.link_open = (tokens, index, options, env, self) => {
  const token = tokens[index]!;
  const { links, file } = env as Environment;
  const href = links.resolve(String(token.attrGet('href') ?? ''), file);
  if (href === undefined) token.attrs = null;
  else {
    token.attrSet('href', href);
    if (/^https?:/.test(href)) token.attrSet('rel', 'noopener');
  }
  return self.renderToken(tokens, index, options);
};
md.renderer.rules.heading_open = (tokens, index) => {
  const { tag, meta } = tokens[index]!;
  return `<${tag} id="${(meta as { anchor: string }).anchor}">`;
};
md.renderer.rules.heading_close = (tokens, index) => {
  const { tag, meta } = tokens[index]!;
  if (tag === 'h1') return '</h1>\n';
  const { anchor, text } = meta as { anchor: string; text: string };
  return `<a class="anchor" href="#${anchor}" aria-label="Link to “${escapeHtml(text)}”"></a></${tag}>\n`;
};
/** Comments are for whoever edits the Markdown. */
const withoutComments = (html: string): string => html.replace(/<!--[\s\S]*?-->/g, '');
md.renderer.rules.html_block = (tokens, index) => withoutComments(tokens[index]!.content);
md.renderer.rules.html_inline = (tokens, index) => withoutComments(tokens[index]!.content);

const WORDS_OF_HTML = /<svg[\s\S]*?<\/svg>|<[^>]+>|&[a-z]+;/g;
/** Text of a section beyond this is code and tables, of which the first part is enough to be found. */
const LONGEST_SECTION = 4000;

export function renderMarkdown(text: string, options: MarkdownOptions): Rendered {
  const env: Environment = { ...options };
  const tokens = md.parse(text, env);
  const taken = new Anchors();
  const headings: Heading[] = [];
  const anchors = new Set<string>();
  const sections: { heading: string; anchor: string; parts: string[] }[] = [{ heading: '', anchor: '', parts: [] }];
  let summary = '';
  tokens.forEach((token, index) => {
    if (token.type === 'heading_open') {
      const heading = plain(tokens[index + 1]!);
      const anchor = taken.take(heading);
      anchors.add(anchor);
      const level = Number(token.tag.slice(1));
      const closing = tokens.slice(index).find((one) => one.type === 'heading_close')!;
      token.meta = closing.meta = { anchor, text: heading };
      headings.push({ level, text: heading, anchor });
      if (level === 2 || level === 3) sections.push({ heading, anchor, parts: [] });
      return;
    }
    if (token.type === 'inline' && tokens[index - 1]?.type !== 'heading_open') {
      const words = plain(token);
      if (summary === '' && tokens[index - 1]?.type === 'paragraph_open') summary = words;
      sections.at(-1)!.parts.push(words);
    }
    if (token.type === 'html_block') {
      for (const [, id] of token.content.matchAll(/\sid="([^"]+)"/g)) anchors.add(id!);
      sections.at(-1)!.parts.push(token.content.replace(WORDS_OF_HTML, ' '));
    }
    if (token.type === 'code_block' || (token.type === 'fence' && !token.info.startsWith('machine')))
      sections.at(-1)!.parts.push(token.content);
  });
  return {
    title: headings.find(({ level }) => level === 1)?.text ?? '',
    html: md.renderer.render(tokens, md.options, env),
    headings,
    anchors,
    sections: sections
      .map(({ heading, anchor, parts }) => ({
        heading,
        anchor,
        text: parts.join(' ').replace(/\s+/g, ' ').trim().slice(0, LONGEST_SECTION),
      }))
      .filter((section) => section.text !== '' || section.heading !== ''),
    summary: summary.replace(/\s+/g, ' '),
  };
}

/** Markdown of a cell or a sentence, without links to other pages. */
export const inline = (text: string): string => md.renderInline(text, {});
