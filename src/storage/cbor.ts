/**
 * Device states as bytes: the subset of CBOR that they need, so that any CBOR tool can look into a snapshot.
 * Numbers are CBOR integers or doubles; a bigint is always a bignum (tags 2 and 3), so each comes back as what it was.
 *
 * Source: RFC 8949, Concise Binary Object Representation.
 */
import type { StateValue } from './state-value';

const Major = { unsigned: 0, negative: 1, bytes: 2, text: 3, array: 4, map: 5, tag: 6, simple: 7 } as const;
const Simple = { false: 20, true: 21, null: 22, float64: 27 } as const;
const Tag = { positiveBignum: 2, negativeBignum: 3 } as const;
/** Deeper nesting than any state has; keeps a damaged file from exhausting the stack. */
const MAX_DEPTH = 64;
/** The largest number a state has: a vector register. */
const MAX_BIGNUM_BYTES = 16;
/** Far more values than any state has (that of eight vCPUs' interrupts has some thousands). A value costs some ten times what its byte does. */
export const MAX_VALUES = 1 << 16;

/** Throws a TypeError naming the type of a value that is not a StateValue. */
export function encodeCbor(value: StateValue): Uint8Array {
  const writer = new CborWriter();
  writer.value(value);
  return writer.finish();
}

/** Throws an Error with one sentence if `bytes` is not exactly one value in our subset. */
export function decodeCbor(bytes: Uint8Array): StateValue {
  const reader = new CborReader(bytes);
  const value = reader.value(0);
  if (reader.at !== bytes.length) throw new Error(`CBOR has ${bytes.length - reader.at} bytes after its value.`);
  return value;
}

class CborWriter {
  private bytes = new Uint8Array(1024);
  private view = new DataView(this.bytes.buffer);
  private length = 0;
  private readonly encoder = new TextEncoder();

  private values = 0;

  value(value: StateValue): void {
    if (++this.values > MAX_VALUES) throw new Error(`A saved state cannot hold more than ${MAX_VALUES} values.`);
    if (value === null) this.head(Major.simple, Simple.null);
    else if (typeof value === 'boolean') this.head(Major.simple, value ? Simple.true : Simple.false);
    else if (typeof value === 'number') this.number(value);
    else if (typeof value === 'bigint') this.bigint(value);
    else if (typeof value === 'string') this.string(Major.text, this.encoder.encode(value));
    else if (value instanceof Uint8Array) this.string(Major.bytes, value);
    else if (Array.isArray(value)) {
      this.head(Major.array, value.length);
      for (const element of value) this.value(element);
    } else if (typeof value === 'object') {
      const entries = Object.entries(value);
      this.head(Major.map, entries.length);
      for (const [key, element] of entries) {
        this.string(Major.text, this.encoder.encode(key));
        this.value(element);
      }
    } else throw new TypeError(`A saved state cannot hold a value of type ${typeof value}.`);
  }

  finish(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }

  private number(value: number): void {
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
      if (value >= 0) this.head(Major.unsigned, value);
      else this.head(Major.negative, -1 - value);
      return;
    }
    this.reserve(9);
    this.bytes[this.length] = (Major.simple << 5) | Simple.float64;
    this.view.setFloat64(this.length + 1, value);
    this.length += 9;
  }

  private bigint(value: bigint): void {
    const magnitude = value >= 0n ? value : -1n - value;
    let hex = magnitude.toString(16);
    if (hex.length % 2) hex = '0' + hex;
    const bytes = new Uint8Array(hex.length / 2);
    for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16);
    this.head(Major.tag, value >= 0n ? Tag.positiveBignum : Tag.negativeBignum);
    this.string(Major.bytes, bytes);
  }

  private string(major: number, bytes: Uint8Array): void {
    this.head(major, bytes.length);
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  private head(major: number, argument: number): void {
    this.reserve(9);
    const type = major << 5;
    if (argument < 24) {
      this.bytes[this.length++] = type | argument;
    } else if (argument < 0x100) {
      this.bytes[this.length] = type | 24;
      this.bytes[this.length + 1] = argument;
      this.length += 2;
    } else if (argument < 0x1_0000) {
      this.bytes[this.length] = type | 25;
      this.view.setUint16(this.length + 1, argument);
      this.length += 3;
    } else if (argument < 0x1_0000_0000) {
      this.bytes[this.length] = type | 26;
      this.view.setUint32(this.length + 1, argument);
      this.length += 5;
    } else {
      this.bytes[this.length] = type | 27;
      this.view.setBigUint64(this.length + 1, BigInt(argument));
      this.length += 9;
    }
  }

  private reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(2 * this.bytes.length, this.length + count));
    larger.set(this.bytes);
    this.bytes = larger;
    this.view = new DataView(larger.buffer);
  }
}

