/** xterm.js dressed for this page: its look, its addons, the way out by keyboard, and Dormouse's own amber lines. */
import '@xterm/xterm/css/xterm.css';
import { FitAddon } from '@xterm/addon-fit';
import { SerializeAddon } from '@xterm/addon-serialize';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { type ITheme, Terminal } from '@xterm/xterm';
import type { ConsoleSize, SavedScreen } from '../../vm/api';
import { copyText } from '../common/clipboard';
import type { ConsoleItem } from '../state/console-feed';
import { hasFastWebgl } from './fast-webgl';
import { HeldLine } from './held-line';
import { LaterCover } from './later-cover';
import { LeaveKeys } from './leave-keys';
import { isLightPaper } from './paper';
import { RestingCursor } from './resting-cursor';
import { makeStrict } from './strict-document';
import { wrapWords } from './wrap-words';

const ESC = '\x1b';
/** What was never printed, as things are now: as faint as what is of later. */
const STRUCK = { light: '#8a8f98', dark: '#5d6470' } as const;
const NOTICE_COLOURS = {
  dark: { info: '38;2;240;168;75', warning: '38;2;240;168;75;1', error: '38;2;240;127;137;1' },
  light: { info: '38;2;140;78;5', warning: '38;2;140;78;5;1', error: '38;2;165;34;50;1' },
} as const;
/** Mouse and paste modes and colours a stopped guest may have left on: DECSTR, DECRST 1000…2004, SGR 0. */
const LEAVE_MODES = `${ESC}[!p${ESC}[?1000l${ESC}[?1002l${ESC}[?1003l${ESC}[?1006l${ESC}[?2004l${ESC}[0m`;
/** Lines above those in sight, and characters of all, that a screen which is kept may have. */
const KEPT_SCROLLBACK = 500;
const MOST_KEPT = 200_000;
/** Only sent from within the alternate screen: elsewhere it would move the cursor to wherever it was last saved. */
const LEAVE_ALTERNATE = `${ESC}[?1049l`;

const COLOURS = {
  foreground: '#d7dbe3',
  cursor: '#e9dcc6',
  cursorAccent: '#0b0e14',
  selectionBackground: '#33507e',
  black: '#1e2430',
  red: '#ef6f7a',
  green: '#66c28b',
  yellow: '#d9c07a',
  blue: '#5aa9e6',
  magenta: '#a58df0',
  cyan: '#5fc4c0',
  white: '#d7dbe3',
  brightBlack: '#78839a',
  brightRed: '#f58e97',
  brightGreen: '#86d7a6',
  brightYellow: '#ecd79a',
  brightBlue: '#85c1ef',
  brightMagenta: '#bda9fa',
  brightCyan: '#86dad6',
  brightWhite: '#f5f7fa',
};

/** Where the paper is light. All else is made darker as it needs to be, by `minimumContrastRatio`. */
const ON_LIGHT = { foreground: '#23262d', cursor: '#43352a', cursorAccent: '#fffdf8', selectionBackground: '#b9cdf0' };

/** Final letters of the arrows' control sequences. */
const ARROWS = { ArrowUp: 'A', ArrowDown: 'B', ArrowRight: 'C', ArrowLeft: 'D' } as const;

/** Keys of the bar for phones: named as in `KeyboardEvent.key`. */
export type BarKey = 'Escape' | 'Tab' | 'Control' | keyof typeof ARROWS | '|' | '/' | '-' | '~';
const isArrow = (key: BarKey): key is keyof typeof ARROWS => key in ARROWS;

export interface TerminalHost {
  input(data: Uint8Array): void;
  /** Ctrl+Alt or Esc Esc: put the focus elsewhere. */
  leave(): void;
  search(): void;
  /** Whether keys belong to a guest; if not, Tab goes on through the page. */
  live(): boolean;
  /** It has another size now, and at first one at all. */
  resized(size: ConsoleSize): void;
  /** The guest wrote a link behind a text (OSC 8), and a person clicked it: where it leads is not what it says. */
  link(address: string): void;
}

interface Shown {
  item: ConsoleItem;
  done: () => void;
}

