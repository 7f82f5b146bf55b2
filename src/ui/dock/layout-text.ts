/**
 * A layout as a short text for addresses and for what is remembered: `c(78r(64console*.editor-36firmware)-22timeline)`. A letter and brackets are a row or a
 * column, a number before a part is its size in percent, dots part the tabs of an area, and a star follows the one in front.
 */
import { type Area, isSplit, type Layout, panelsOf } from './dock-layout';

export function layoutText(layout: Layout): string {
  if (!isSplit(layout)) return layout.tabs.map((name) => (name === layout.front ? `${name}*` : name)).join('.');
  const parts = layout.parts.map((part, index) => `${Math.round(layout.sizes[index]!)}${layoutText(part)}`);
  return `${layout.split === 'row' ? 'r' : 'c'}(${parts.join('-')})`;
}

/** Nothing is nested deeper by hand. */
const DEEPEST = 12;

class Reader {
  private at = 0;
  constructor(private readonly text: string) {}

  take(pattern: RegExp): string | undefined {
    const sticky = new RegExp(pattern, 'y');
    sticky.lastIndex = this.at;
    const found = sticky.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }
  get done(): boolean {
    return this.at === this.text.length;
  }
}

function readArea(reader: Reader): Area | undefined {
  const tabs: string[] = [];
  let front: string | undefined;
  do {
    const name = reader.take(/[a-z][a-z]*/);
    if (name === undefined) return undefined;
    tabs.push(name);
    if (reader.take(/\*/)) front = name;
  } while (reader.take(/\./));
  return { tabs, front: front ?? tabs[0]! };
}

function readLayout(reader: Reader, depth: number): Layout | undefined {
  const open = reader.take(/[rc]\(/);
  if (open === undefined) return readArea(reader);
  if (depth > DEEPEST) return undefined;
  const parts: Layout[] = [];
  const sizes: number[] = [];
  do {
    const size = Number(reader.take(/\d{1,3}/) ?? 0);
    const part = readLayout(reader, depth + 1);
    if (!part) return undefined;
    parts.push(part);
    sizes.push(Math.max(1, size));
  } while (reader.take(/-/));
  if (parts.length < 2 || reader.take(/\)/) === undefined) return undefined;
  const sum = sizes.reduce((total, size) => total + size, 0);
  return { split: open[0] === 'r' ? 'row' : 'column', parts, sizes: sizes.map((size) => (100 * size) / sum) };
}

/** Undefined for what is none, names a panel twice, or one that is not among `known`. */
export function readLayoutText(text: string, known: readonly string[]): Layout | undefined {
  const reader = new Reader(text);
  const layout = readLayout(reader, 0);
  if (!layout || !reader.done) return undefined;
  const panels = panelsOf(layout);
  return new Set(panels).size === panels.length && panels.every((name) => known.includes(name)) ? layout : undefined;
}
