/** Keeps a line of the terminal in sight, while more is written and sizes change, until somebody scrolls or types. */
import type { IMarker, Terminal } from '@xterm/xterm';

/** Rows that are searched, from the newest: several screens. */
const FAR = 400;

export class HeldLine {
  private wanted: RegExp | undefined;
  private found: IMarker | undefined;
  /** How far was searched in vain. */
  private searched: IMarker | undefined;

  /** @param element what the terminal is in: keys, wheel, finger and pointer on it let the line go */
  constructor(
    private readonly term: Terminal,
    element: HTMLElement,
  ) {
    for (const happens of ['wheel', 'touchmove', 'pointerdown', 'keydown', 'paste'] as const)
      element.addEventListener(happens, () => this.letGo(), { passive: true });
    term.onWriteParsed(() => this.keep());
  }

  /** The last line like `pattern`, which may be yet to come; none: the newest. */
  hold(pattern: RegExp | undefined): void {
    this.letGo();
    this.wanted = pattern;
    if (pattern) this.keep();
    else this.term.scrollToBottom();
  }

  letGo(): void {
    this.wanted = undefined;
    this.found?.dispose();
    this.found = undefined;
    this.forget();
  }

  private forget(): void {
    this.searched?.dispose();
    this.searched = undefined;
  }

  /** Scrolls the line into sight if it is not. */
  keep(): void {
    if (!this.wanted || this.term.buffer.active.type === 'alternate') return;
    if (!this.found || this.found.isDisposed) this.found = this.search(this.wanted);
    if (!this.found) return;
    const { rows } = this.term;
    const { viewportY, baseY } = this.term.buffer.active;
    const { line } = this.found;
    // At the newest as long as that has it.
    if (line >= baseY) this.term.scrollToBottom();
    else if (line < viewportY || line >= viewportY + rows) this.term.scrollToLine(Math.max(0, line - (rows >> 1)));
  }

  /** Of what was searched in vain before, only the screen is looked at again: the rest of it does not change. */
  private search(pattern: RegExp): IMarker | undefined {
    const { baseY, cursorY } = this.term.buffer.active;
    const cursor = baseY + cursorY;
    const known = this.searched && !this.searched.isDisposed ? Math.min(this.searched.line, baseY) : 0;
    this.forget();
    for (let row = cursor; row >= Math.max(0, known, cursor - FAR); row--) {
      const text = this.term.buffer.active.getLine(row)?.translateToString(true) ?? '';
      if (pattern.test(text)) return this.mark(row - cursor);
    }
    this.searched = this.term.registerMarker(0);
    return undefined;
  }

  private mark(offset: number): IMarker {
    const marker = this.term.registerMarker(offset);
    const decoration = this.term.registerDecoration({ marker, width: this.term.cols });
    decoration?.onRender((element) => element.classList.add('held-line'));
    return marker;
  }
}