export class ConsoleTerminal {
  readonly term: Terminal;
  private readonly fitter = new FitAddon();
  private readonly serializer = new SerializeAddon();
  private readonly encoder = new TextEncoder();
  private readonly watcher: ResizeObserver;
  /**
   * Whether the console is in sight. xterm notices by the same kind of observer, and puts off what changes its size until then; a change it
   * put off would leave its scroll bar a few lines short of the end.
   */
  private readonly eye: IntersectionObserver;
  private seen = false;
  private fontSize: number;
  /** Colour of the paper that the theme was made for. */
  private background: string;
  /** What {@link TerminalHost.resized} was told last. */
  private size: ConsoleSize | undefined;
  /** The guest has written. */
  private painted = false;
  /** Notices that came while a full-screen program had the screen. */
  private held: string[] = [];
  /** The line that the guest has begun was shown again below what the page said last, and nothing came since. */
  private isShownAgain = false;
  /** What waits until the line before it is really written: see {@link pump}. */
  private queue: Shown[] = [];
  private composing = false;
  /** What is written is of the past: what it asks the terminal is no question of the guest's. */
  private mute = false;
  private readonly cursor: RestingCursor | undefined;
  private readonly cover: LaterCover;
  private readonly line: HeldLine;
  /** Those who wait for something to be on the screen. */
  private readonly waiting = new Set<() => void>();
  /** The key bar's Ctrl: turns the next letter into its control character. */
  private control = false;
  oncontrol: (on: boolean) => void = () => undefined;

  constructor(
    private readonly element: HTMLElement,
    private readonly host: TerminalHost,
    options: { fontSize: number; screenReader: boolean },
  ) {
    this.background = this.paper;
    this.term = new Terminal({
      allowProposedApi: true,
      fontFamily: getComputedStyle(element).getPropertyValue('--mono').trim() || 'monospace',
      fontSize: options.fontSize,
      lineHeight: 1.2,
      // Links behind other words ask first. Without this xterm asks by a dialog of the browser's, which a sandboxed frame has none of.
      linkHandler: { activate: (_, address) => host.link(address) },
      minimumContrastRatio: 4.5,
      screenReaderMode: options.screenReader,
      scrollback: 10_000,
      theme: this.theme,
    });
    for (const addon of [this.fitter, this.serializer, new WebLinksAddon()]) this.term.loadAddon(addon);
    makeStrict(document);
    this.term.open(element);
    this.cover = new LaterCover(this.term, element.querySelector<HTMLElement>('.xterm-screen')!);
    this.line = new HeldLine(this.term, element);
    this.term.textarea?.setAttribute('aria-label', 'Console of the machine. Ctrl+Alt, or Escape twice, leaves it.');

    const leaveKeys = new LeaveKeys(() => host.leave());
    this.term.attachCustomKeyEventHandler((event) => {
      if (leaveKeys.handle(event)) return false;
      const key = event.key.toLowerCase();
      if (event.type === 'keydown' && event.ctrlKey && event.shiftKey && key === 'f') {
        event.preventDefault();
        host.search();
        return false;
      }
      if (event.type === 'keydown' && event.ctrlKey && event.shiftKey && key === 'c' && this.term.hasSelection()) {
        event.preventDefault();
        void copyText(this.term.getSelection());
        return false;
      }
      return event.key !== 'Tab' || host.live();
    });
    if (!matchMedia('(prefers-reduced-motion: reduce)').matches) {
      this.cursor = new RestingCursor((blinks) => {
        this.term.options.cursorBlink = blinks;
        // A guest may ask for blinking by itself, which comes before options.
        element.classList.toggle('still', !blinks);
      });
      const stir = () => this.cursor?.stir();
      for (const happens of [this.term.onData, this.term.onWriteParsed]) happens(stir);
      this.term.textarea?.addEventListener('focus', stir);
    }
    const input = (data: Uint8Array): void => {
      if (!this.mute) host.input(data);
    };
    this.term.onData((data) => input(this.encoder.encode(this.withControl(data))));
    this.term.onBinary((data) => input(Uint8Array.from(data, (character) => character.charCodeAt(0) & 0xff)));
    this.term.buffer.onBufferChange((buffer) => {
      if (buffer.type === 'normal') for (const line of this.held.splice(0)) this.term.write(line);
    });
    this.fontSize = options.fontSize;
    this.watcher = new ResizeObserver(() => this.fit());
    this.watcher.observe(element);
    this.eye = new IntersectionObserver((entries) => {
      this.seen = entries[entries.length - 1]?.isIntersecting ?? false;
      this.fit();
    });
    this.eye.observe(element);
  }

