import type { Terminal } from '@xterm/xterm';
import { expect, it } from 'vitest';
import { HeldLine } from './held-line';

/** A terminal of 24 rows to which lines are written. */
class FakeTerminal {
  readonly rows = 24;
  readonly cols = 80;
  readonly lines: string[] = [];
  /** Lines that were looked at. */
  looked = 0;
  scrolled: number | undefined;
  private parsed = (): void => undefined;

  readonly buffer = {
    active: {
      type: 'normal',
      viewportY: 0,
      baseY: 0,
      cursorY: 0,
      getLine: (row: number) => {
        this.looked++;
        return { translateToString: () => this.lines[row] ?? '' };
      },
    },
  };
  onWriteParsed(listener: () => void): void {
    this.parsed = listener;
  }
  registerMarker(offset: number) {
    const { baseY, cursorY } = this.buffer.active;
    const marker = { line: baseY + cursorY + offset, isDisposed: false, dispose: () => (marker.isDisposed = true) };
    return marker;
  }
  registerDecoration(): undefined {}
  scrollToBottom(): void {
    this.scrolled = this.buffer.active.baseY;
  }
  scrollToLine(line: number): void {
    this.scrolled = line;
  }
  write(line: string): void {
    this.lines.push(line);
    const { active } = this.buffer;
    active.baseY = Math.max(0, this.lines.length - this.rows);
    active.cursorY = this.lines.length - 1 - active.baseY;
    this.parsed();
  }
}

it('a line that is yet to come is searched for in what is new, and found when it comes', () => {
  const term = new FakeTerminal();
  for (let line = 0; line < 400; line++) term.write(`line ${line}`);
  const held = new HeldLine(term as unknown as Terminal, new EventTarget() as HTMLElement);
  held.hold(/^wanted/);
  expect(term.looked).toBe(400);
  term.looked = 0;
  for (let line = 0; line < 100; line++) term.write(`more ${line}`);
  expect(term.looked).toBeLessThanOrEqual(100 * (term.rows + 1));
  term.write('wanted');
  for (let line = 0; line < 100; line++) term.write(`later ${line}`);
  expect(term.scrolled).toBe(500 - (term.rows >> 1));
  // Another one is searched for from the beginning.
  held.hold(/^line 399/);
  expect(term.scrolled).toBe(399 - (term.rows >> 1));
});
