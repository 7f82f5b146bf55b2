import { mount } from 'svelte';
import PanelFailure from './PanelFailure.svelte';
import { PLACE, type Place } from './panel-place';
import { type PanelName, type PanelProps, panelOf } from './panels';

/** A panel, mounted once: it keeps what it shows, its scrolling and its terminal while its element goes from area to area. */
export class PanelHost implements Place {
  readonly element = document.createElement('div');
  /** What stands in the row of tabs. */
  readonly tools = document.createElement('div');
  /** Somebody sees it: it is in front in its area. */
  visible = $state(false);

  constructor(
    readonly name: PanelName,
    private readonly props: PanelProps,
  ) {
    this.element.className = 'panel-host';
    this.tools.className = 'panel-tools';
    void this.fill();
  }

  private async fill(): Promise<void> {
    const { element: target, props } = this;
    const { title, load } = panelOf(this.name);
    const heading = document.createElement('h2');
    heading.className = 'sr-only';
    heading.textContent = title;
    try {
      const { default: Panel } = await load();
      target.replaceChildren(heading);
      mount(Panel, { target, props, context: new Map([[PLACE, this]]) });
    } catch (error) {
      console.error(error);
      const again = (): void => {
        target.replaceChildren();
        void this.fill();
      };
      mount(PanelFailure, { target, props: { title, again } });
    }
  }
}

/** Panels that were shown at least once. */
export class PanelHosts {
  private readonly hosts = new Map<PanelName, PanelHost>();

  constructor(private readonly props: PanelProps) {}

  of(name: PanelName): PanelHost {
    const known = this.hosts.get(name);
    if (known) return known;
    const host = new PanelHost(name, this.props);
    this.hosts.set(name, host);
    return host;
  }
}
