import { type Expr, i32, shuffle, simd, v128Const } from '../../wasm';
import type { Emitter } from '../emitter';
import { saturatedIf } from './fp-status';
import {
  keepLow,
  lanes,
  signBit,
  signedMax,
  splatConst,
  unzip,
  vAnd,
  vAndNot,
  vNot,
  vOr,
  vSelect,
  vXor,
  widen,
  widenMultiply,
  ZERO,
} from './vector';

/** Integer operations on lanes, shared by the vector, by-element, long and scalar forms (Arm ARM C7.2). */

const sign = (unsigned: boolean): string => (unsigned ? 'u' : 's');

/** Logical or arithmetic shift right; `amount` is i32 and below the lane's width. */
export const shiftRight = (size: number, unsigned: boolean, a: Expr, amount: Expr): Expr =>
  lanes(size, `shr_${sign(unsigned)}`, a, amount);

/** The mask of lanes where a > b. */
export function greater(size: number, unsigned: boolean, a: Expr, b: Expr): Expr {
  if (size < 3) return lanes(size, `gt_${sign(unsigned)}`, a, b);
  return unsigned ? lanes(3, 'gt_s', vXor(a, signBit(3)), vXor(b, signBit(3))) : lanes(3, 'gt_s', a, b);
}
export function greaterEqual(size: number, unsigned: boolean, a: Expr, b: Expr): Expr {
  if (size < 3) return lanes(size, `ge_${sign(unsigned)}`, a, b);
  return unsigned ? lanes(3, 'ge_s', vXor(a, signBit(3)), vXor(b, signBit(3))) : lanes(3, 'ge_s', a, b);
}

export const minimum = (size: number, unsigned: boolean, a: Expr, b: Expr): Expr => lanes(size, `min_${sign(unsigned)}`, a, b);
export const maximum = (size: number, unsigned: boolean, a: Expr, b: Expr): Expr => lanes(size, `max_${sign(unsigned)}`, a, b);

/** Bytes have no multiplication: products of even and odd bytes, 16 bits wide, cut to eight. */
export function multiply(k: Emitter, size: number, a: Expr, b: Expr): Expr {
  if (size) return lanes(size, 'mul', a, b);
  const low = vAnd(lanes(1, 'mul', a, b), splatConst(1, 0xffn));
  const shifted = (v: Expr): Expr => lanes(1, 'shr_u', v, i32.const(8));
  return k.let(vOr(low, lanes(1, 'shl', lanes(1, 'mul', shifted(a), shifted(b)), i32.const(8))));
}

/** (a + b) >> 1 without overflow. */
export const halvingAdd = (size: number, unsigned: boolean, a: Expr, b: Expr): Expr =>
  lanes(size, 'add', vAnd(a, b), shiftRight(size, unsigned, vXor(a, b), i32.const(1)));

/** (a + b + 1) >> 1 without overflow. */
export const roundingHalvingAdd = (size: number, unsigned: boolean, a: Expr, b: Expr): Expr =>
  unsigned && size < 2
    ? lanes(size, 'avgr_u', a, b)
    : lanes(size, 'sub', vOr(a, b), shiftRight(size, unsigned, vXor(a, b), i32.const(1)));

/** (a - b) >> 1 without overflow: a - b is (a EOR b) - 2 * (NOT a AND b). */
export const halvingSub = (size: number, unsigned: boolean, a: Expr, b: Expr): Expr =>
  lanes(size, 'sub', shiftRight(size, unsigned, vXor(a, b), i32.const(1)), vAndNot(b, a));

export function absoluteDifference(size: number, unsigned: boolean, a: Expr, b: Expr): Expr {
  return lanes(size, 'sub', maximum(size, unsigned, a, b), minimum(size, unsigned, a, b));
}

