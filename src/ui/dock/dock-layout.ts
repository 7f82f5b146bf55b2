/**
 * Where the panels of the page lie: a tree of rows and columns whose leaves are areas with tabs. Plain values; every change makes a new tree. What a
 * change leaves behind is tidied: an area without panels goes, and a row or column of one thing is that thing.
 */

/** An area: panels in tabs, one of them in front. */
export interface Area {
  readonly tabs: readonly string[];
  readonly front: string;
}

export interface Split {
  readonly split: 'row' | 'column';
  readonly parts: readonly Layout[];
  /** Percent of the split's length, one for each part; they add up to 100. */
  readonly sizes: readonly number[];
}

export type Layout = Area | Split;

export type Side = 'left' | 'right' | 'top' | 'bottom';

export const isSplit = (layout: Layout): layout is Split => 'split' in layout;

export function areasOf(layout: Layout): Area[] {
  return isSplit(layout) ? layout.parts.flatMap(areasOf) : [layout];
}

export const areaWith = (layout: Layout, panel: string): Area | undefined =>
  areasOf(layout).find(({ tabs }) => tabs.includes(panel));

export const panelsOf = (layout: Layout): string[] => areasOf(layout).flatMap(({ tabs }) => tabs);

/** Sizes in proportion, that add up to 100. */
function normal(sizes: readonly number[]): number[] {
  const sum = sizes.reduce((total, size) => total + size, 0);
  return sizes.map((size) => (sum > 0 ? (100 * size) / sum : 100 / sizes.length));
}

export const row = (...parts: [Layout, number][]): Split => splitOf('row', parts);
export const column = (...parts: [Layout, number][]): Split => splitOf('column', parts);
const splitOf = (split: Split['split'], parts: [Layout, number][]): Split => ({
  split,
  parts: parts.map(([part]) => part),
  sizes: normal(parts.map(([, size]) => size)),
});
export const area = (...tabs: [string, ...string[]]): Area => ({ tabs, front: tabs[0] });

/** Puts what `change` makes of each area in its place; undefined takes it away. Undefined if nothing is left. */
function mapAreas(layout: Layout, change: (area: Area) => Layout | undefined): Layout | undefined {
  if (!isSplit(layout)) return change(layout);
  const parts: [Layout, number][] = [];
  for (const [index, part] of layout.parts.entries()) {
    const changed = mapAreas(part, change);
    const size = layout.sizes[index]!;
    if (!changed) continue;
    // A row in a row is one row.
    if (isSplit(changed) && changed.split === layout.split)
      for (const [inner, piece] of changed.parts.entries()) parts.push([piece, (size * changed.sizes[inner]!) / 100]);
    else parts.push([changed, size]);
  }
  if (parts.length <= 1) return parts[0]?.[0];
  return splitOf(layout.split, parts);
}

function withoutTab({ tabs, front }: Area, panel: string): Area | undefined {
  const rest = tabs.filter((name) => name !== panel);
  const next = front === panel ? (rest[Math.min(tabs.indexOf(panel), rest.length - 1)] ?? rest[0]) : front;
  return next === undefined ? undefined : { tabs: rest, front: next };
}

/** Takes a panel away. The last one stays: a page without panels shows nothing. */
export function close(layout: Layout, panel: string): Layout {
  return mapAreas(layout, (each) => (each.tabs.includes(panel) ? withoutTab(each, panel) : each)) ?? layout;
}

/** Brings a panel to the front of its area. */
export function bringForward(layout: Layout, panel: string): Layout {
  return mapAreas(layout, (each) => (each.tabs.includes(panel) ? { ...each, front: panel } : each)) ?? layout;
}

/** Puts a panel, from wherever it is, into the area of `beside`, before that panel's tab or last, and in front. */
export function addTab(layout: Layout, panel: string, beside: string, before = false): Layout {
  if (panel === beside) return bringForward(layout, panel);
  // Taken out of its own area first: its place there says nothing of the place it gets.
  const rest = panelsOf(layout).includes(panel) ? close(layout, panel) : layout;
  return (
    mapAreas(rest, (each) => {
      const at = each.tabs.indexOf(beside);
      if (at < 0) return each;
      const tabs = before ? [...each.tabs.slice(0, at), panel, ...each.tabs.slice(at)] : [...each.tabs, panel];
      return { tabs, front: panel };
    }) ?? layout
  );
}

/** Puts a panel into an area of its own, which takes half of the room of the area of `beside`. */
export function splitOff(layout: Layout, panel: string, beside: string, side: Side): Layout {
  const there = areaWith(layout, beside);
  if (!there) return layout;
  const anchor = beside === panel ? there.tabs.find((name) => name !== panel) : beside;
  // Alone in its area, it has its own already.
  if (anchor === undefined) return layout;
  const rest = panelsOf(layout).includes(panel) ? close(layout, panel) : layout;
  const make = side === 'left' || side === 'right' ? row : column;
  const first = side === 'left' || side === 'top';
  return (
    mapAreas(rest, (each) => {
      if (!each.tabs.includes(anchor)) return each;
      const own = area(panel);
      return first ? make([own, 50], [each, 50]) : make([each, 50], [own, 50]);
    }) ?? layout
  );
}

/**
 * Pixels of height below which something of a layout is cut off.
 * @param needs what an area with this panel in front needs
 */
export function heightNeeded(layout: Layout, needs: (front: string) => number): number {
  if (!isSplit(layout)) return needs(layout.front);
  const heights = layout.parts.map((part) => heightNeeded(part, needs));
  return layout.split === 'row' ? Math.max(...heights) : heights.reduce((sum, height) => sum + height, 0);
}

/**
 * Least heights of the parts of a column, as styles: what each needs, or its share of that where the column is too low for all. A part that has more by its
 * size keeps it, as far as the others have what they need.
 */
export function leastHeights({ parts }: Split, needs: (front: string) => number): string[] {
  const heights = parts.map((part) => heightNeeded(part, needs));
  const sum = heights.reduce((total, height) => total + height, 0);
  return heights.map((height) => `min(${height}px, ${((100 * height) / sum).toFixed(2)}%)`);
}

/** New sizes for the split whose areas hold exactly what `split`'s do. */
export function resize(layout: Layout, split: Split, sizes: readonly number[]): Layout {
  if (!isSplit(layout)) return layout;
  if (layout === split) return { ...layout, sizes: normal(sizes) };
  const parts = layout.parts.map((part) => resize(part, split, sizes));
  return parts.every((part, index) => part === layout.parts[index]) ? layout : { ...layout, parts };
}
