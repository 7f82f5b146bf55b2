import type { Random } from './random';

/** Contents of registers that matter: floating-point and integer limits, and enough of everything else. */

const WORDS = [
  0, 1, 2, 3, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff, 0xfffffffe, 0x80007fff,
];
/** Single-precision bit patterns: zeros, subnormals, ones, halves, integers, limits of integers, infinities, quiet and signalling NaNs. */
const SINGLES = [
  0x00000000, 0x80000000, 0x00000001, 0x807fffff, 0x00800000, 0x3f800000, 0xbf800000, 0x3f000000, 0xbf000000, 0x3fc00000,
  0x40200000, 0xc0200000, 0x40400000, 0x3effffff, 0x4b000000, 0x4b7fffff, 0x4effffff, 0x4f000000, 0xcf000000, 0x4f800000,
  0x5f000000, 0xdf000000, 0x5f800000, 0x7f7fffff, 0xff7fffff, 0x7f800000, 0xff800000, 0x7fc00000, 0xffc12345, 0x7f800001,
  0xffa00000, 0x47800000, 0x477fe000, 0x477fefff, 0x477ff000, 0x33800000, 0x33000000, 0x38800000, 0x387fc000,
];
const DOUBLES = [
  0x0000000000000000n,
  0x8000000000000000n,
  0x0000000000000001n,
  0x800fffffffffffffn,
  0x0010000000000000n,
  0x3ff0000000000000n,
  0xbff0000000000000n,
  0x3fe0000000000000n,
  0xbfe0000000000000n,
  0x3ff8000000000000n,
  0x4004000000000000n,
  0xc004000000000000n,
  0x4008000000000000n,
  0x3fdfffffffffffffn,
  0x4330000000000000n,
  0x432fffffffffffffn,
  0x41dfffffffc00000n,
  0x41e0000000000000n,
  0xc1e0000000000000n,
  0xc1e0000000200000n,
  0x41f0000000000000n,
  0x43e0000000000000n,
  0xc3e0000000000000n,
  0x43f0000000000000n,
  0x7fefffffffffffffn,
  0xffefffffffffffffn,
  0x7ff0000000000000n,
  0xfff0000000000000n,
  0x7ff8000000000000n,
  0xfff8123456789abcn,
  0x7ff0000000000001n,
  0xfff4000000000000n,
  0x40f0000000000000n,
  0x36a0000000000000n,
  0x3690000000000000n,
  0x3810000000000000n,
  0x380fffffe0000000n,
  0x47efffffe0000000n,
  0x47effffff0000000n,
  0x40effc0000000000n,
  0x3e70000000000000n,
];

/** Half-precision bit patterns of the same kinds. */
const HALVES = [
  0x0000, 0x8000, 0x0001, 0x8001, 0x83ff, 0x0400, 0x3c00, 0xbc00, 0x3800, 0xb800, 0x3e00, 0x4100, 0xc100, 0x4200, 0x37ff, 0x6400,
  0x63ff, 0x77ff, 0x7800, 0xf800, 0x7bff, 0xfbff, 0x7c00, 0xfc00, 0x7e00, 0xfe12, 0x7c01, 0xfd00, 0x7fff, 0xffff, 0x3bff, 0x3555,
];

/** Some units in the last place off. */
const near = (random: Random): number => random.below(5) - 2;

