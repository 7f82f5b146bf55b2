/** Wrong CBOR that no encoder writes: other counts and lengths, and more values than there may be. */
import type { Random } from './random';

const Major = { bytes: 2, text: 3, array: 4, map: 5, simple: 7 } as const;

interface Head {
  at: number;
  /** Bytes of it. */
  length: number;
  major: number;
  argument: number;
}

/** The heads of all strings, lists and maps in right CBOR. */
function headsOf(bytes: Uint8Array): Head[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const heads: Head[] = [];
  for (let at = 0; at < bytes.length; ) {
    const [major, info] = [bytes[at]! >> 5, bytes[at]! & 31];
    const more = info < 24 ? 0 : 1 << (info - 24);
    const argument = [
      () => info,
      () => view.getUint8(at + 1),
      () => view.getUint16(at + 1),
      () => view.getUint32(at + 1),
      () => Number(view.getBigUint64(at + 1)),
    ][info < 24 ? 0 : info - 23]!();
    const isCounted = major >= Major.bytes && major <= Major.map;
    if (isCounted) heads.push({ at, length: 1 + more, major, argument });
    at += 1 + more + (major === Major.bytes || major === Major.text ? argument : 0);
  }
  return heads;
}

function head(major: number, argument: number): Uint8Array {
  const bytes = new Uint8Array(9);
  bytes[0] = (major << 5) | 27;
  new DataView(bytes.buffer).setBigUint64(1, BigInt(argument));
  return bytes;
}

const spliced = (bytes: Uint8Array, at: number, length: number, middle: Uint8Array): Uint8Array => {
  const whole = new Uint8Array(bytes.length - length + middle.length);
  whole.set(bytes.subarray(0, at));
  whole.set(middle, at);
  whole.set(bytes.subarray(at + length), at + middle.length);
  return whole;
};

const COUNTS = [0, 1, 23, 255, 256, 65535, 65536, 2 ** 24, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1, 2 ** 53, 2 ** 62];

/** Another count or length somewhere. */
export function changeCount(random: Random, bytes: Uint8Array): Uint8Array {
  const heads = headsOf(bytes);
  if (heads.length === 0) return bytes;
  const { at, length, major, argument } = random.pick(heads);
  const other = random.pick([
    ...COUNTS,
    argument + 1,
    Math.max(0, argument - 1),
    2 * argument,
    Math.min(argument + 1000, bytes.length),
  ]);
  return spliced(bytes, at, length, head(random.chance(6) ? random.pick(Object.values(Major)) : major, other));
}

/** What a byte or a few stand for: the cheapest ways to ask for much. */
const CHEAP = [[0xa0], [0x80], [0x60], [0x40], [0x00], [0xf6], [0xc2, 0x40], [0x81, 0x80]];

/** A great list, map, text or byte string: some MiB at most. */
export function bulk(random: Random): Uint8Array {
  const long = random.pick([1000, 70_000, 300_000, 1 << 20]);
  switch (random.below(5)) {
    case 0:
      return spliced(new Uint8Array(long).fill(0x78), 0, 0, head(random.chance(2) ? Major.text : Major.bytes, long));
    case 1: {
      const deep = random.pick([60, 64, 65, 5000]);
      return spliced(new Uint8Array(deep).fill(random.pick([0x81, 0xc2])), deep, 0, Uint8Array.of(0));
    }
    case 2: {
      const count = random.pick([100, 20_000, 40_000]);
      const entries = new Uint8Array(5 * count);
      const view = new DataView(entries.buffer);
      for (let n = 0; n < count; n++) {
        // Keys of three letters, all different.
        entries[5 * n] = 0x63;
        view.setUint8(5 * n + 1, 0x30 + (n % 64));
        view.setUint8(5 * n + 2, 0x30 + ((n >> 6) % 64));
        view.setUint8(5 * n + 3, 0x30 + (n >> 12));
        entries[5 * n + 4] = random.pick([0, 0xa0]);
      }
      return spliced(entries, 0, 0, head(Major.map, count));
    }
    default: {
      const element = random.pick(CHEAP);
      const count = Math.floor(long / element.length);
      const elements = new Uint8Array(count * element.length);
      for (let at = 0; at < elements.length; at++) elements[at] = element[at % element.length]!;
      return spliced(elements, 0, 0, head(Major.array, count));
    }
  }
}

/** Puts other bytes where `mark` is. */
export function replaced(bytes: Uint8Array, mark: Uint8Array, by: Uint8Array): Uint8Array {
  const at = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(mark);
  return at < 0 ? bytes : spliced(bytes, at, mark.length, by);
}
