import { mount, unmount } from 'svelte';
import { nextTask } from '../common/next-task';
import { type Layout, panelsOf } from './dock-layout';
import PanelFailure from './PanelFailure.svelte';
import { PLACE, type Place } from './panel-place';
import { type PanelName, type PanelProps, panelOf } from './panels';

/** Heights in pixels: of a row of tabs, of any area, and of one that somebody is to look at. */
const [BAR, LEAST, SPOTLIT] = [38, 78, 350];

/**
 * What each panel needs. Reactive, and older than any panel: a host is made where it is first asked for, and Svelte does not follow what was made in the
 * midst of a computation that reads it.
 */
export type Heights = Partial<Record<PanelName, number>>;

/** A panel, mounted until it is closed: it keeps what it shows and its scrolling while its element goes from area to area. */
export class PanelHost implements Place {
  readonly element = document.createElement('div');
  /** What stands in the row of tabs. */
  readonly tools = document.createElement('div');
  /** Somebody sees it: it is in front in its area. */
  visible = $state(false);
  private mounted: Record<string, unknown> | undefined;
  private gone = false;
  /** The element it was put into last. */
  private holder: HTMLElement | undefined;
  /** How far its parts are scrolled: browsers forget that, without a word, of what is moved in the document. */
  private readonly scrolled = new Map<Element, number>();

  constructor(
    readonly name: PanelName,
    private readonly props: PanelProps,
    private readonly heights: Heights,
  ) {
    this.element.className = 'panel-host';
    this.tools.className = 'panel-tools';
    const note = ({ target }: Event): void => {
      if (target instanceof Element) this.scrolled.set(target, target.scrollTop);
    };
    this.element.addEventListener('scroll', note, { capture: true, passive: true });
    void this.fill();
  }

  get needs(): number {
    return this.heights[this.name] ?? 0;
  }
  set needs(pixels: number) {
    this.heights[this.name] = pixels;
  }

  /** Pixels of height for its area. */
  get height(): number {
    const shown = this.props.vm.focus.spotlight === this.name ? SPOTLIT : LEAST;
    return Math.max(shown, BAR + this.needs);
  }

  private async fill(): Promise<void> {
    const { element: target, props } = this;
    const { title, load } = panelOf(this.name);
    const heading = document.createElement('h2');
    heading.className = 'sr-only';
    heading.textContent = title;
    try {
      // Panels are neither asked for nor, where they are there already, mounted in one go.
      await nextTask();
      const { default: Panel } = await load();
      await nextTask();
      // It may have been closed before it was there.
      if (this.gone) return;
      target.replaceChildren(heading);
      this.mounted = mount(Panel, { target, props, context: new Map([[PLACE, this]]) });
    } catch (error) {
      console.error(error);
      if (this.gone) return;
      const again = (): void => {
        this.empty();
        void this.fill();
      };
      this.mounted = mount(PanelFailure, { target, props: { title, again } });
    }
  }

  /** Attachment of the element that shows the panel: it goes to whoever wants it last. */
  readonly hold = (node: HTMLElement) => {
    this.holder = node;
    node.replaceChildren(this.element);
    for (const [part, top] of this.scrolled) {
      if (part.isConnected) part.scrollTop = top;
      else this.scrolled.delete(part);
    }
    this.visible = true;
    return () => {
      if (this.holder === node) this.visible = false;
    };
  };
  /** The same of the element for what stands in the row of tabs. */
  readonly holdTools = (node: HTMLElement): void => node.replaceChildren(this.tools);

  private empty(): void {
    if (this.mounted) void unmount(this.mounted);
    this.mounted = undefined;
    this.element.replaceChildren();
  }

  /** Ends the panel, and with it whatever it does. */
  close(): void {
    this.gone = true;
    this.empty();
  }
}

/** The console's terminal has what the machine has said: it lives as long as the page. */
const LASTING: readonly PanelName[] = ['console'];

/** Panels that were shown, and not closed since. */
export class PanelHosts<Host extends { close(): void } = PanelHost> {
  private readonly hosts = new Map<PanelName, Host>();

  constructor(private readonly make: (name: PanelName) => Host) {}

  of(name: PanelName): Host {
    const known = this.hosts.get(name);
    if (known) return known;
    const host = this.make(name);
    this.hosts.set(name, host);
    return host;
  }

  /** Ends the panels that are not in `layout` any more; one that is shown again is made anew. */
  closeOthers(layout: Layout): void {
    const open = panelsOf(layout);
    for (const [name, host] of this.hosts) {
      if (open.includes(name) || LASTING.includes(name)) continue;
      this.hosts.delete(name);
      host.close();
    }
  }
}
