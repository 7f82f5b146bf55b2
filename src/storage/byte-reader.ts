/** What bytes come from: a file, a stream, or an array of chunks. What is read are views on the chunks: a source must not use one again. */
export type ByteSource = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** Takes bytes off a source, so many at a time, holding no more than its chunks and what was asked for. */
export class ByteReader {
  private readonly chunks: AsyncIterator<Uint8Array> | Iterator<Uint8Array>;
  private chunk: Uint8Array = new Uint8Array(0);
  private at = 0;

  constructor(source: ByteSource) {
    this.chunks = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  }

  /** The next `count` bytes; fewer at the end of the source. */
  async take(count: number): Promise<Uint8Array> {
    if (this.chunk.length - this.at >= count) return this.cut(count);
    const pieces = [this.cut(this.chunk.length - this.at)];
    for (let missing = count - pieces[0]!.length; missing > 0; ) {
      if (!(await this.refill())) break;
      const piece = this.cut(Math.min(missing, this.chunk.length));
      pieces.push(piece);
      missing -= piece.length;
    }
    return joined(pieces);
  }

  /** Whether the source is used up. */
  async ended(): Promise<boolean> {
    while (this.at === this.chunk.length) if (!(await this.refill())) return true;
    return false;
  }

  /** Tells the source that nothing more is wanted of it. */
  async close(): Promise<void> {
    await this.chunks.return?.();
  }

  private async refill(): Promise<boolean> {
    const next = await this.chunks.next();
    if (next.done) return false;
    this.chunk = next.value;
    this.at = 0;
    return true;
  }

  private cut(count: number): Uint8Array {
    const bytes = this.chunk.subarray(this.at, this.at + count);
    this.at += bytes.length;
    return bytes;
  }
}

/** Everything a source has. */
export async function collected(source: ByteSource): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of source) pieces.push(piece);
  return joined(pieces);
}

/** One array of all bytes. */
export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  if (pieces.length === 1) return pieces[0]!;
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
