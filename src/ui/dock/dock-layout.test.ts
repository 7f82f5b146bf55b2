import { describe, expect, it } from 'vitest';
import {
  addTab,
  area,
  areaWith,
  bringForward,
  close,
  column,
  heightNeeded,
  isSplit,
  leastHeights,
  panelsOf,
  resize,
  row,
  splitOff,
} from './dock-layout';
import { layoutText, readLayoutText } from './layout-text';

const HOME = column(
  [row([area('console', 'editor'), 64], [column([area('firmware'), 50], [area('registers', 'memory'), 50]), 36]), 78],
  [area('timeline'), 22],
);
const NAMES = panelsOf(HOME);
/** Splits that are directly in one another the same way, or areas and splits that hold too little. */
const untidy = (text: string): boolean => /r\([^()]*r\([^()]*\)[^()]*\)|[rc]\(\d*[a-z.*]*\)/.test(text);

describe('a layout', () => {
  it('is written in short and read again', () => {
    const text = layoutText(HOME);
    expect(text).toBe('c(78r(64console*.editor-36c(50firmware*-50registers*.memory))-22timeline*)');
    expect(readLayoutText(text, NAMES)).toEqual(HOME);
  });

  it.each([
    ['', 'nothing'],
    ['console.', 'a name is missing'],
    ['r(50console)', 'one part'],
    ['r(50console-50console)', 'a panel twice'],
    ['r(50console-50nothere)', 'an unknown panel'],
    ['r(50console-50editor', 'a bracket is missing'],
    ['console)x', 'more behind it'],
    [`${'r('.repeat(99)}console`, 'too deep'],
  ])('%s is none: %s', (text) => {
    expect(readLayoutText(text, NAMES)).toBeUndefined();
  });

  it('reads sizes that do not add up, or are missing', () => {
    expect(readLayoutText('r(10console-30editor)', NAMES)).toMatchObject({ sizes: [25, 75] });
    expect(readLayoutText('r(console-editor)', NAMES)).toMatchObject({ sizes: [50, 50] });
  });

  it('loses an area with its last panel, and gives its room to the others', () => {
    expect(layoutText(close(HOME, 'timeline'))).toBe('r(64console*.editor-36c(50firmware*-50registers*.memory))');
    expect(layoutText(close(HOME, 'firmware'))).toBe('c(78r(64console*.editor-36registers*.memory)-22timeline*)');
  });

  it('shows the neighbour of a front panel that is closed, and keeps its last panel', () => {
    expect(areaWith(close(bringForward(HOME, 'editor'), 'editor'), 'console')).toEqual(area('console'));
    expect(close(area('console'), 'console')).toEqual(area('console'));
  });

  it('moves a panel to another area, before a tab or behind all', () => {
    expect(layoutText(addTab(HOME, 'memory', 'console'))).toContain('console.editor.memory*');
    expect(layoutText(addTab(HOME, 'memory', 'editor', true))).toContain('console.memory*.editor');
    expect(layoutText(addTab(HOME, 'console', 'editor'))).toContain('editor.console*');
    expect(layoutText(addTab(HOME, 'gic', 'memory'))).toContain('registers.memory.gic*');
  });

  it('gives a panel an area of its own beside another', () => {
    expect(layoutText(splitOff(HOME, 'editor', 'console', 'left'))).toContain('32editor*-32console*-36');
    expect(layoutText(splitOff(HOME, 'console', 'console', 'bottom'))).toContain('c(50editor*-50console*)');
    expect(splitOff(HOME, 'timeline', 'timeline', 'left')).toBe(HOME);
  });

  it('takes new sizes for one split only', () => {
    if (!isSplit(HOME) || !isSplit(HOME.parts[0]!)) throw new Error('The layout of this test is a column with a row in it.');
    expect(layoutText(resize(HOME, HOME.parts[0], [1, 3]))).toBe(
      'c(78r(25console*.editor-75c(50firmware*-50registers*.memory))-22timeline*)',
    );
  });

  it('needs the height of what is in front: of a column all of it, of a row the most', () => {
    const needs = (panel: string): number => ({ console: 100, firmware: 200, registers: 50, timeline: 150 })[panel] ?? 0;
    expect(heightNeeded(HOME, needs)).toBe(400);
    expect(heightNeeded(bringForward(HOME, 'memory'), needs)).toBe(350);
    if (!isSplit(HOME)) throw new Error('The layout of this test is a column.');
    expect(leastHeights(HOME, needs)).toEqual(['min(250px, 62.50%)', 'min(150px, 37.50%)']);
  });

  it('keeps every panel once and stays tidy, whatever is done to it', () => {
    let seed = 7;
    const draw = (below: number): number => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      return (seed >>> 8) % below;
    };
    let layout = HOME as ReturnType<typeof close>;
    for (let turn = 0; turn < 2000; turn++) {
      const panel = NAMES[draw(NAMES.length)]!;
      const here = panelsOf(layout);
      const beside = here[draw(here.length)]!;
      const acts = [
        () => close(layout, panel),
        () => (here.includes(panel) ? bringForward(layout, panel) : layout),
        () => addTab(layout, panel, beside, draw(2) === 1),
        () => splitOff(layout, panel, beside, (['left', 'right', 'top', 'bottom'] as const)[draw(4)]!),
      ];
      layout = acts[draw(acts.length)]!();
      const text = layoutText(layout);
      expect(new Set(panelsOf(layout)).size, text).toBe(panelsOf(layout).length);
      expect(readLayoutText(text, NAMES), text).toBeDefined();
      expect(untidy(text), text).toBe(false);
    }
  });
});
