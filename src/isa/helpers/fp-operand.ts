import { type Expr, type FunctionBuilder, f32, f64, i32, i64, select } from '../../wasm';
import { FPCR, FPSR } from '../pseudocode/fp-status';
import { raiseBits, readFpcr } from './helper';
import { DOUBLE, type FloatFormat, HALF, SINGLE } from './nan';

/** Operands as the architecture sees them (pseudocode FPUnpack): denormal ones may count as zero. Raw bits travel as i64. */

const c64 = (value: bigint | number): Expr => i64.const(value);

/** The operand, or zero with its sign where FPCR.FZ (for half precision FZ16) says so; FPSR.IDC is set then, but not for half precision. */
export function flushed(f: FunctionBuilder, of: FloatFormat, raw: Expr): Expr {
  const bits = f.local('i64');
  f.set(bits, raw);
  f.if(i32.and(readFpcr(f), i32.const(of === HALF ? FPCR.FZ16 : FPCR.FZ)), () => {
    const magnitude = i64.and(f.get(bits), c64(of.signBit - 1n));
    // Less one, so that zero is among the largest.
    f.if(i64.ltU(i64.sub(magnitude, c64(1)), c64((1n << BigInt(of.fractionBits)) - 1n)), () => {
      f.set(bits, i64.and(f.get(bits), c64(of.signBit)));
      if (of !== HALF) raiseBits(f, i32.const(FPSR.IDC));
    });
  });
  return f.get(bits);
}

/** Any value of a format in double precision, exactly; of a NaN only that it is one. */
export function toDouble(f: FunctionBuilder, of: FloatFormat, bits: Expr): Expr {
  if (of === DOUBLE) return f64.reinterpretI64(bits);
  if (of === SINGLE) return f64.promote(f32.reinterpretI32(i32.wrap(bits)));
  const magnitude = f.let(i64.and(bits, c64(of.signBit - 1n)));
  const moved = f.let(i64.shl(magnitude, c64(DOUBLE.fractionBits - of.fractionBits)));
  const bias = c64(BigInt(DOUBLE.bias - of.bias) << BigInt(DOUBLE.fractionBits));
  const normal = select(i64.geU(magnitude, c64(of.infinity)), i64.or(moved, c64(DOUBLE.infinity)), i64.add(moved, bias));
  const denormal = f64.mul(f64.convertI64U(magnitude), f64.const(2 ** -24));
  const isDenormal = i64.ltU(magnitude, c64(1n << BigInt(of.fractionBits)));
  const unsigned = select(isDenormal, i64.reinterpretF64(denormal), normal);
  const sign = i64.shl(i64.and(bits, c64(of.signBit)), c64(63 - 15));
  return f64.reinterpretI64(i64.or(unsigned, sign));
}

/** A scalar of a format as raw bits in an i64, and back: half precision travels as i32. */
export const rawOf = (of: FloatFormat, value: Expr): Expr =>
  of === DOUBLE ? i64.reinterpretF64(value) : i64.extendU(of === SINGLE ? i32.reinterpretF32(value) : value);
export const scalarOf = (of: FloatFormat, bits: Expr): Expr =>
  of === DOUBLE ? f64.reinterpretI64(bits) : of === SINGLE ? f32.reinterpretI32(i32.wrap(bits)) : i32.wrap(bits);
/** Its type. */
export const typeOf = (of: FloatFormat): 'f64' | 'f32' | 'i32' => (of === DOUBLE ? 'f64' : of === SINGLE ? 'f32' : 'i32');

export const isZero = (x: Expr): Expr => f64.eq(x, f64.const(0));
export const isInfinite = (x: Expr): Expr => f64.eq(f64.abs(x), f64.const(Number.POSITIVE_INFINITY));
/** Neither infinite nor a NaN. */
export const isFinite64 = (x: Expr): Expr => f64.lt(f64.abs(x), f64.const(Number.POSITIVE_INFINITY));
