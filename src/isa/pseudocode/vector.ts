import { type Expr, extractLane, i32, type LaneShape, type LoadKind, replaceLane, shuffle, simd, v128Const } from '../../wasm';
import type { Emitter, Reg } from '../emitter';

/**
 * Vector registers as Advanced SIMD meanings see them: lanes, halves and byte patterns. `size` is log2 of a lane's bytes, as in the
 * encodings; `bits` is how much of the register an instruction uses: 64 or 128, or one lane for the scalar forms.
 */

export const LANES: readonly LaneShape[] = ['i8x16', 'i16x8', 'i32x4', 'i64x2'];
/** A lane as a number of its width, whatever its bits: hosts move those of 32 and 64 bits without a general register. */
const MOVED_AS: readonly LaneShape[] = ['i8x16', 'i16x8', 'f32x4', 'f64x2'];
const FLOAT_LANES: readonly LaneShape[] = ['f32x4', 'f64x2'];

/** An operation on integer lanes: `lanes(2, 'add', a, b)`. */
export const lanes = (size: number, operation: string, ...args: Expr[]): Expr => simd(`${LANES[size]}.${operation}`, ...args);
/** An operation on floating-point lanes; `sz` as in the encodings: 0 single, 1 double. Wasm has none on halves. */
export const floats = (sz: number, operation: string, ...args: Expr[]): Expr => simd(`${FLOAT_LANES[sz]}.${operation}`, ...args);

export const vAnd = (a: Expr, b: Expr): Expr => simd('v128.and', a, b);
export const vOr = (a: Expr, b: Expr): Expr => simd('v128.or', a, b);
export const vXor = (a: Expr, b: Expr): Expr => simd('v128.xor', a, b);
export const vNot = (a: Expr): Expr => simd('v128.not', a);
/** a AND NOT b */
export const vAndNot = (a: Expr, b: Expr): Expr => simd('v128.andnot', a, b);
/** Bits of `a` where `mask` is set, of `b` elsewhere. */
export const vSelect = (mask: Expr, a: Expr, b: Expr): Expr => simd('v128.bitselect', a, b, mask);
export const anyTrue = (a: Expr): Expr => simd('v128.any_true', a);