/** A single-precision bit pattern. */
export function single(random: Random): number {
  switch (random.below(6)) {
    case 4: // around a power of two
      return ((random.u32() & 0xff800000) + near(random)) >>> 0;
    case 5: // a denormal number, or around the least normal or the largest finite one
      return (
        ((random.u32() & 0x80000000) | (random.pick([random.u32() & 0x7fffff, 0x00800000, 0x7f7fffff]) + near(random))) >>> 0
      );
    case 0:
      return random.pick(SINGLES);
    case 1: // near each other, so that sums cancel and products stay in range
      return ((random.u32() & 0x807fffff) | ((120 + random.below(16)) << 23)) >>> 0;
    case 2: // an integer or a half
      return new Uint32Array(new Float32Array([(random.below(4000) - 2000) / random.pick([1, 2, 4])]).buffer)[0]!;
    default:
      return random.u32();
  }
}
/** A double-precision bit pattern. */
export function double(random: Random): bigint {
  switch (random.below(6)) {
    case 4:
      return BigInt.asUintN(64, (random.u64() & 0xfff0000000000000n) + BigInt(near(random)));
    case 5: {
      const magnitude = random.pick([random.u64() & 0xfffffffffffffn, 0x0010000000000000n, 0x7fefffffffffffffn]);
      return BigInt.asUintN(64, (random.u64() & (1n << 63n)) | BigInt.asUintN(63, magnitude + BigInt(near(random))));
    }
    case 0:
      return random.pick(DOUBLES);
    case 1:
      return (random.u64() & 0x800fffffffffffffn) | (BigInt(1015 + random.below(16)) << 52n);
    case 2:
      return new BigUint64Array(new Float64Array([(random.below(4000) - 2000) / random.pick([1, 2, 4])]).buffer)[0]!;
    default:
      return random.u64();
  }
}

/** A half-precision bit pattern. */
export function half(random: Random): number {
  switch (random.below(6)) {
    case 0:
      return random.pick(HALVES);
    case 1: // near each other
      return (random.u32() & 0x83ff) | ((11 + random.below(8)) << 10);
    case 2: // an integer or one and some quarters
      return ((random.u32() & 0x83f0) | ((15 + random.below(11)) << 10)) & 0xffff;
    case 3: // around a power of two
      return ((random.u32() & 0xfc00) + near(random)) & 0xffff;
    case 4: // a denormal number, or around the least normal or the largest finite one
      return ((random.u32() & 0x8000) | (random.pick([random.u32() & 0x3ff, 0x0400, 0x7bff]) + near(random))) & 0xffff;
    default:
      return random.u32() & 0xffff;
  }
}

/** Formats of 16 bits. */
export type NarrowFormat = 'half' | 'bfloat';

/** What is cut off a single to give a BFloat16 number, around half a unit. */
const CUT_OFF = [0, 1, 0x7fff, 0x8000, 0x8001, 0xffff];
const bfloat = (random: Random): number => (random.oneIn(4) ? random.pick(CUT_OFF) : single(random) >>> 16);

/** One vector register's contents; `narrow`: what the instruction is about. */
export function fillVector(random: Random, view: DataView, at: number, narrow?: NarrowFormat): void {
  if (narrow && !random.oneIn(6)) {
    for (let i = 0; i < 16; i += 2) view.setUint16(at + i, narrow === 'half' ? half(random) : bfloat(random), true);
    return;
  }
  const kind = random.below(6);
  for (let i = 0; i < 16; i += 8) {
    if (kind < 2) for (let j = 0; j < 8; j += 4) view.setUint32(at + i + j, single(random), true);
    else if (kind < 4) view.setBigUint64(at + i, double(random), true);
    else for (let j = 0; j < 8; j += 4) view.setUint32(at + i + j, kind === 4 ? random.pick(WORDS) : random.u32(), true);
  }
  // Small numbers in single bytes: shifts by register and table lookups need them.
  if (random.below(4) === 0) for (let i = 0; i < 16; i++) view.setInt8(at + i, random.below(140) - 70);
}

/**
 * Makes the operands of an arithmetic instruction depend on each other, so that sums cancel, quotients are near a tie, and a fused addend is nearly the
 * product: `view` has the vector registers, the numbers are those of the instruction's.
 */
