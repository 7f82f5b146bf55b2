const FIRST_BYTES = 8192;
/** Buffers that are used again. */
const spare: Uint8Array<ArrayBuffer>[] = [];
const MOST_SPARE = 16;
/** Of each: the bodies of a function are shorter. What whole modules take, which are rare beside them, would be megabytes that nobody uses. */
const MOST_SPARE_BYTES = 0x10000;
const NONE = new Uint8Array(0);

/** A growing byte buffer with the encodings of the WebAssembly binary format (core specification, section 5). */
export class ByteWriter {
  private buffer = spare.pop() ?? new Uint8Array(FIRST_BYTES);
  length = 0;

  private reserve(count: number): void {
    const grown = new Uint8Array(Math.max(this.buffer.length * 2, this.length + count, FIRST_BYTES));
    grown.set(this.buffer.subarray(0, this.length));
    this.buffer = grown;
  }

  u8(value: number): void {
    if (this.length === this.buffer.length) this.reserve(1);
    this.buffer[this.length++] = value;
  }

  bytes(values: ArrayLike<number>): void {
    const { length } = values;
    if (this.length + length > this.buffer.length) this.reserve(length);
    if (length > 8) this.buffer.set(values, this.length);
    else for (let i = 0; i < length; i++) this.buffer[this.length + i] = values[i]!;
    this.length += length;
  }

  /** Unsigned LEB128 of a 32-bit value. */
  u32(value: number): void {
    if (value >= 0 && value < 0x80) {
      this.u8(value);
      return;
    }
    let rest = value >>> 0;
    while (rest >= 0x80) {
      this.u8((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    this.u8(rest);
  }

  /** Signed LEB128 of a 32-bit value. */
  s32(value: number): void {
    let rest = value | 0;
    for (;;) {
      const low = rest & 0x7f;
      rest >>= 7;
      if ((rest === 0 && !(low & 0x40)) || (rest === -1 && low & 0x40)) {
        this.u8(low);
        return;
      }
      this.u8(low | 0x80);
    }
  }

  /** Signed LEB128 of a 64-bit value. */
  s64(value: bigint): void {
    let rest = BigInt.asIntN(64, value);
    if (rest >= -0x40000000n && rest < 0x40000000n) {
      this.s32(Number(rest));
      return;
    }
    for (;;) {
      const low = Number(rest & 0x7fn);
      rest >>= 7n;
      if ((rest === 0n && !(low & 0x40)) || (rest === -1n && low & 0x40)) {
        this.u8(low);
        return;
      }
      this.u8(low | 0x80);
    }
  }

  f32(value: number): void {
    const raw = new Uint8Array(4);
    new DataView(raw.buffer).setFloat32(0, value, true);
    this.bytes(raw);
  }

  f64(value: number): void {
    const raw = new Uint8Array(8);
    new DataView(raw.buffer).setFloat64(0, value, true);
    this.bytes(raw);
  }

  /** A name: length and UTF-8 (ASCII only here). */
  name(text: string): void {
    this.u32(text.length);
    for (let i = 0; i < text.length; i++) this.u8(text.charCodeAt(i));
  }

  /** Another writer's bytes behind their length, as sections and function bodies are. */
  sized(other: ByteWriter): void {
    this.u32(other.length);
    this.bytes(other.finish());
  }

  /** Gives the buffer back: nothing that {@link finish} gave may be used any more. */
  release(): void {
    if (spare.length < MOST_SPARE && this.buffer.length <= MOST_SPARE_BYTES) spare.push(this.buffer);
    this.buffer = NONE;
    this.length = 0;
  }

  finish(): Uint8Array<ArrayBuffer> {
    return this.buffer.subarray(0, this.length);
  }
}
