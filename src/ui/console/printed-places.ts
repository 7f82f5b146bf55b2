/** Where on a console's paper its last bytes lie: to find what was printed after a moment. No DOM. */

/** Bytes that are looked back at. */
const KEPT_BYTES = 1 << 18;
/** Pieces shorter than this are put together: each has a mark on the paper that moves with its line. */
const PIECE = 4096;
const [BACKSPACE, LINE_FEED, CARRIAGE_RETURN, ESCAPE] = [0x08, 0x0a, 0x0d, 0x1b];
const LEFT_BRACKET = 0x5b;

/** From 0: a line of all that the paper holds, and how many characters of it come before. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A mark that stays with its line; -1: that line is gone. */
export interface LineMark {
  readonly line: number;
  dispose(): void;
}

export interface Paper {
  readonly columns: number;
  /** A line goes on from the one above. */
  isWrapped(line: number): boolean;
}

interface Piece {
  data: Uint8Array;
  /** Where it ended; undefined: on another screen than that of lines. */
  mark: LineMark | undefined;
  column: number;
}

export class PrintedPlaces {
  /** The newest output. */
  private pieces: Piece[] = [];
  private bytes = 0;
  /** Something else was written after the last piece. */
  private sealed = true;

  /** The guest has printed this, up to a place. */
  add(data: Uint8Array, mark: LineMark | undefined, column: number): void {
    this.bytes += data.length;
    const last = this.pieces.at(-1);
    if (!this.sealed && last && last.data.length + data.length <= PIECE) {
      last.mark?.dispose();
      this.pieces[this.pieces.length - 1] = { data: joined(last.data, data), mark, column };
    } else this.pieces.push({ data, mark, column });
    this.sealed = false;
    while (this.bytes - this.pieces[0]!.data.length > KEPT_BYTES) {
      const { data: oldest, mark: itsMark } = this.pieces.shift()!;
      this.bytes -= oldest.length;
      itsMark?.dispose();
    }
  }

  /** Somebody else has written on the paper. */
  seal(): void {
    this.sealed = true;
  }

  clear(): void {
    for (const { mark } of this.pieces) mark?.dispose();
    this.pieces = [];
    this.bytes = 0;
    this.sealed = true;
  }

  /** Where the last so many bytes begin, as far as these are kept, and end; undefined: nobody knows. */
  stretch(bytes: number, paper: Paper): { from: Place; to: Place } | undefined {
    const to = placeOf(this.pieces.at(-1));
    if (!to || to.line < 0) return undefined;
    let left = bytes;
    for (let index = this.pieces.length - 1; index >= 0; index--) {
      const piece = this.pieces[index]!;
      const { length } = piece.data;
      if (left > length && index > 0) {
        left -= length;
        continue;
      }
      const end = placeOf(piece);
      if (!end) return undefined;
      return { from: this.beginning(index, Math.max(0, length - left), end, paper), to };
    }
    return undefined;
  }

  /** Where byte `at` of a piece was written, which ended at `end`. */
  private beginning(index: number, at: number, end: Place, paper: Paper): Place {
    const { data } = this.pieces[index]!;
    let line = lineStart(end.line, paper);
    for (let byte = at; byte < data.length; byte++) if (data[byte] === LINE_FEED) line = lineStart(line - 1, paper);
    // What its line began with may be of the piece before.
    const before = joined(this.pieces[index - 1]?.data ?? new Uint8Array(0), data.subarray(0, at));
    const column = columnAfter(before.subarray(before.lastIndexOf(LINE_FEED) + 1));
    const { columns } = paper;
    return line < 0 ? { line: 0, column: 0 } : { line: line + Math.floor(column / columns), column: column % columns };
  }
}

const placeOf = (piece: Piece | undefined): Place | undefined => piece?.mark && { line: piece.mark.line, column: piece.column };

function lineStart(line: number, paper: Paper): number {
  let start = line;
  while (start > 0 && paper.isWrapped(start)) start--;
  return start;
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

/** Where a terminal's cursor stands after these bytes at the beginning of a line, if they move it by nothing but characters. */
function columnAfter(bytes: Uint8Array): number {
  let column = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte === CARRIAGE_RETURN) column = 0;
    else if (byte === BACKSPACE) column = Math.max(0, column - 1);
    else if (byte === ESCAPE) {
      // A control sequence ends with a byte of 0x40 to 0x7e.
      if (bytes[at + 1] !== LEFT_BRACKET) continue;
      at += 2;
      while (at < bytes.length && (bytes[at]! < 0x40 || bytes[at]! > 0x7e)) at++;
    } else if (byte >= 0x20 && (byte & 0xc0) !== 0x80) column++;
  }
  return column;
}
