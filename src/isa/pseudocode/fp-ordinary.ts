import { type Expr, extractLane, f32, f64, i32, i64, select, simd } from '../../wasm';
import type { FloatType } from '../emitter';
import { FPCR, FPSR } from './fp-status';
import { splatConst, ZERO } from './vector';

/**
 * When Wasm's arithmetic is the architecture's. Wasm rounds to nearest and has no flags. While FPCR asks for just that, without flushing to zero, and FPSR.IXC
 * is set already, which is nearly always so, rounding is *plain*: then a result that is *ordinary*, finite and larger than the least normal number, is
 * right as it is and raises nothing new. For all others there are helpers that do as the pseudocode does.
 */

/** Bits of FPCR (low half) and FPSR (high half), as one i64, that decide whether rounding is plain, and what they are then. */
const PLAIN = {
  MASK: BigInt(FPCR.RMODE | FPCR.FZ) | (BigInt(FPSR.IXC) << 32n),
  VALUE: BigInt(FPSR.IXC) << 32n,
};

/** 1 if rounding is plain; FPCR and FPSR as one i64. */
export const isPlain = (fpcrFpsr: Expr): Expr => i64.eq(i64.and(fpcrFpsr, i64.const(PLAIN.MASK)), i64.const(PLAIN.VALUE));

/**
 * Scalars are compared as bits: magnitudes doubled, less these, are below the bound if they are ordinary. Twice the least normal number, and one, since that
 * itself may have been rounded up to.
 */
const LEAST_32 = 0x01000001;
const LEAST_64 = 0x0020000000000001n;
/** Infinity doubled, less these. */
const BOUND_32 = 0xff000000 - LEAST_32;
const BOUND_64 = 0xffe0000000000000n - LEAST_64;
/** Lanes are compared as numbers: the least normal number is below them, the bound above. */
const LEAST_LANES = {
  f32x4: simd('f32x4.splat', f32.const(2 ** -126)),
  f64x2: simd('f64x2.splat', f64.const(2 ** -1022)),
} as const;
const INFINITY_LANES = { f32x4: splatConst(2, 0x7f800000n), f64x2: splatConst(3, 0x7ffn << 52n) } as const;

/** What is compared with: nothing is below it unless `plain`. i32, i64 or v128. */
export function ordinaryBound(type: FloatType, plain: Expr): Expr {
  if (type === 'f32') return select(plain, i32.const(BOUND_32), i32.const(0));
  if (type === 'f64') return select(plain, i64.const(BOUND_64), i64.const(0));
  return select(plain, INFINITY_LANES[type], ZERO);
}

/** 1 if a scalar, or all lanes in the low 64 or 128 bits of a vector, are ordinary; `value` is bound. */
export function isOrdinary(type: FloatType, value: Expr, bound: Expr, bits: number): Expr {
  if (type === 'f32') return isOrdinary32(i32.reinterpretF32(value), bound);
  if (type === 'f64') return isOrdinary64(i64.reinterpretF64(value), bound);
  const magnitude = simd(`${type}.abs`, value);
  const mask = simd('v128.and', simd(`${type}.gt`, magnitude, LEAST_LANES[type]), simd(`${type}.lt`, magnitude, bound));
  if (bits === 64) return i64.eq(extractLane('i64x2', mask, 0), i64.const(-1));
  return simd(`${type === 'f32x4' ? 'i32x4' : 'i64x2'}.all_true`, mask);
}

/** The same of raw bits. */
export const isOrdinary32 = (bits: Expr, bound: Expr): Expr =>
  i32.ltU(i32.sub(i32.shl(bits, i32.const(1)), i32.const(LEAST_32)), bound);
export const isOrdinary64 = (bits: Expr, bound: Expr): Expr =>
  i64.ltU(i64.sub(i64.shl(bits, i64.const(1)), i64.const(LEAST_64)), bound);