  /** Bytes of the guest, or a line of Dormouse's own. Resolves when xterm has taken it in. */
  show = (item: ConsoleItem): Promise<void> =>
    new Promise((resolve) => {
      const done = (): void => {
        this.waiting.delete(done);
        resolve();
      };
      this.waiting.add(done);
      this.queue.push({ item, done });
      this.pump();
    });

  fit(): void {
    // A hidden panel has no size; fitting to it would squeeze the guest's lines to nothing.
    if (!this.seen || this.element.clientWidth <= 40 || this.element.clientHeight <= 20) return;
    const { viewportY, baseY } = this.term.buffer.active;
    if (this.term.options.fontSize !== this.fontSize) this.term.options.fontSize = this.fontSize;
    this.fitter.fit();
    // Whoever was at the newest line stays there: rewrapped lines would leave the view in the midst of old ones.
    if (viewportY === baseY) this.term.scrollToBottom();
    this.line.keep();
    this.tellSize();
  }

  private tellSize(): void {
    const { rows, cols: columns } = this.term;
    if (this.size?.rows === rows && this.size.columns === columns) return;
    this.size = { rows, columns };
    this.host.resized(this.size);
  }

  setFontSize(size: number): void {
    this.fontSize = size;
    this.fit();
  }

  /** So many of the guest's last bytes are of later than where it stands: they are dimmed. */
  showLater(bytes: number): void {
    this.cover.show(bytes);
  }

  setScreenReader(on: boolean): void {
    this.term.options.screenReaderMode = on;
  }

  private get onLight(): boolean {
    return isLightPaper(this.element);
  }
  private get paper(): string {
    return getComputedStyle(this.element).getPropertyValue('--term').trim() || '#0b0e14';
  }
  private get theme(): ITheme {
    return { ...COLOURS, ...(this.onLight ? ON_LIGHT : {}), background: this.background };
  }

  /** Takes the colour of the paper again after a change of theme. */
  refreshTheme(): void {
    const { paper } = this;
    // All cells are measured and drawn again for a theme, the same one too.
    if (paper === this.background) return;
    this.background = paper;
    this.term.options.theme = this.theme;
  }

  /** Scrolls as a text does on this key; false if that is none of its keys, or all is in sight. */
  scrollBy(key: string): boolean {
    const { term } = this;
    if (term.buffer.active.baseY === 0) return false;
    this.line.letGo();
    if (key === 'ArrowUp' || key === 'ArrowDown') term.scrollLines(key === 'ArrowUp' ? -1 : 1);
    else if (key === 'PageUp' || key === 'PageDown') term.scrollPages(key === 'PageUp' ? -1 : 1);
    else if (key === 'Home') term.scrollToTop();
    else if (key === 'End') term.scrollToBottom();
    else return false;
    return true;
  }

  /** Keeps the last line like `pattern`, or the newest, in sight until somebody scrolls or types. */
  reveal(pattern: RegExp | undefined): void {
    this.line.hold(pattern);
  }

  focus(): void {
    this.term.focus();
  }

  clear(): void {
    this.term.clear();
  }

  /** The selection, or all there is, as plain text without trailing blank lines. */
  text(): string {
    return this.term.hasSelection() ? this.term.getSelection() : this.wholeText();
  }

  /** The whole buffer, scrollback included, as plain text; wrapped lines are joined. */
  wholeText(): string {
    const buffer = this.term.buffer.normal;
    const lines: string[] = [];
    for (let row = 0; row < buffer.length; row += 1) {
      const line = buffer.getLine(row);
      if (!line) continue;
      const text = line.translateToString(!buffer.getLine(row + 1)?.isWrapped);
      if (line.isWrapped && lines.length > 0) lines[lines.length - 1] += text;
      else lines.push(text);
    }
    return `${lines.join('\n').trimEnd()}\n`;
  }