/** SQADD, UQADD, SQSUB, UQSUB. Sets FPSR.QC. */
export function saturatingAddSub(k: Emitter, size: number, unsigned: boolean, subtract: boolean, a: Expr, b: Expr): Expr {
  const operation = subtract ? 'sub' : 'add';
  const plain = k.let(lanes(size, operation, a, b));
  if (size < 2) {
    const result = k.let(lanes(size, `${operation}_sat_${sign(unsigned)}`, a, b));
    saturatedIf(k, vXor(result, plain));
    return result;
  }
  if (unsigned) {
    const overflow = k.let(subtract ? greater(size, true, b, a) : greater(size, true, a, plain));
    saturatedIf(k, overflow);
    return subtract ? vAndNot(plain, overflow) : vOr(plain, overflow);
  }
  // Overflow: the result's sign differs from a's, while the operands' signs are equal (sum) or differ (difference).
  const signs = subtract ? vAnd(vXor(a, b), vXor(a, plain)) : vAnd(vXor(a, plain), vXor(b, plain));
  const overflow = k.let(lanes(size, 'lt_s', signs, ZERO));
  saturatedIf(k, overflow);
  const limit = vXor(lanes(size, 'lt_s', a, ZERO), signedMax(size));
  return vSelect(overflow, limit, plain);
}

/** SQDMULH, SQRDMULH on 16-bit and 32-bit lanes. Sets FPSR.QC: the only product that saturates is the square of the most negative number. */
export function doublingMultiplyHigh(k: Emitter, size: number, rounding: boolean, a: Expr, b: Expr): Expr {
  const overflow = k.let(vAnd(lanes(size, 'eq', a, signBit(size)), lanes(size, 'eq', b, signBit(size))));
  saturatedIf(k, overflow);
  if (size === 1 && rounding) return lanes(1, 'q15mulr_sat_s', a, b);
  const width = 8 << size;
  const half = (high: boolean): Expr => {
    const product = widenMultiply(size, false, a, b, high);
    const rounded = rounding ? lanes(size + 1, 'add', product, splatConst(size + 1, 1n << BigInt(width - 2))) : product;
    return lanes(size + 1, 'shr_u', rounded, i32.const(width - 1));
  };
  const step = 1 << size;
  const packed = shuffle(
    half(false),
    half(true),
    Array.from({ length: 16 }, (_, i) => (i >> size) * 2 * step + (i & (step - 1))),
  );
  return vXor(packed, overflow);
}

/** SQDMULL: twice the product of lanes of `size`, saturated. Sets FPSR.QC. `bits` is how much of the result counts. */
export function doublingMultiplyLong(k: Emitter, size: number, a: Expr, b: Expr, high: boolean, bits = 128): Expr {
  const product = k.let(keepLow(widenMultiply(size, false, a, b, high), bits));
  const doubled = k.let(lanes(size + 1, 'add', product, product));
  const overflow = k.let(lanes(size + 1, 'eq', doubled, signBit(size + 1)));
  saturatedIf(k, overflow);
  return k.let(vXor(doubled, overflow));
}

/** SQABS and SQNEG. Sets FPSR.QC. */
export function saturatingNegate(k: Emitter, size: number, absolute: boolean, a: Expr): Expr {
  const overflow = k.let(lanes(size, 'eq', a, signBit(size)));
  saturatedIf(k, overflow);
  return vXor(lanes(size, absolute ? 'abs' : 'neg', a), overflow);
}

export type Narrowing = 'plain' | 'signed' | 'unsigned' | 'signedToUnsigned';

/** Clamps lanes of `size` + 1 to what fits lanes of `size`: SQXTN, UQXTN, SQXTUN before packing. Sets FPSR.QC. */
export function clampForNarrowing(k: Emitter, size: number, kind: Narrowing, value: Expr): Expr {
  if (kind === 'plain') return value;
  const wide = size + 1;
  const bits = BigInt(8 << size);
  const high = splatConst(wide, (1n << (kind === 'signed' ? bits - 1n : bits)) - 1n);
  const low = kind === 'signed' ? splatConst(wide, -(1n << (bits - 1n)) & ((1n << (2n * bits)) - 1n)) : ZERO;
  const x = k.let(value);
  let clamped: Expr;
  if (wide < 3)
    clamped = kind === 'unsigned' ? minimum(wide, true, x, high) : minimum(wide, false, maximum(wide, false, x, low), high);
  else if (kind === 'unsigned') clamped = vSelect(lanes(3, 'eq', vAndNot(x, high), ZERO), x, high);
  else {
    const raised = k.let(vSelect(lanes(3, 'lt_s', x, low), low, x));
    clamped = vSelect(lanes(3, 'gt_s', raised, high), high, raised);
  }
  const result = k.let(clamped);
  saturatedIf(k, vXor(result, x));
  return result;
}

