/** What of a console's output ended lines: to say how many lines its last bytes are. */

/** Bytes that are looked back at. */
const KEPT_BYTES = 1 << 18;
const LINE_FEED = 0x0a;

export class LineEnds {
  /** The newest output, in pieces. */
  private pieces: Uint8Array[] = [];
  private bytes = 0;

  clear(): void {
    this.pieces = [];
    this.bytes = 0;
  }

  add(piece: Uint8Array): void {
    this.pieces.push(piece);
    this.bytes += piece.length;
    while (this.bytes - this.pieces[0]!.length > KEPT_BYTES) this.bytes -= this.pieces.shift()!.length;
  }

  /** How many lines ended within the last so many bytes, as far as these are kept. */
  within(bytes: number): number {
    let [left, lines] = [bytes, 0];
    for (let index = this.pieces.length - 1; index >= 0 && left > 0; index--) {
      const piece = this.pieces[index]!;
      for (const byte of piece.subarray(Math.max(0, piece.length - left))) if (byte === LINE_FEED) lines++;
      left -= piece.length;
    }
    return lines;
  }
}

/** So much of a console, in words. */
export function unprintedWords(bytes: number, lines: number): string {
  if (lines === 0) return bytes === 1 ? 'character' : `${bytes.toLocaleString('en')} characters`;
  return lines === 1 ? 'line' : `${lines.toLocaleString('en')} lines`;
}
