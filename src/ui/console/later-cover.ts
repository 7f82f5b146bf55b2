/** Dims what a console shows of later than the moment its machine stands at. */
import type { IMarker, Terminal } from '@xterm/xterm';
import { type Place, PrintedPlaces } from './printed-places';

export class LaterCover {
  private readonly places = new PrintedPlaces();
  /** What begins in the midst of a line, the lines below, and the last of them where it is shown again. */
  private readonly boxes: readonly HTMLElement[];
  private later = 0;
  /** The line that the guest has begun, where it was shown again below what somebody else has written. */
  private again: IMarker | undefined;

  /** @param paper what lies over the cells of the terminal, once it is open */
  constructor(
    private readonly term: Terminal,
    private readonly paper: HTMLElement,
  ) {
    this.boxes = [0, 1, 2].map(() => {
      const box = document.createElement('i');
      box.className = 'later-cover';
      box.hidden = true;
      paper.append(box);
      return box;
    });
    term.onRender(() => {
      if (this.later > 0) this.draw();
    });
  }

  /** The guest's bytes are on the paper, up to the cursor. */
  printed(data: Uint8Array): void {
    const { active } = this.term.buffer;
    const mark = active.type === 'normal' ? this.term.registerMarker(0) : undefined;
    this.places.add(data, mark, active.cursorX);
  }
  /** Somebody else has written, and shown the line again that the guest has begun, where the cursor is. */
  wrote(): void {
    this.places.seal();
  }
  showedAgain(): void {
    this.again?.dispose();
    this.again = this.term.registerMarker(0);
  }
  /** What is on the paper is of no machine at hand. */
  begin(): void {
    this.places.clear();
  }

  /** So many of the guest's last bytes are of later. */
  show(bytes: number): void {
    this.later = bytes;
    this.draw();
  }

  /** Whether something of later is on the paper. */
  get isLater(): boolean {
    return this.later > 0;
  }
  /** Where that lies; undefined: there is none, or nobody knows. */
  get stretch(): { from: Place; to: Place } | undefined {
    return this.later > 0 ? this.stretchOf(this.later) : undefined;
  }
  private stretchOf(bytes: number): { from: Place; to: Place } | undefined {
    const { term, places } = this;
    const { active } = term.buffer;
    if (active.type !== 'normal') return undefined;
    const isWrapped = (line: number): boolean => active.getLine(line)?.isWrapped ?? false;
    return places.stretch(bytes, { columns: term.cols, isWrapped });
  }

  /** So many of the guest's last bytes were never printed: they stay on the paper, in this colour (`#rrggbb`). */
  strike(bytes: number, foregroundColor: string): void {
    const { term } = this;
    const stretch = this.stretchOf(bytes);
    if (!stretch) return;
    const { from, to } = stretch;
    const { baseY, cursorY } = term.buffer.normal;
    for (let line = from.line; line <= to.line; line++) {
      const x = line === from.line ? from.column : 0;
      const marker = term.registerMarker(line - baseY - cursorY);
      term.registerDecoration({ marker, x, width: term.cols - x, foregroundColor, layer: 'top' });
    }
  }

  private draw(): void {
    const { stretch } = this;
    const [first, rest, last] = this.boxes;
    // Nothing was printed in it since: if something is later, it is the last.
    const again = stretch && this.again && this.again.line > stretch.to.line ? this.again.line : undefined;
    const isWhole = stretch?.from.line !== stretch?.to.line;
    this.put(last!, again === undefined ? undefined : { line: again, column: isWhole ? 0 : stretch!.from.column }, again);
    this.put(first!, stretch?.from, stretch?.from.line);
    this.put(rest!, stretch && { line: stretch.from.line + 1, column: 0 }, stretch?.to.line);
  }

  /** Lays a box over the lines in sight from a place on, to the end of line `last`. */
  private put(box: HTMLElement, from: Place | undefined, last = -1): void {
    const { term, paper } = this;
    const { viewportY } = term.buffer.active;
    const top = from ? Math.max(0, from.line - viewportY) : 0;
    const bottom = Math.min(term.rows, last + 1 - viewportY);
    box.hidden = !from || bottom <= top;
    if (!from || box.hidden) return;
    const [wide, high] = [paper.clientWidth / term.cols, paper.clientHeight / term.rows];
    Object.assign(box.style, {
      top: `${top * high}px`,
      height: `${(bottom - top) * high}px`,
      left: `${from.column * wide}px`,
    });
  }
}
