import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const SRC = join(import.meta.dirname, '../..');
const sources = ['ui', 'embed'].flatMap((folder) =>
  readdirSync(join(SRC, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.svelte'))
    .map((file) => join(folder, file)),
);

/** Opening tags of buttons, attributes with braces, quotes and arrows included. */
const BUTTON = /<button\b((?:\{(?:[^{}]|\{[^{}]*\})*\}|"[^"]*"|[^>"{])*)>(.*?)<\/button>/gs;

/** What stands on a button in words: without tags, and without what is only computed. */
const wordsOn = (inside: string): string =>
  inside
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/\{[#:/@][^}]*\}/g, '')
    .trim();

it('a button that is a picture only has a name and a tooltip', () => {
  let pictures = 0;
  const bare: string[] = [];
  for (const file of sources) {
    for (const [, attributes, inside] of readFileSync(join(SRC, file), 'utf8').matchAll(BUTTON)) {
      if (!inside!.includes('<Icon') || wordsOn(inside!) !== '') continue;
      pictures++;
      if (!/aria-label=/.test(attributes!) || !/\btitle=/.test(attributes!)) bare.push(`${file}: ${attributes!.trim()}`);
    }
  }
  expect(pictures).toBeGreaterThan(15);
  expect(bare).toEqual([]);
});
