/** What of a console's output ended lines: to say how many lines its last bytes are. */

/** Bytes that are looked back at. */
const KEPT_BYTES = 1 << 18;
const LINE_FEED = 0x0a;
/** A line has no more. */
const MOST_SEEN = 4096;
/** Control sequences and other characters that are not seen. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what they are
const ESCAPES = /\x1b\[[0-?]*[ -/]*[@-~]|[\0-\x1f]/g;

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

  /** How many characters are seen of the last so many bytes, where these are of one line. A line that was begun anew, as shells do for another size, shows nothing new. */
  seen(bytes: number): number {
    const tail = new Uint8Array(Math.min(bytes, MOST_SEEN));
    let left = tail.length;
    for (let index = this.pieces.length - 1; index >= 0 && left > 0; index--) {
      const part = this.pieces[index]!.slice(-left);
      left -= part.length;
      tail.set(part, left);
    }
    const text = new TextDecoder().decode(tail.subarray(left));
    return text.includes('\r') ? 0 : text.replace(ESCAPES, '').length;
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

/** So much of a console, in words; undefined if nothing of it is seen. */
export function unprintedWords(characters: number, lines: number): string | undefined {
  if (lines === 0 && characters === 0) return undefined;
  if (lines === 0) return characters === 1 ? 'character' : `${characters.toLocaleString('en')} characters`;
  return lines === 1 ? 'line' : `${lines.toLocaleString('en')} lines`;
}
