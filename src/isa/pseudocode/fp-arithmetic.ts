import { type Expr, f32, f64, i32, simd, type ValType } from '../../wasm';
import type { Emitter, Reg } from '../emitter';
import type { NanRule } from '../helpers/nan';
import { FPSR, RMODE, raise, roundingMode } from './fp-status';
import { anyTrue, floats, keepLow, lanes, splatConst, vAnd, vAndNot, vOr, vSelect } from './vector';

/**
 * Floating point shared by scalar and vector meanings. Results are computed by Wasm's operations, which round to nearest; a NaN result is
 * then replaced by the one the architecture asks for.
 *
 * Not modelled: FPCR.RMode in arithmetic and in conversions from integers (FRINTI, FRINTX and FCVT honour it), FPCR.FZ, FZ16 and AHP, trapped
 * exceptions, and of FPSR's cumulative bits OFC, UFC, IXC and IDC. IOC and DZC are set as the architecture says.
 */

/** The scalar operations of a precision; `sz` as in the encodings: 0 single, 1 double. */
export const scalarOps = (sz: number): typeof f32 | typeof f64 => (sz ? f64 : f32);
export const scalarType = (sz: number): 'f32' | 'f64' => (sz ? 'f64' : 'f32');
export const readScalar = (k: Emitter, sz: number, reg: Reg): Expr => k.vLow(scalarType(sz), reg);
export const writeScalar = (k: Emitter, sz: number, reg: Reg, value: Expr): void => k.setVLow(value, scalarType(sz), reg);
export const scalarConst = (sz: number, value: number): Expr => (sz ? f64.const(value) : f32.const(value));

/** The scalar result of an operation on `operands`, with the architecture's NaN. */
export function withNan(k: Emitter, sz: number, rule: NanRule, value: Expr, operands: readonly Expr[]): Expr {
  const type: ValType = scalarType(sz);
  const result = k.let(value);
  const fromOperands = (): Expr => k.helper(`nan_${rule}${operands.length}_${type}`, ...operands);
  return k.choose(scalarOps(sz).ne(result, result), fromOperands, result, 'rare');
}

/** The same for the lanes of a vector of which the low `bits` count; the rest is cleared, so that it raises nothing. */
export function withNanLanes(k: Emitter, sz: number, bits: number, rule: NanRule, value: Expr, operands: readonly Expr[]): Expr {
  const result = k.let(keepLow(value, bits));
  return k.choose(
    anyTrue(floats(sz, 'ne', result, result)),
    () => k.helper(`nan_${rule}${operands.length}_${sz ? 'f64x2' : 'f32x4'}`, result, ...operands),
    result,
    'rare',
  );
}

const QUIET = [splatConst(2, 1n << 22n), splatConst(3, 1n << 51n)];

/** The mask of lanes that compare true. FPSR.IOC is set by signalling NaNs and, but for equality, by all NaNs. */
export function compareLanes(k: Emitter, sz: number, operation: string, a: Expr, b: Expr): Expr {
  const nan = (v: Expr): Expr => floats(sz, 'ne', v, v);
  const quietBitClear = (v: Expr): Expr => lanes(sz + 2, 'eq', vAnd(v, QUIET[sz]!), splatConst(0, 0n));
  const offends = (v: Expr): Expr => (operation === 'eq' ? vAnd(nan(v), quietBitClear(v)) : nan(v));
  k.if(anyTrue(vOr(nan(a), nan(b))), () => k.if(anyTrue(vOr(offends(a), offends(b))), () => raise(k, FPSR.IOC)));
  return floats(sz, operation, a, b);
}

/** Sets FPSR.DZC if a quotient is infinite because a finite number was divided by zero. */
export function raiseDivisionByZero(k: Emitter, sz: number, quotient: Expr, dividend: Expr, divisor: Expr): void {
  const w = scalarOps(sz);
  const infinity = scalarConst(sz, Number.POSITIVE_INFINITY);
  k.if(w.eq(w.abs(quotient), infinity), () => {
    const byZero = i32.and(w.eq(divisor, scalarConst(sz, 0)), w.lt(w.abs(dividend), infinity));
    k.if(byZero, () => raise(k, FPSR.DZC));
  });
}

/** The same for the lanes of vectors; lanes of the quotient that do not count are zero. */
export function raiseDivisionByZeroLanes(k: Emitter, sz: number, quotient: Expr, dividend: Expr, divisor: Expr): void {
  const infinity = k.let(floats(sz, 'splat', scalarConst(sz, Number.POSITIVE_INFINITY)));
  const infinite = k.let(floats(sz, 'eq', floats(sz, 'abs', quotient), infinity));
  k.if(anyTrue(infinite), () => {
    const byZero = vAnd(floats(sz, 'eq', divisor, splatConst(0, 0n)), floats(sz, 'lt', floats(sz, 'abs', dividend), infinity));
    k.if(anyTrue(vAnd(infinite, byZero)), () => raise(k, FPSR.DZC));
  });
}

/** N nearest with ties to even, P up, M down, Z to zero, A nearest with ties away, X as FPCR.RMode says. */
export type Direction = 'N' | 'P' | 'M' | 'Z' | 'A' | 'X';

const SIGN = [splatConst(2, 0x80000000n), splatConst(3, 1n << 63n)];
const half = (sz: number): Expr => (sz ? simd('f64x2.splat', f64.const(0.5)) : simd('f32x4.splat', f32.const(0.5)));
const one = (sz: number): Expr => (sz ? simd('f64x2.splat', f64.const(1)) : simd('f32x4.splat', f32.const(1)));

/** Lanes rounded to integral values; signs of zeros are kept. NaNs are left as Wasm makes them. */
export function roundLanes(k: Emitter, sz: number, direction: Direction, value: Expr): Expr {
  switch (direction) {
    case 'N':
      return floats(sz, 'nearest', value);
    case 'P':
      return floats(sz, 'ceil', value);
    case 'M':
      return floats(sz, 'floor', value);
    case 'Z':
      return floats(sz, 'trunc', value);
    case 'A': {
      // Adding a half first could round: compare what truncation left instead, which is exact.
      const whole = k.let(floats(sz, 'trunc', value));
      const sign = k.let(vAnd(value, SIGN[sz]!));
      const away = floats(sz, 'ge', vAndNot(floats(sz, 'sub', value, whole), SIGN[sz]!), half(sz));
      return vOr(floats(sz, 'add', whole, vAnd(away, vOr(one(sz), sign))), sign);
    }
    case 'X': {
      const mode = roundingMode(k);
      const directed = (): Expr => {
        const is = (wanted: number): Expr => k.let(simd('i32x4.eq', simd('i32x4.splat', mode), splatConst(2, BigInt(wanted))));
        const upOrDown = vSelect(is(RMODE.PLUS), floats(sz, 'ceil', value), floats(sz, 'floor', value));
        return vSelect(is(RMODE.ZERO), floats(sz, 'trunc', value), upOrDown);
      };
      return k.choose(mode, directed, floats(sz, 'nearest', value));
    }
  }
}
