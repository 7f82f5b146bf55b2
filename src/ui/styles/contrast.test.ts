import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

/** WCAG 2.2, success criterion 1.4.3, for text of ordinary size. */
const AA = 4.5;

const css = readFileSync(join(import.meta.dirname, 'tokens.css'), 'utf8');

/** The colours of one theme: what `selector`'s block says, by token. */
function theme(selector: string): Map<string, string> {
  const start = css.indexOf(selector);
  if (start < 0) throw new Error(`tokens.css has no block for ${selector}.`);
  const block = css.slice(start, css.indexOf('}', start));
  return new Map([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name!, value!]));
}

const dark = theme('[data-theme="dark"]');
const light = theme(':root[data-theme="light"]');

/** WCAG's relative luminance of an sRGB colour. */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function contrast(one: string, other: string): number {
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high! + 0.05) / (low! + 0.05);
}

/** Text tokens and the papers they are written on. */
const PAIRS: [texts: string[], papers: string[]][] = [
  [
    ['text', 'dim', 'faint', 'amber', 'moss', 'rose'],
    ['bg', 'surface', 'raised', 'amber-wash', 'sel'],
  ],
  [['text', 'rose'], ['rose-wash']],
  [['hazel-ink'], ['hazel']],
  [['amber-ink'], ['amber']],
  [['surface'], ['rose']],
  [['on-el0'], ['el0']],
  [['on-el1'], ['el1']],
  [['text'], ['waiting']],
];

describe('text reaches AA', () => {
  for (const [name, colours] of [
    ['dark', dark],
    ['light', light],
  ] as const) {
    const cases = PAIRS.flatMap(([texts, papers]) => papers.flatMap((paper) => texts.map((text) => [text, paper] as const)));
    it.each(cases)(`${name}: %s on %s`, (text, paper) => {
      expect(contrast(colours.get(text)!, colours.get(paper)!)).toBeGreaterThanOrEqual(AA);
    });
  }

  it.each(['text', 'dim', 'faint', 'amber', 'rose'])('%s on the console’s paper, dark in both themes', (text) => {
    for (const paper of [dark.get('term')!, light.get('term')!]) {
      expect(contrast(dark.get(text)!, paper)).toBeGreaterThanOrEqual(AA);
    }
  });
});

it('black on white is 21 to 1', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
});
