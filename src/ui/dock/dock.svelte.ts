import type { Focus } from '../state/focus.svelte';
import {
  addTab,
  area,
  areasOf,
  areaWith,
  bringForward,
  close,
  column,
  type Layout,
  panelsOf,
  resize,
  row,
  type Side,
  type Split,
  splitOff,
} from './dock-layout';
import { layoutText, readLayoutText } from './layout-text';
import { PANEL_NAMES, PANELS, type PanelName, panelOf } from './panels';

const KEY = 'dormouse.layout';

const namesIn = (wanted: string): [PanelName, ...PanelName[]] =>
  PANELS.filter((panel) => panel.area === wanted).map(({ name }) => name) as [PanelName, ...PanelName[]];

/**
 * As the page is laid out for somebody who has changed nothing: what looks into the machine has all of the height at the right, for it is lists of lines;
 * the timeline is wide enough below the console.
 */
const HOME: Layout = row(
  [column([area(...namesIn('stage')), 74], [area(...namesIn('floor')), 26]), 62],
  [column([area(...namesIn('side')), 44], [area(...namesIn('tools')), 56]), 38],
);

function remembered(): string {
  try {
    return localStorage.getItem(KEY) ?? '';
  } catch {
    // Storage can be forbidden: the page then simply forgets.
    return '';
  }
}

/** Characters of an address that are repeated to who came by it. */
const MOST_TOLD = 60;

/** Where the panels are on a wide page: as an address says (`#layout=…`), or as they were left in this browser. */
export class Dock {
  layout = $state.raw<Layout>(HOME);
  /** The panel that has all of the page for now. */
  whole = $state<PanelName | undefined>();
  /** The panel whose tab is being dragged. */
  dragged = $state<PanelName | undefined>();

  /**
   * @param hash of the page's address
   * @param complain hears, as a sentence, what an address asks for that is no layout
   */
  constructor(
    hash = '',
    private readonly complain?: (sentence: string) => void,
  ) {
    this.layout = this.layoutIn(hash) ?? readLayoutText(remembered(), PANEL_NAMES) ?? HOME;
  }

  /** The layout that a page's hash asks for. */
  private layoutIn(hash: string): Layout | undefined {
    const asked = new URLSearchParams(hash.replace(/^#/, '')).get('layout');
    const layout = asked === null ? undefined : readLayoutText(asked, PANEL_NAMES);
    if (asked !== null && !layout) {
      const told = asked.length > MOST_TOLD ? `${asked.slice(0, MOST_TOLD)}…` : asked;
      this.complain?.(
        `The address asks for the layout “${told}”, and that is none: the panels are where they were. Copy a link of the page anew to have one.`,
      );
    }
    return layout;
  }

  /** An address came while the page was open; one that says nothing of a layout, or nothing that is understood, leaves it as it is. */
  takeHash(hash: string): void {
    const layout = this.layoutIn(hash);
    if (!layout) return;
    this.whole = undefined;
    this.set(layout);
  }

  /** For an address, if the layout is not the one that everybody has. */
  get text(): string | undefined {
    const text = layoutText(this.layout);
    return text === layoutText(HOME) ? undefined : text;
  }

  has(panel: PanelName): boolean {
    return panelsOf(this.layout).includes(panel);
  }

  /** Brings a panel to the front; one that was closed comes back where its like are. */
  show(panel: PanelName): void {
    if (this.whole && this.whole !== panel) this.whole = undefined;
    if (this.has(panel)) {
      this.set(bringForward(this.layout, panel));
      return;
    }
    const like = namesIn(panelOf(panel).area).find((name) => name !== panel && this.has(name));
    if (like) this.set(addTab(this.layout, panel, like));
    else if (panelOf(panel).area === 'floor') this.set(column([this.layout, 74], [area(panel), 26]));
    else
      this.set(splitOff(this.layout, panel, areasOf(this.layout)[0]!.front, panelOf(panel).area === 'stage' ? 'left' : 'right'));
  }

  close(panel: PanelName): void {
    if (this.whole === panel) this.whole = undefined;
    this.set(close(this.layout, panel));
  }

  toggle(panel: PanelName): void {
    if (this.has(panel)) this.close(panel);
    else this.show(panel);
  }

  /** Into the tabs of the area of `beside`; `before`: before that tab. */
  move(panel: PanelName, beside: PanelName, before = false): void {
    this.set(addTab(this.layout, panel, beside, before));
  }

  /** Into an area of its own at a side of the area of `beside`. */
  split(panel: PanelName, beside: PanelName, side: Side): void {
    this.set(splitOff(this.layout, panel, beside, side));
  }

  /** It has an area to itself. */
  alone(panel: PanelName): boolean {
    return areaWith(this.layout, panel)?.tabs.length === 1;
  }

  resize(split: Split, sizes: readonly number[]): void {
    this.set(resize(this.layout, split, sizes));
  }

  reset(): void {
    this.whole = undefined;
    this.set(HOME);
  }

  /** Shows what somebody asked for. To be called while a component is made. */
  follow(focus: Focus, show = (panel: PanelName): void => this.show(panel)): void {
    $effect(() => {
      if (focus.wanted === undefined) return;
      show(focus.wanted);
      focus.wanted = undefined;
    });
  }

  private set(layout: Layout): void {
    this.layout = layout;
    try {
      const { text } = this;
      if (text === undefined) localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, text);
    } catch {
      // Nothing to do: the layout lasts as long as the page.
    }
  }
}
