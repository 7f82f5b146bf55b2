import { type Expr, i32, i64, select, simd } from '../../wasm';
import type { FloatType } from '../emitter';
import { FPCR, FPSR } from './fp-status';
import { splatConst } from './vector';

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
/** Lanes are compared with signs, so what is said above is moved by half of their range. */
const TOP = { f32x4: 1n << 31n, f64x2: 1n << 63n } as const;
const LANE_SIZE = { f32x4: 2, f64x2: 3 } as const;
const LANE_BOUND = { f32x4: BigInt(BOUND_32), f64x2: BOUND_64 } as const;
const INTEGER_LANES = { f32x4: 'i32x4', f64x2: 'i64x2' } as const;
export type LanesType = keyof typeof TOP;

/** In each lane what is added to magnitudes doubled. */
export const LANE_SHIFT = { f32x4: TOP.f32x4 - BigInt(LEAST_32), f64x2: TOP.f64x2 - LEAST_64 } as const;
export const laneShift = (type: LanesType): Expr => splatConst(LANE_SIZE[type], LANE_SHIFT[type]);

/** What is compared with: nothing is below it unless `plain`. i32, i64 or v128. */
export function ordinaryBound(type: FloatType, plain: Expr): Expr {
  if (type === 'f32') return select(plain, i32.const(BOUND_32), i32.const(0));
  if (type === 'f64') return select(plain, i64.const(BOUND_64), i64.const(0));
  const lanes = (value: bigint): Expr => splatConst(LANE_SIZE[type], value ^ TOP[type]);
  return select(plain, lanes(LANE_BOUND[type]), lanes(0n));
}

/** 1 if a scalar is ordinary; `value` is bound. */
export const isOrdinaryScalar = (type: 'f32' | 'f64', value: Expr, bound: Expr): Expr =>
  type === 'f32' ? isOrdinary32(i32.reinterpretF32(value), bound) : isOrdinary64(i64.reinterpretF64(value), bound);

/** 1 if all lanes in the low 64 or 128 bits of a vector are ordinary. `shift`: {@link laneShift}. */
export function areOrdinaryLanes(type: LanesType, value: Expr, bound: Expr, shift: Expr, bits: number): Expr {
  const shape = INTEGER_LANES[type];
  const doubled = simd(`${shape}.shl`, value, i32.const(1));
  const below = simd(`${shape}.bitmask`, simd(`${shape}.lt_s`, simd(`${shape}.add`, doubled, shift), bound));
  const all = (1 << (bits >> (LANE_SIZE[type] + 3))) - 1;
  return i32.eq(bits === 128 ? below : i32.and(below, i32.const(all)), i32.const(all));
}

/** The same of raw bits. */
export const isOrdinary32 = (bits: Expr, bound: Expr): Expr =>
  i32.ltU(i32.sub(i32.shl(bits, i32.const(1)), i32.const(LEAST_32)), bound);
export const isOrdinary64 = (bits: Expr, bound: Expr): Expr =>
  i64.ltU(i64.sub(i64.shl(bits, i64.const(1)), i64.const(LEAST_64)), bound);
