import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { lightBySystem } from '../../site/generator/bundle';
import { highlight } from '../../site/generator/highlight';
import { LinkMap } from '../../site/generator/links';
import { playgroundAddress, readFence } from '../../site/generator/machine';
import { renderMarkdown } from '../../site/generator/markdown';
import { navigation } from '../../site/generator/navigation';
import { slugOf } from '../../site/generator/text';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const source = (file: string, slug: string) => ({ file, slug, text: '' });

function render(
  text: string,
  links = new LinkMap(ROOT, [source('docs/a.md', 'a'), source('docs/b.md', 'b'), source('README.md', 'readme')]),
) {
  return { links, ...renderMarkdown(text, { file: 'docs/a.md', links, recorded: (name) => `lab> ${name}\n<hello>` }) };
}

describe('links', () => {
  it('between Markdown files are links between pages', () => {
    const { html } = render('[one](b.md) [two](../README.md#more) [three](#here) [four](https://example.org/)\n\n# here');
    expect(html).toContain('href="b.html"');
    expect(html).toContain('href="readme.html#more"');
    expect(html).toContain('href="#here"');
    expect(html).toContain('href="https://example.org/" rel="noopener"');
  });

  it('to a file that is not there stop the build with a sentence', () => {
    expect(() => render('[x](no-such.md)')).toThrow('docs/a.md links to "no-such.md", and there is no such file.');
  });

  it('to a heading that is not there are complained of', () => {
    const { links, anchors } = render('# A title\n\n[x](#a-title) [y](#nothing)');
    expect(links.complaints(new Map([['a', anchors]]))).toEqual([
      'docs/a.md links to "#nothing", and that page has no such heading.',
    ]);
  });

  it('to a file of the repository that is no page are text', () => {
    expect(render('[code](../package.json)').html).toContain('<a>code</a>');
  });

  it('lead to the playground by a name of its own', () => {
    expect(render('[x](playground:?guest=lab)').html).toContain('href="../index.html?guest=lab"');
  });
});

describe('headings', () => {
  it('have the anchors that GitHub gives them', () => {
    expect(slugOf('SYSTEM_OFF2: why both 0 and 1 mean "hibernate"')).toBe('system_off2-why-both-0-and-1-mean-hibernate');
    expect(slugOf('The `spec` rules')).toBe('the-spec-rules');
  });

  it('of one name have different anchors', () => {
    expect(render('## Tests\n\n## Tests').headings.map(({ anchor }) => anchor)).toEqual(['tests', 'tests-1']);
  });

  it('part the text for the search', () => {
    expect(render('# T\n\nfirst `code`\n\n## S\n\nsecond **bold**').sections).toEqual([
      { heading: '', anchor: '', text: 'first code' },
      { heading: 'S', anchor: 's', text: 'second bold' },
    ]);
  });
});

describe('a machine', () => {
  const fence = '```machine lab-1.1 guest=lab psci=1.1 height=300 readonly type="psci\\n"\nWhat *is* seen.\n```';

  it('is a tag with its recorded console in it', () => {
    const { html } = render(fence);
    expect(html).toContain('<dormouse-vm guest="lab" psci="1.1" height="300" readonly type="psci\\n"><pre class="console"');
    expect(html).toContain('&lt;hello&gt;');
    expect(html).toContain('<figcaption>What <em>is</em> seen.</figcaption>');
  });

  it('can be opened in the playground, without what belongs to an embed', () => {
    expect(playgroundAddress(readFence('machine x guest=lab psci=1.1 height=300 readonly theme=dark suspend').attributes)).toBe(
      '../index.html?guest=lab&psci=1.1&suspend=1',
    );
  });

  it('with an attribute that no table has, or without a height, stops the build', () => {
    expect(() => readFence('machine x gest=lab height=3')).toThrow('"gest"');
    expect(() => readFence('machine x guest=lab')).toThrow('has no height');
  });
});

describe('the rest', () => {
  it('aligns cells by class', () => {
    const { html } = render('| a | b |\n| --: | --- |\n| 1 | ✓ |');
    expect(html).toContain('<td class="align-right">1</td>');
    expect(html).toContain('<td class="yes">✓</td>');
    expect(html).not.toContain('style=');
  });

  it('marks the parts of A64 assembly and of consoles', () => {
    expect(highlight('loop: add x0, x1, #8 // more', 'a64')).toContain('<span class="hljs-variable">x0</span>');
    expect(highlight('lab> psci\n── asleep ──', 'console')).toBe(
      '<span class="t-prompt">lab&gt; </span><span class="t-typed">psci</span>\n<span class="t-own">── asleep ──</span>',
    );
  });

  it('gives a system that is light the light theme', () => {
    const css = lightBySystem(readFileSync(new URL('../../src/ui/styles/tokens.css', import.meta.url), 'utf8'));
    expect(css).toMatch(/@media \(prefers-color-scheme: light\) \{\n:root:not\(\[data-theme\]\) \{\n {2}color-scheme: light;/);
  });

  it('puts a page that no group names under Reference', () => {
    expect(navigation(['index', 'brand-new']).find(({ title }) => title === 'Reference')?.slugs).toEqual(['brand-new']);
  });
});