/** Sums of neighbouring lanes, twice as wide: SADDLP, UADDLP. */
export function addLongPairwise(size: number, unsigned: boolean, a: Expr): Expr {
  if (size < 2) {
    const wide = size ? 'i32x4' : 'i16x8';
    return simd(`${wide}.extadd_pairwise_${size ? 'i16x8' : 'i8x16'}_${sign(unsigned)}`, a);
  }
  const even = shuffle(a, a, [0, 1, 2, 3, 8, 9, 10, 11, 0, 1, 2, 3, 8, 9, 10, 11]);
  const odd = shuffle(a, a, [4, 5, 6, 7, 12, 13, 14, 15, 4, 5, 6, 7, 12, 13, 14, 15]);
  return lanes(3, 'add', widen(2, unsigned, even, false), widen(2, unsigned, odd, false));
}

/** RBIT of every byte, by two tables of nibbles. */
export function reverseBitsOfBytes(a: Expr): Expr {
  const nibble = [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15];
  const low = simd('i8x16.swizzle', v128Const(nibble.map((v) => v << 4)), vAnd(a, splatConst(0, 0xfn)));
  const high = simd('i8x16.swizzle', v128Const(nibble), lanes(0, 'shr_u', a, i32.const(4)));
  return vOr(low, high);
}

/** Lanes of `size` in reverse order inside containers of `container` (log2 of bytes): REV16, REV32, REV64. */
export const reverseLanes = (size: number, container: number, a: Expr): Expr =>
  shuffle(
    a,
    a,
    Array.from({ length: 16 }, (_, i) => i ^ ((1 << container) - (1 << size))),
  );

/** The mask of lanes where a AND b is not zero: CMTST. */
export const test = (size: number, a: Expr, b: Expr): Expr => vNot(lanes(size, 'eq', vAnd(a, b), ZERO));

/**
 * SQRDMLAH and SQRDMLSH on 16-bit and 32-bit lanes: the doubled product is added to or taken from `d`, rounded and saturated once. Halved, the sum
 * fits twice the width. Sets FPSR.QC.
 */
export function doublingMultiplyAccumulateHigh(k: Emitter, size: number, subtract: boolean, d: Expr, a: Expr, b: Expr): Expr {
  const wide = size + 1;
  const shift = i32.const((8 << size) - 1);
  const half = (high: boolean): Expr => {
    const product = widenMultiply(size, false, a, b, high);
    const sum = lanes(wide, subtract ? 'sub' : 'add', lanes(wide, 'shl', widen(size, false, d, high), shift), product);
    const rounded = lanes(wide, 'add', sum, splatConst(wide, 1n << BigInt((8 << size) - 2)));
    return clampForNarrowing(k, size, 'signed', lanes(wide, 'shr_s', rounded, shift));
  };
  const low = k.let(half(false));
  return k.let(unzip(size, low, k.let(half(true)), 0));
}

/** Sums of products of bytes, four for each 32-bit lane: SDOT, UDOT, USDOT, SUDOT. */
export function dotProduct(unsignedA: boolean, unsignedB: boolean, a: Expr, b: Expr): Expr {
  const pairs = (high: boolean): Expr => simd('i32x4.dot_i16x8_s', widen(0, unsignedA, a, high), widen(0, unsignedB, b, high));
  return addNeighbours(pairs(false), pairs(true));
}

/** Sums of neighbouring 32-bit lanes, those of `a` first. */
export const addNeighbours = (a: Expr, b: Expr): Expr => lanes(2, 'add', unzip(2, a, b, 0), unzip(2, a, b, 1));