/** A constant vector of equal lanes. */
export function splatConst(size: number, value: bigint): Expr {
  const bytes: number[] = [];
  for (let i = 0; i < 16; i++) bytes.push(Number((value >> BigInt(8 * (i & ((1 << size) - 1)))) & 0xffn));
  return v128Const(bytes);
}
export const ZERO: Expr = splatConst(0, 0n);
export const ONES: Expr = splatConst(0, 0xffn);
/** Byte number in each byte. */
export const IOTA: Expr = v128Const([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);

/** Most negative and most positive signed value of a lane, in every lane. */
export const signBit = (size: number): Expr => splatConst(size, 1n << BigInt((8 << size) - 1));
export const signedMax = (size: number): Expr => splatConst(size, (1n << BigInt((8 << size) - 1)) - 1n);

/** A general value in every lane: i64 for 64-bit lanes, else i32; or what was loaded as {@link LANE_LOAD} says. */
export const splat = (size: number, value: Expr): Expr =>
  simd(`${value.type === 'f32' || value.type === 'f64' ? MOVED_AS[size] : LANES[size]}.splat`, value);
/** How a lane is loaded that goes into every lane. */
export const LANE_LOAD: readonly LoadKind[] = ['i32_8u', 'i32_16u', 'f32', 'f64'];

/** The high 64 bits moved down, the rest cleared. */
export const highHalf = (value: Expr): Expr =>
  shuffle(value, ZERO, [8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31]);
/** Low half of `a` below low half of `b`. */
export const joinLow = (a: Expr, b: Expr): Expr => shuffle(a, b, [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23]);
/** An i64 in the low half, the rest cleared. */
export const fromI64 = (value: Expr): Expr => replaceLane('i64x2', ZERO, 0, value);

/** The low `bits` of a register, the rest cleared. */
export function readVector(k: Emitter, reg: Reg, bits: number): Expr {
  switch (bits) {
    case 128:
      return k.v(reg);
    case 64:
      return k.vLow('v128_64z', reg);
    case 32:
      return k.vLow('v128_32z', reg);
    case 16:
      return k.let(replaceLane('i32x4', ZERO, 0, k.vLow('i32_16u', reg)));
    default:
      return k.let(replaceLane('i32x4', ZERO, 0, k.vLow('i32_8u', reg)));
  }
}

/** The same for what works on each lane by itself, raises nothing and is cut by {@link writeVector}: above `bits` is anything. */
export const readLanes = (k: Emitter, reg: Reg, bits: number): Expr => (bits < 64 ? readVector(k, reg, bits) : k.v(reg));

/** Writes the low `bits` of `value` to register `reg + plus` and clears the rest of it. */
export const writeVector = (k: Emitter, reg: Reg, value: Expr, bits: number, plus = 0): void =>
  k.setV(reg, keepLow(value, bits), plus);

/** Writes 64 bits into the low half (Q = 0, the rest cleared) or the high half (Q = 1, the low half kept): the "2" forms of narrowing. */
export function writeHalf(k: Emitter, reg: Reg, value: Expr, Q: number): void {
  if (Q) k.setV(reg, joinLow(k.v(reg), value));
  else writeVector(k, reg, value, 64);
}

/** Clears what lies above `bits`. */
export function keepLow(value: Expr, bits: number): Expr {
  if (bits === 128) return value;
  const size = Math.log2(bits >> 3);
  return replaceLane(MOVED_AS[size]!, ZERO, 0, extractLane(MOVED_AS[size]!, value, 0));
}

/** Lanes of the low or high half widened to twice their size. */
export const widen = (size: number, unsigned: boolean, value: Expr, high: boolean): Expr =>
  simd(`${LANES[size + 1]}.extend_${high ? 'high' : 'low'}_${LANES[size]}_${unsigned ? 'u' : 's'}`, value);

/** Product of lanes of the low or high halves, twice their size. */
export const widenMultiply = (size: number, unsigned: boolean, a: Expr, b: Expr, high: boolean): Expr =>
  simd(`${LANES[size + 1]}.extmul_${high ? 'high' : 'low'}_${LANES[size]}_${unsigned ? 'u' : 's'}`, a, b);

/** The low halves of lanes of size + 1, packed into the low 64 bits. */
export function truncateLanes(size: number, value: Expr): Expr {
  const step = 1 << size;
  const bytes = Array.from({ length: 8 }, (_, i) => (i >> size) * 2 * step + (i & (step - 1)));
  return shuffle(value, ZERO, [...bytes, 16, 16, 16, 16, 16, 16, 16, 16]);
}

/** The high halves of lanes of size + 1, packed into the low 64 bits. */
export function highParts(size: number, value: Expr): Expr {
  const step = 1 << size;
  const bytes = Array.from({ length: 8 }, (_, i) => (i >> size) * 2 * step + step + (i & (step - 1)));
  return shuffle(value, ZERO, [...bytes, 16, 16, 16, 16, 16, 16, 16, 16]);
}

/** Bytes of even (`odd` = 0) or odd lanes of the 32 bytes a:b. */
export function unzip(size: number, a: Expr, b: Expr, odd: 0 | 1): Expr {
  const step = 1 << size;
  return shuffle(
    a,
    b,
    Array.from({ length: 16 }, (_, i) => (i >> size) * 2 * step + odd * step + (i & (step - 1))),
  );
}

/**
 * The eight byte numbers of lane `index` repeated: with i64x2.splat a selector that copies the lane everywhere (i8x16.swizzle), and compared
 * with IOTA the mask of that lane. This is how lane numbers travel in a record's immediate.
 */
export function lanePattern(size: number, index: number): bigint {
  let pattern = 0n;
  for (let i = 0; i < 8; i++) pattern |= BigInt((index << size) + (i & ((1 << size) - 1))) << BigInt(8 * i);
  return pattern;
}

/** Lane number of a pattern that is known now (JIT), else undefined. */
function knownLane(size: number, pattern: Expr): number | undefined {
  return typeof pattern.constant === 'bigint' ? Number(pattern.constant & 0xffn) >> size : undefined;
}

/** The lane chosen by a pattern (i64), in every lane. */
export function duplicateLane(value: Expr, pattern: Expr): Expr {
  if (typeof pattern.constant === 'bigint') {
    const known = pattern.constant;
    return shuffle(
      value,
      value,
      Array.from({ length: 16 }, (_, i) => Number((known >> BigInt(8 * (i & 7))) & 0xfn)),
    );
  }
  return simd('i8x16.swizzle', value, simd('i64x2.splat', pattern));
}

/** The lane chosen by a pattern as i64 (64-bit lanes) or i32. */
export function extractByPattern(size: number, value: Expr, pattern: Expr, signed = false): Expr {
  const lane = knownLane(size, pattern);
  if (lane !== undefined) return extractLane(LANES[size]!, value, lane, signed);
  return extractLane(LANES[size]!, duplicateLane(value, pattern), 0, signed);
}

/** The lane chosen by a pattern alone, the rest cleared. */
export function aloneByPattern(size: number, value: Expr, pattern: Expr): Expr {
  const lane = knownLane(size, pattern);
  if (lane === undefined) return keepLow(duplicateLane(value, pattern), 8 << size);
  return replaceLane(MOVED_AS[size]!, ZERO, 0, extractLane(MOVED_AS[size]!, value, lane));
}

/** `into` with the lane chosen by a pattern replaced by an i64 (64-bit lanes) or i32. */
export function insertByPattern(size: number, into: Expr, pattern: Expr, value: Expr): Expr {
  const lane = knownLane(size, pattern);
  if (lane !== undefined) return replaceLane(LANES[size]!, into, lane, value);
  return vSelect(simd('i8x16.eq', IOTA, simd('i64x2.splat', pattern)), splat(size, value), into);
}

/** `into` with the lane chosen by a pattern replaced by the one of `from` whose first byte has this number (i32). */
export function copyByPattern(size: number, into: Expr, pattern: Expr, from: Expr, byte: Expr): Expr {
  const lane = knownLane(size, pattern);
  if (lane !== undefined && typeof byte.constant === 'number')
    return replaceLane(MOVED_AS[size]!, into, lane, extractLane(MOVED_AS[size]!, from, byte.constant >> size));
  // The distance between the lanes moves the selector of the one to the other.
  const first = i32.and(i32.wrap(pattern), i32.const(0xff));
  const selector = simd('i8x16.add', simd('i64x2.splat', pattern), simd('i8x16.splat', i32.sub(byte, first)));
  const mask = simd('i8x16.eq', IOTA, simd('i64x2.splat', pattern));
  return vSelect(mask, simd('i8x16.swizzle', from, selector), into);
}