export function relate(random: Random, view: DataView, registers: { n?: number; m?: number; a?: number; d?: number }): void {
  const at = (number: number | undefined, lane: number): number => ((number ?? 0) & 31) * 16 + lane;
  const sign = (): bigint => (random.oneIn(2) ? 1n << 63n : 0n);
  for (let lane = 0; lane < 16; lane += 8) {
    const [n, m] = [at(registers.n, lane), at(registers.m, lane)];
    if (random.oneIn(2)) {
      view.setBigUint64(m, BigInt.asUintN(64, (view.getBigUint64(n, true) ^ sign()) + BigInt(near(random))), true);
      continue;
    }
    const addend = at(registers.a ?? registers.d, lane);
    const product = view.getFloat64(n, true) * view.getFloat64(m, true);
    view.setFloat64(addend, -product, true);
    view.setBigUint64(addend, BigInt.asUintN(64, view.getBigUint64(addend, true) + BigInt(near(random))), true);
    if (random.oneIn(2)) continue;
    for (let half = 0; half < 8; half += 4) {
      view.setFloat32(addend + half, -view.getFloat32(n + half, true) * view.getFloat32(m + half, true), true);
      view.setUint32(addend + half, (view.getUint32(addend + half, true) + near(random)) >>> 0, true);
    }
  }
}

/** The value of a finite half-precision pattern, and the pattern of a number, its fraction cut off. */
function halfValue(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const magnitude = exponent ? (1024 + (bits & 1023)) * 2 ** (exponent - 25) : (bits & 1023) * 2 ** -24;
  return bits & 0x8000 ? -magnitude : magnitude;
}
function halfPattern(value: number): number {
  const magnitude = Math.min(Math.abs(value), 65504);
  const exponent = Math.max(Math.floor(Math.log2(magnitude || 2 ** -30)), -14);
  return (value < 0 ? 0x8000 : 0) | (Math.floor(magnitude * 2 ** (10 - exponent)) + ((exponent + 14) << 10));
}

/** {@link relate} for lanes of halves. */
export function relateHalves(
  random: Random,
  view: DataView,
  registers: { n?: number; m?: number; a?: number; d?: number },
): void {
  const at = (number: number | undefined, lane: number): number => ((number ?? 0) & 31) * 16 + lane;
  for (let lane = 0; lane < 16; lane += 2) {
    const [n, m] = [view.getUint16(at(registers.n, lane), true), view.getUint16(at(registers.m, lane), true)];
    const sign = random.oneIn(2) ? 0x8000 : 0;
    if (random.oneIn(2)) view.setUint16(at(registers.m, lane), (n ^ sign) + near(random), true);
    else {
      const product = halfPattern(halfValue(n) * halfValue(m));
      view.setUint16(at(registers.a ?? registers.d, lane), (product ^ sign) + near(random), true);
    }
  }
}

const bfloatValue = (bits: number): number => new Float32Array(new Uint32Array([bits << 16]).buffer)[0]!;

/** For products of 16-bit numbers that are added to singles: these are nearly the products, or nearly in balance with them. */
export function relateWidened(
  random: Random,
  view: DataView,
  { n = 0, m = 0, d = 0 }: { n?: number; m?: number; d?: number },
  format: NarrowFormat,
): void {
  const value = format === 'half' ? halfValue : bfloatValue;
  const stride = random.pick([1, 2]);
  const upper = random.below(2);
  const first = stride === 2 ? upper : 4 * upper;
  for (let lane = 0; lane < 4; lane++) {
    const narrow = (number: number): number => value(view.getUint16((number & 31) * 16 + 2 * (first + stride * lane), true));
    const at = (d & 31) * 16 + 4 * lane;
    view.setFloat32(at, -narrow(n) * narrow(m), true);
    view.setUint32(at, ((random.oneIn(2) ? 0x80000000 : 0) ^ (view.getUint32(at, true) + near(random))) >>> 0, true);
  }
}

/** A general register's contents. */
export function general(random: Random): bigint {
  switch (random.below(8)) {
    case 0:
      return double(random);
    case 1:
      return BigInt(single(random));
    case 2:
      return BigInt(random.pick(WORDS));
    case 3: // sign-extended
      return BigInt.asUintN(64, BigInt(random.pick(WORDS) | 0));
    case 4: // around the limits of 64 and 32 bits
      return BigInt.asUintN(64, random.pick([0n, 1n << 63n, 1n << 31n, 1n << 32n]) + BigInt(random.below(5) - 2));
    default:
      return random.u64();
  }
}
