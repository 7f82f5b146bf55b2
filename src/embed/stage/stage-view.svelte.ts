/** How a frame looks: what of it can be chosen from outside, while the machine lives. */
import { FONT_SIZES, type PanelName } from '../../ui/state/parameters';
import type { QueryWishes } from '../../ui/state/query';
import type { Settings } from '../../ui/state/settings.svelte';
import { judgeView, wrongSentence } from '../judge-given';
import type { StyleName } from '../protocol';
import { pureStyle } from '../pure-style';

/** The page's own tokens that a documented property stands for. */
const TOKENS: Readonly<Record<StyleName, readonly string[]>> = {
  accent: ['--hazel'],
  'accent-text': ['--hazel-ink'],
  surface: ['--surface'],
  background: ['--bg'],
  text: ['--text'],
  dim: ['--dim', '--faint'],
  line: ['--line', '--line-strong'],
  firmware: ['--amber'],
  terminal: ['--term'],
  font: ['--font'],
  mono: ['--mono'],
};

const LEAST_WIDE = 720;
const LEAST_TALL = 380;

export class StageView {
  panels = $state.raw<readonly PanelName[]>(['console']);
  readonly = $state(false);
  fontSize = $state<number>(FONT_SIZES.normal);
  /** Size of the frame, CSS pixels. */
  width = $state(0);
  height = $state(0);
  /** The panel that is shown where there is room for one; beside the first where there is room for two. */
  chosen = $state<PanelName>('console');
  /** Why the machine stands still, if nobody wanted it to. */
  pausedFor = $state<'hidden' | 'others' | undefined>();
  /** Grows when colours changed: what is drawn on a canvas is to be drawn again. */
  paint = $state(0);

  constructor(private readonly settings: Settings) {
    settings.useTheme('auto');
  }

  /** Room for two panels side by side. */
  get wide(): boolean {
    return this.width >= LEAST_WIDE && this.beside.length > 0;
  }

  /** The timeline lies below all, where it is not the only one and there is room. */
  get floor(): boolean {
    return this.panels.length > 1 && this.panels.includes('timeline') && this.height >= LEAST_TALL;
  }

  private get standing(): readonly PanelName[] {
    return this.floor ? this.panels.filter((name) => name !== 'timeline') : this.panels;
  }

  get main(): PanelName {
    const { standing } = this;
    return this.wide || !standing.includes(this.chosen) ? standing[0]! : this.chosen;
  }

  /** Panels that are not the first. */
  get beside(): readonly PanelName[] {
    return this.standing.slice(1);
  }

  get side(): PanelName | undefined {
    const { beside } = this;
    return beside.includes(this.chosen) ? this.chosen : beside[0];
  }

  /** Those between which a row of tabs chooses. */
  get tabs(): readonly PanelName[] {
    const choice = this.wide ? this.beside : this.standing;
    return choice.length > 1 ? choice : [];
  }

  get tab(): PanelName | undefined {
    return this.wide ? this.side : this.main;
  }

  /** Takes what the address asked for. */
  wish(wishes: QueryWishes): void {
    const { panels, readonly, theme } = wishes;
    this.set({
      ...(panels ? { panels } : wishes.src !== undefined ? { panels: ['console', 'editor'] } : {}),
      ...(readonly === undefined ? {} : { readonly }),
      ...(wishes['font-size'] === undefined ? {} : { fontSize: wishes['font-size'] }),
      ...(theme ? { theme } : {}),
    });
  }

  /** Takes what is right of what a page asked for, whatever that is. Throws a sentence if something was not, when all else is done. */
  set(given: unknown): void {
    const { view, wrong } = judgeView(given);
    const { theme, panels, readonly, fontSize, style } = view;
    if (theme !== undefined) this.settings.useTheme(theme);
    if (panels !== undefined) this.panels = panels;
    if (readonly !== undefined) this.readonly = readonly;
    if (fontSize !== undefined) this.fontSize = fontSize;
    if (style !== undefined) this.dress(style);
    this.paint += 1;
    if (wrong.length > 0) throw new Error(wrongSentence(wrong));
  }

  /** Colours and fonts by their documented names; what is no colour and no font is left as it was. */
  private dress(style: Readonly<Record<string, string>>): void {
    const root = document.documentElement;
    for (const [name, value] of Object.entries(style) as [StyleName, string][]) {
      const pure = pureStyle(name, value);
      // Without a value the property is as if it had not been given.
      if (pure !== undefined) for (const token of TOKENS[name]) root.style.setProperty(token, pure);
    }
  }
}
