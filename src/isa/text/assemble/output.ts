/** Bytes written in order; grows as needed. Multi-byte values are little-endian. */
export class Output {
  private buffer = new Uint8Array(4096);
  length = 0;

  private room(count: number): number {
    const at = this.length;
    if (at + count > this.buffer.length) {
      const larger = new Uint8Array(Math.max(this.buffer.length * 2, at + count));
      larger.set(this.buffer);
      this.buffer = larger;
    }
    this.length += count;
    return at;
  }

  fill(count: number, byte: number): void {
    const at = this.room(count);
    this.buffer.fill(byte, at, at + count);
  }

  write(bytes: Uint8Array): void {
    this.buffer.set(bytes, this.room(bytes.length));
  }

  value(value: bigint, size: number): void {
    const at = this.room(size);
    for (let i = 0; i < size; i++) this.buffer[at + i] = Number((value >> BigInt(8 * i)) & 0xffn);
  }

  bytes(): Uint8Array {
    return this.buffer.slice(0, this.length);
  }
}
