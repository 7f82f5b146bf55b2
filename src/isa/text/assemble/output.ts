const LEAST_ROOM = 64;

/** Bytes written in order; grows as needed. Multi-byte values are little-endian. */
export class Output {
  private buffer = new Uint8Array(0);
  length = 0;

  private room(count: number): number {
    const at = this.length;
    if (at + count > this.buffer.length) {
      const larger = new Uint8Array(Math.max(LEAST_ROOM, this.buffer.length * 2, at + count));
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
    const at = this.room(bytes.length);
    this.buffer.set(bytes, at);
  }

  /** One value `count` times. */
  repeat(value: bigint, size: number, count: number): void {
    if (count === 0) return;
    const start = this.length;
    this.value(value, size);
    const end = start + size * count;
    this.room(end - this.length);
    for (let done = size; start + done < end; done *= 2)
      this.buffer.copyWithin(start + done, start, Math.min(start + done, end - done));
  }

  value(value: bigint, size: number): void {
    const at = this.room(size);
    for (let i = 0; i < size; i++) this.buffer[at + i] = Number((value >> BigInt(8 * i)) & 0xffn);
  }

  bytes(): Uint8Array {
    return this.buffer.slice(0, this.length);
  }
}