  /** The selection, or all there is, with its colours, as HTML. */
  html(): string {
    return this.serializer.serializeAsHTML({ onlySelection: this.term.hasSelection(), includeGlobalBackground: true });
  }

  selectAll(): void {
    this.term.selectAll();
  }

  /** The lines in sight, as plain text. */
  visibleText(): string {
    const { active } = this.term.buffer;
    const lines = Array.from({ length: this.term.rows }, (_, row) => active.getLine(active.viewportY + row));
    return lines.map((line) => line?.translateToString(true) ?? '').join('\n');
  }

  /** All there is, with its colours, as escape sequences (`cat` shows it again). */
  coloured(): string {
    return this.serializer.serialize();
  }

  /**
   * What it shows, to be shown again by another: with some of the lines above if that is not too much. Undefined if the lines in sight are. Of a machine in its past
   * without what it prints later; undefined if nobody knows where that is.
   */
  screen(): SavedScreen | undefined {
    const { rows, cols: columns } = this.term;
    for (const scrollback of [KEPT_SCROLLBACK, 0]) {
      const text = this.cover.isLater ? this.earlier(scrollback) : this.serializer.serialize({ scrollback });
      if (text === undefined) return undefined;
      if (text.length <= MOST_KEPT) return { text, rows, columns };
    }
    return undefined;
  }
  /** What was printed before the moment at which the machine stands, as escape sequences that leave the cursor behind it. */
  private earlier(scrollback: number): string | undefined {
    const from = this.cover.stretch?.from;
    if (!from) return undefined;
    const buffer = this.term.buffer.normal;
    const isOwn = (line: number): boolean => !buffer.getLine(line)?.isWrapped;
    let text = '';
    // Line by line: of several those at the end that are empty would be left out.
    for (let line = Math.max(0, from.line - this.term.rows - scrollback); line <= from.line; line++) {
      const row = this.serializer.serialize({ range: { start: line, end: line }, excludeModes: true });
      text += `${text && isOwn(line) ? '\r\n' : ''}${row}${ESC}[0m`;
    }
    return `${text}${ESC}[${from.column + 1}G${ESC}[K`;
  }

  /** A key of the phone's key bar. */
  press(key: BarKey): void {
    if (key === 'Control') {
      this.setControl(!this.control);
      return;
    }
    const application = this.term.modes.applicationCursorKeysMode ? `${ESC}O` : `${ESC}[`;
    const arrow = isArrow(key) ? application + ARROWS[key] : undefined;
    this.term.input(arrow ?? (key === 'Escape' ? ESC : key === 'Tab' ? '\t' : key));
  }

  dispose(): void {
    this.watcher.disconnect();
    this.eye.disconnect();
    this.cursor?.dispose();
    this.term.dispose();
    for (const done of [...this.waiting]) done();
  }

  private setControl(on: boolean): void {
    this.control = on;
    this.oncontrol(on);
  }

  private withControl(data: string): string {
    if (!this.control || data.length !== 1) return data;
    this.setControl(false);
    const code = data.toUpperCase().charCodeAt(0);
    // Ctrl clears bit 6 of @, A–Z and [ \ ] ^ _.
    return code >= 0x40 && code <= 0x5f ? String.fromCharCode(code & 0x1f) : data;
  }

  /**
   * Writes what waits. xterm parses later than it is written to, and a line of Dormouse's own depends on where the guest
   * left the cursor; so such an item waits for all before it, and all after it wait for it.
   */
  private pump(): void {
    while (!this.composing) {
      const next = this.queue.shift();
      if (!next) return;
      const { item, done } = next;
      if (item.kind === 'bytes') {
        this.isShownAgain = false;
        if (!this.painted) void this.paintFast();
        this.term.write(item.data, () => {
          this.cover.printed(item.data);
          done();
        });
        continue;
      }
      this.composing = true;
      this.term.write('', () => {
        if (item.kind === 'notice' && item.unprinted) this.cover.strike(item.unprinted, STRUCK[this.onLight ? 'light' : 'dark']);
        if (item.kind === 'notice') this.cover.wrote();
        else this.cover.begin();
        this.term.write(this.compose(item), () => {
          this.composing = false;
          if (this.isShownAgain) this.cover.showedAgain();
          if (item.kind === 'screen') this.endOfPast();
          done();
          this.pump();
        });
      });
    }
  }