class CborReader {
  at = 0;
  private readonly view: DataView;
  private readonly decoder = new TextDecoder('utf-8', { fatal: true });

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  private values = 0;

  value(depth: number): StateValue {
    if (++this.values > MAX_VALUES) throw new Error(`CBOR at byte ${this.at} has more than ${MAX_VALUES} values; no state has.`);
    if (depth > MAX_DEPTH) throw new Error(`CBOR at byte ${this.at} is nested deeper than ${MAX_DEPTH}.`);
    const start = this.at;
    const initial = this.byte();
    const major = initial >> 5;
    const info = initial & 31;
    if (major === Major.simple) return this.simple(info, start);
    const argument = this.argument(info, start);
    switch (major) {
      case Major.unsigned:
        return argument;
      case Major.negative:
        return -1 - argument;
      case Major.bytes:
        return this.take(argument).slice();
      case Major.text:
        return this.text(argument, start);
      case Major.array: {
        this.requireRoom(argument, 1, start);
        const array: StateValue[] = [];
        for (let i = 0; i < argument; i++) array.push(this.value(depth + 1));
        return array;
      }
      case Major.map: {
        this.requireRoom(argument, 2, start);
        const entries = new Map<string, StateValue>();
        for (let i = 0; i < argument; i++) {
          const key = this.value(depth + 1);
          if (typeof key !== 'string') throw new Error(`CBOR at byte ${start} has a key that is not text.`);
          if (entries.has(key)) throw new Error(`CBOR at byte ${start} has a key twice.`);
          entries.set(key, this.value(depth + 1));
        }
        return Object.fromEntries(entries); // defines keys such as __proto__ instead of assigning them
      }
      default:
        return this.bignum(argument, depth, start);
    }
  }

  private simple(info: number, start: number): StateValue {
    if (info === Simple.false) return false;
    if (info === Simple.true) return true;
    if (info === Simple.null) return null;
    if (info !== Simple.float64) throw new Error(`CBOR at byte ${start} has simple value ${info}, which states do not use.`);
    this.take(8);
    return this.view.getFloat64(this.at - 8);
  }

  private bignum(tag: number, depth: number, start: number): bigint {
    const magnitude = this.value(depth + 1);
    if (magnitude instanceof Uint8Array && magnitude.length > MAX_BIGNUM_BYTES) {
      throw new Error(`CBOR at byte ${start} has a number of ${magnitude.length} bytes; states have up to ${MAX_BIGNUM_BYTES}.`);
    }
    if ((tag !== Tag.positiveBignum && tag !== Tag.negativeBignum) || !(magnitude instanceof Uint8Array)) {
      throw new Error(`CBOR at byte ${start} has tag ${tag}, which states do not use.`);
    }
    // By 48 bits, which numbers hold exactly.
    let value = 0n;
    for (let at = 0; at < magnitude.length; at += 6) {
      const piece = magnitude.subarray(at, at + 6);
      let number = 0;
      for (const byte of piece) number = number * 256 + byte;
      value = at === 0 ? BigInt(number) : (value << BigInt(8 * piece.length)) | BigInt(number);
    }
    return tag === Tag.positiveBignum ? value : -1n - value;
  }

  /** A count that the rest of the bytes cannot hold costs nothing. */
  private requireRoom(count: number, bytesEach: number, start: number): void {
    if (count * bytesEach > this.bytes.length - this.at) {
      throw new Error(`CBOR at byte ${start} has ${count} elements, more than its ${this.bytes.length} bytes can hold.`);
    }
  }

  private text(length: number, start: number): string {
    const bytes = this.take(length);
    try {
      return this.decoder.decode(bytes);
    } catch {
      throw new Error(`CBOR at byte ${start} has text that is not UTF-8.`);
    }
  }

  private argument(info: number, start: number): number {
    if (info < 24) return info;
    switch (info) {
      case 24:
        return this.byte();
      case 25:
        this.take(2);
        return this.view.getUint16(this.at - 2);
      case 26:
        this.take(4);
        return this.view.getUint32(this.at - 4);
      case 27: {
        this.take(8);
        const value = Number(this.view.getBigUint64(this.at - 8));
        if (Number.isSafeInteger(value)) return value;
      }
    }
    throw new Error(`CBOR at byte ${start} has additional information ${info}, which states do not use.`);
  }

  private byte(): number {
    const byte = this.bytes[this.at];
    if (byte === undefined) throw new Error(`CBOR ends at byte ${this.bytes.length}, 1 bytes early.`);
    this.at++;
    return byte;
  }

  private take(count: number): Uint8Array {
    if (count > this.bytes.length - this.at) {
      throw new Error(`CBOR ends at byte ${this.bytes.length}, ${count - (this.bytes.length - this.at)} bytes early.`);
    }
    const taken = this.bytes.subarray(this.at, this.at + count);
    this.at += count;
    return taken;
  }
}
