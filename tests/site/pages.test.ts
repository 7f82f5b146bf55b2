import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CHOICES, GROUP_TITLES } from '../../site/generator/choices';
import type { Assets } from '../../site/generator/layout';
import { navigation } from '../../site/generator/navigation';
import { heightRules, renderSite, searchEntries, siteFiles } from '../../site/generator/site';
import { PSCI_FUNCTIONS } from '../../src/psci/functions';
import { PARAMETERS, type Parameter } from '../../src/ui/state/parameters';

/** More than the frame of a machine weighs, packed. */
const MACHINE_BYTES = 1e6;
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ASSETS: Assets = {
  style: 'assets/style.css',
  theme: 'assets/theme.js',
  script: 'assets/site.js',
  searchIndex: 'assets/search.json',
  pageScripts: { snippet: 'assets/snippet.js', 'test-bed': 'assets/test-bed.js' },
  tag: '../dormouse-embed.js',
};

// Rendering throws at a link that leads nowhere, so these tests have no need to follow any.
const pages = renderSite(ROOT);
const files = siteFiles(pages, ASSETS, '0.0.0');
const slugs = pages.map(({ source }) => source.slug);
const html = (slug: string): string => files.get(`${slug}.html`) ?? '';
const parameters: readonly Parameter[] = PARAMETERS;

