/** Output that is kept: one array that grows, so that a million small pieces cost no more than a large one. */
export class CollectedOutput {
  private buffer = new Uint8Array(256);
  length = 0;

  /** False: the host has no memory for more. What came before is kept. */
  add(bytes: Uint8Array): boolean {
    if (this.length + bytes.length > this.buffer.length && !this.grow(this.length + bytes.length)) return false;
    this.buffer.set(bytes, this.length);
    this.length += bytes.length;
    return true;
  }

  private grow(least: number): boolean {
    let larger: Uint8Array<ArrayBuffer>;
    try {
      larger = new Uint8Array(Math.max(2 * this.buffer.length, least));
    } catch {
      return false;
    }
    larger.set(this.buffer);
    this.buffer = larger;
    return true;
  }

  get bytes(): Uint8Array {
    return this.buffer.slice(0, this.length);
  }
}