  private compose(item: Exclude<ConsoleItem, { kind: 'bytes' }>): string {
    switch (item.kind) {
      case 'fresh':
        return this.freshStart();
      case 'notice':
        return this.notice(item.sentence, item.tone, !item.over && this.host.live());
      case 'screen':
        return this.past(item.screen);
    }
  }

  /** Shows what another terminal showed, on one of that size: it may have been wider, and what follows is relative to it. */
  private past({ text, rows, columns }: SavedScreen): string {
    this.isShownAgain = false;
    this.mute = true;
    if (!this.painted) void this.paintFast();
    this.term.resize(columns, rows);
    return text;
  }

  private endOfPast(): void {
    this.mute = false;
    this.fit();
  }

  private freshStart(): string {
    this.isShownAgain = false;
    const { active } = this.term.buffer;
    const newLine = active.type === 'normal' && active.cursorX > 0 ? '\r\n' : '';
    return (active.type === 'alternate' ? LEAVE_ALTERNATE : '') + LEAVE_MODES + newLine;
  }

  /** @param goesOn the line that the guest has begun is shown again below: it goes on there */
  private notice(sentence: string, tone: 'info' | 'warning' | 'error', goesOn: boolean): string {
    const { active } = this.term.buffer;
    const begins = active.type === 'normal' && active.cursorX > 0;
    const begun = goesOn && begins ? this.begunLine() : '';
    // Of several sentences in a row each takes the place of the line that the one before left.
    const before =
      this.isShownAgain && begins ? `\r${this.rowsOfBegun > 1 ? `${ESC}[${this.rowsOfBegun - 1}A` : ''}${ESC}[J` : '\r\n';
    this.isShownAgain = begun !== '';
    const words = wrapWords(`── ${sentence.replace(/\.$/, '')} ──`, this.term.cols).join('\r\n');
    const colours = NOTICE_COLOURS[this.onLight ? 'light' : 'dark'];
    const line = `${ESC}[${colours[tone]}m${words}${ESC}[0m\r\n`;
    if (active.type === 'alternate') {
      this.held.push(`\r\n${line}`);
      return '';
    }
    return (active.cursorX > 0 ? before : '') + line + begun;
  }

  /** Rows of the line that the cursor is in, up to that. */
  private get rowsOfBegun(): number {
    const buffer = this.term.buffer.normal;
    const end = buffer.baseY + buffer.cursorY;
    let start = end;
    while (start > 0 && buffer.getLine(start)?.isWrapped) start--;
    return end - start + 1;
  }

  /** The line that the cursor is in, from its first row, as escape sequences that bring it and the cursor back. */
  private begunLine(): string {
    const buffer = this.term.buffer.normal;
    const end = buffer.baseY + buffer.cursorY;
    const start = end - this.rowsOfBegun + 1;
    const text = this.serializer.serialize({ range: { start, end }, excludeModes: true });
    return `${text}${ESC}[${buffer.cursorX + 1}G`;
  }

  /** From the first output on, which is when it begins to matter: the painter is large, and a guest need not wait for it. */
  private async paintFast(): Promise<void> {
    this.painted = true;
    if (!hasFastWebgl()) return;
    try {
      const { WebglAddon } = await import('@xterm/addon-webgl');
      const webgl = new WebglAddon();
      // Without the addon xterm draws with its own DOM renderer.
      webgl.onContextLoss(() => webgl.dispose());
      this.term.loadAddon(webgl);
      // Some emulated displays report a canvas size that is not theirs, and WebGL then draws magnified.
      setTimeout(() => {
        const canvas = this.element.querySelector<HTMLCanvasElement>('.xterm-screen canvas:not(.xterm-link-layer)');
        if (canvas && Math.abs(canvas.width - canvas.clientWidth * devicePixelRatio) > devicePixelRatio * 8) webgl.dispose();
      }, 250);
    } catch {
      // No WebGL here, or no way to get the painter: the built-in one is slower, not different.
    }
  }
}