describe('the pages', () => {
  it('are those of the site, of docs/ and of the files at the top', () => {
    for (const slug of [
      'index',
      'psci-versions',
      'hibernation',
      'opt-out',
      'core',
      'embedding',
      'snippet',
      'test-bed',
      'api',
      'limits',
    ]) {
      expect(slugs).toContain(slug);
    }
    for (const slug of ['architecture', 'psci', 'performance', 'readme', 'changelog', 'contributing', 'license'])
      expect(slugs).toContain(slug);
    expect(new Set(slugs).size).toBe(slugs.length);
  });

  it('have no inline script and no inline style', () => {
    for (const [name, text] of files) {
      expect([name, ...text.matchAll(/<script(?![^>]*\ssrc=)[^>]*>/g)]).toEqual([name]);
      expect([name, ...text.matchAll(/<style\b|<[^>]+\s(style|on[a-z]+)=["']/g)]).toEqual([name]);
      expect(text).not.toContain('javascript:');
    }
  });

  it('ask for nothing by an address that depends on where they lie', () => {
    for (const [name, text] of files) {
      const absolute = [...text.matchAll(/\s(?:src|href|data-index)="([^"]*)"/g)]
        .map(([, address]) => address!)
        .filter((one) => one.startsWith('/'));
      expect([name, ...absolute]).toEqual([name]);
      const foreign = [...text.matchAll(/<(?:script|link|img|iframe)[^>]+(?:src|href)="(https?:[^"]*)"/g)];
      expect([name, ...foreign]).toEqual([name]);
    }
  });

  it('have each id once', () => {
    for (const [name, text] of files) {
      const ids = [...text.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id!);
      expect([name, ...ids.filter((id, index) => ids.indexOf(id) !== index)]).toEqual([name]);
    }
  });

  it('say nothing under two headings of one name where one page takes in another', () => {
    const [, article = ''] = /<article>([\s\S]*)<\/article>/.exec(html('embedding')) ?? [];
    const headings = [...article.matchAll(/<h2\b[^>]*>([^<]*)/g)].map(([, text]) => text!);
    expect(headings.length).toBeGreaterThan(10);
    expect(headings.filter((text, index) => headings.indexOf(text) !== index)).toEqual([]);
  });

  it('name the tag’s script in one way', () => {
    const tags = [...files].flatMap(([name, text]) =>
      [...text.replaceAll(/<[^>]+>/g, '').matchAll(/dormouse-embed\.js&quot;\s*(\w+)(?=&gt;)/g)].map(
        ([, how]) => `${name}: ${how}`,
      ),
    );
    expect(tags.length).toBeGreaterThan(0);
    expect(tags.filter((tag) => !tag.endsWith(': async'))).toEqual([]);
  });

  it('are all in the navigation, once, and can all be found', () => {
    const placed = navigation(slugs).flatMap((group) => group.slugs);
    expect([...placed].sort()).toEqual([...slugs].sort());
    const found = new Set(searchEntries(pages).map(([, , address]) => address.replace(/\.html.*/, '')));
    expect([...found].sort()).toEqual([...slugs].sort());
  });

  it('say what a machine said, not what it might have said', () => {
    const recorded = pages.flatMap(({ source }) => [...source.text.matchAll(/^```machine (\S+)/gm)].map(([, name]) => name!));
    expect(recorded.length).toBeGreaterThan(20);
    for (const name of recorded) expect(existsSync(join(ROOT, 'site/transcripts', `${name}.txt`))).toBe(true);
  });

  it('promise no smaller download than the bar of a machine, which knows', () => {
    const told = pages.flatMap(({ source: { file, text } }) =>
      file.startsWith('site/')
        ? [...text.matchAll(/(\S+ \S+) (\d+) MB to fetch/g)].map(([, how, mb]) => ({ file, how, mb: Number(mb) }))
        : [],
    );
    expect(told.length).toBeGreaterThan(0);
    for (const { file, how } of told) expect([file, how]).toEqual([file, 'less than']);
    const index = join(ROOT, 'public/guests/index.json');
    if (!existsSync(index)) return;
    const { guests } = JSON.parse(readFileSync(index, 'utf8')) as { guests: { name: string; bytes: number }[] };
    const debian = guests.find(({ name }) => name === 'debian');
    // The bar adds the machine itself to its guest.
    for (const { mb } of told) expect((debian?.bytes ?? 0) + MACHINE_BYTES).toBeLessThan(mb * 1e6);
  });

  it('give every machine a height before any script is there', () => {
    const rules = heightRules(files.values());
    for (const text of files.values()) {
      for (const [, height] of text.matchAll(/<dormouse-vm[^>]*\sheight="(\d+)"/g))
        expect(rules).toContain(`[height="${height}"]{height:${height}px}`);
    }
  });
});

describe('what is made from code', () => {
  it('has every parameter in the table and in the form', () => {
    for (const { name } of parameters) {
      // Once: the guide's table is the only one.
      expect(html('embedding').split(`<tr>\n<td><code>${name}</code></td>`)).toHaveLength(2);
      expect(html('snippet')).toContain(`data-parameter="${name}"`);
    }
  });

  it('has the groups of the form under the headings of the guide', () => {
    for (const title of Object.values(GROUP_TITLES)) {
      expect(html('embedding')).toMatch(new RegExp(`<h3[^>]*>${title}<`));
      expect(html('snippet')).toContain(`<summary>${title}</summary>`);
    }
  });

  it('is inserted for a line of its own only, so that a page can tell how', () => {
    expect(html('site')).toContain('<code>&lt;!-- insert: hosts --&gt;</code>');
  });

  it('has values for every parameter that is a choice or a list', () => {
    const without = parameters.filter(({ name, kind }) => (kind === 'choice' || kind === 'list') && !(name in CHOICES));
    expect(without).toEqual([]);
  });

  it('has every firmware function that some version answers', () => {
    for (const fn of PSCI_FUNCTIONS) {
      if (fn.kvmSince !== undefined || fn.kvm01) expect(html('psci-versions')).toContain(fn.name);
    }
  });

  it('has every exported type of the API, and none of them is "any"', () => {
    const api = readFileSync(join(ROOT, 'src/vm/api.ts'), 'utf8');
    const names = [...api.matchAll(/^export (?:interface|type|const) (\w+)/gm)].map(([, name]) => name!);
    expect(names.length).toBeGreaterThan(20);
    for (const name of [...names, 'PsciVersion', 'Conduit']) expect(html('api')).toContain(`<h3 id="${name.toLowerCase()}">`);
    expect(html('api')).toContain('id="VmConfig.psci"');
    expect(html('api')).not.toMatch(/:\s*any\b/);
  });
});
