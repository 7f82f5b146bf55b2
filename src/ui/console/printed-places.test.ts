import { expect, it } from 'vitest';
import { type LineMark, type Paper, PrintedPlaces } from './printed-places';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const paper = (wrapped: number[] = []): Paper => ({ columns: 20, isWrapped: (line) => wrapped.includes(line) });
const mark = (line: number): LineMark => ({ line, dispose: () => {} });

it('finds where the last bytes begin, in the midst of a line and of a piece', () => {
  const places = new PrintedPlaces();
  places.add(bytes('hello\r\nlab> '), mark(1), 5);
  places.add(bytes('on 1\r\nOK\r\nlab> '), mark(3), 5);
  expect(places.stretch(15, paper())).toEqual({ from: { line: 1, column: 5 }, to: { line: 3, column: 5 } });
  expect(places.stretch(5, paper())).toEqual({ from: { line: 3, column: 0 }, to: { line: 3, column: 5 } });
  // All, and more than there is.
  expect(places.stretch(27, paper())!.from).toEqual({ line: 0, column: 0 });
  expect(places.stretch(1000, paper())!.from).toEqual({ line: 0, column: 0 });
});

it('counts lines that were too long once, and what moves the cursor back not at all', () => {
  const places = new PrintedPlaces();
  places.add(bytes(`\x1b[1mab\x1b[0m\bB${'x'.repeat(30)}`), mark(1), 12);
  places.add(bytes('y\r\nz'), mark(2), 1);
  expect(places.stretch(4, paper([1]))!.from).toEqual({ line: 1, column: 12 });
});

it('knows that others write between, and that lines go', () => {
  const places = new PrintedPlaces();
  places.add(bytes('a\r\n'), mark(1), 0);
  // A line of somebody else's.
  places.seal();
  places.add(bytes('b\r\n'), mark(3), 0);
  expect(places.stretch(6, paper())!.from.line).toBe(0);
  expect(places.stretch(3, paper())!.from.line).toBe(2);
  const gone = new PrintedPlaces();
  gone.add(bytes('a\r\nb'), mark(-1), 1);
  gone.seal();
  gone.add(bytes('c'), mark(0), 1);
  expect(gone.stretch(3, paper())).toEqual({ from: { line: 0, column: 0 }, to: { line: 0, column: 1 } });
});

it('keeps a bounded part, and says nothing of a screen without lines', () => {
  const places = new PrintedPlaces();
  for (let line = 0; line < 1000; line++) places.add(bytes(`${'x'.repeat(999)}\n`), mark(line + 1), 0);
  const { from } = places.stretch(1e6, paper())!;
  expect(from.line).toBeGreaterThan(700);
  places.add(bytes('\x1b[?1049h'), undefined, 0);
  expect(places.stretch(1, paper())).toBeUndefined();
});
