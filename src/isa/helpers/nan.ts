import { type Expr, extractLane, type FunctionBuilder, f32, f64, i32, i64, replaceLane, select } from '../../wasm';
import { FPCR, FPSR } from '../pseudocode/fp-status';
import { type Helper, helper, raiseBits, readFpcr } from './helper';

/**
 * NaNs as the architecture makes them (shared pseudocode FPProcessNaNs and friends): the first signalling operand made quiet, else the
 * first quiet one, else (an invalid operation) the default NaN; with FPCR.DN always the default NaN. Wasm leaves a NaN's bits open, so
 * what computes with Wasm's operations comes here only when a result is a NaN. FPSR.IOC is set as a by-product.
 *
 * Raw bits travel as i64 for both formats.
 */

export interface FloatFormat {
  readonly exponentBits: number;
  readonly fractionBits: number;
  readonly bias: number;
  readonly signBit: bigint;
  readonly infinity: bigint;
  /** The top bit of the fraction: set in quiet NaNs. */
  readonly quietBit: bigint;
}

const format = (exponentBits: number, fractionBits: number): FloatFormat => ({
  exponentBits,
  fractionBits,
  bias: (1 << (exponentBits - 1)) - 1,
  signBit: 1n << BigInt(exponentBits + fractionBits),
  infinity: ((1n << BigInt(exponentBits)) - 1n) << BigInt(fractionBits),
  quietBit: 1n << BigInt(fractionBits - 1),
});

export const HALF = format(5, 10);
export const SINGLE = format(8, 23);
export const DOUBLE = format(11, 52);
export const BFLOAT = format(8, 7);
/** By the encodings' sz. */
export const FORMATS: readonly [FloatFormat, FloatFormat] = [SINGLE, DOUBLE];
export const defaultNan = (of: FloatFormat): bigint => of.infinity | of.quietBit;

const c64 = (value: bigint | number): Expr => i64.const(value);
const magnitude = (of: FloatFormat, bits: Expr): Expr => i64.and(bits, c64(of.signBit - 1n));

export const isNan = (of: FloatFormat, bits: Expr): Expr => i64.gtU(magnitude(of, bits), c64(of.infinity));
export const isSignalling = (of: FloatFormat, bits: Expr): Expr =>
  i32.and(isNan(of, bits), i64.eqz(i64.and(bits, c64(of.quietBit))));

/**
 * - plain: arithmetic; three operands are those of a fused multiply-add, addend first
 * - number: FMAXNM, FMINNM, where one quiet NaN loses against a number
 * - mulx, recps, rsqrts: infinity times zero is 2.0 with the product's sign, 2.0, 1.5
 */
export type NanRule = 'plain' | 'number' | 'mulx' | 'recps' | 'rsqrts';

const power = (of: FloatFormat, exponent: number): bigint => BigInt(of.bias + exponent) << BigInt(of.fractionBits);

/** The result of an operation known to give a NaN by Wasm's rules, from the operands' raw bits. */
export function nanResult(f: FunctionBuilder, of: FloatFormat, rule: NanRule, operands: readonly Expr[]): Expr {
  const nan = operands.map((x) => f.let(isNan(of, x)));
  const signalling = operands.map((x) => f.let(isSignalling(of, x)));
  const any = (flags: readonly Expr[]): Expr => flags.reduce((a, b) => i32.or(a, b));
  const anyNan = f.let(any(nan));
  const anySignalling = f.let(any(signalling));

  let invalidValue = c64(defaultNan(of));
  if (rule === 'mulx') invalidValue = i64.or(i64.and(i64.xor(operands[0]!, operands[1]!), c64(of.signBit)), c64(power(of, 1)));
  if (rule === 'recps') invalidValue = c64(power(of, 1));
  if (rule === 'rsqrts') invalidValue = c64(power(of, 0) | of.quietBit);
  const raisesInvalid = rule === 'plain' || rule === 'number';

  let propagated = c64(0);
  for (let i = operands.length; i--; ) propagated = f.let(select(nan[i]!, operands[i]!, propagated));
  for (let i = operands.length; i--; )
    propagated = f.let(select(signalling[i]!, i64.or(operands[i]!, c64(of.quietBit)), propagated));
  const defaultMode = i32.and(readFpcr(f), i32.const(FPCR.DN));
  propagated = f.let(select(defaultMode, c64(defaultNan(of)), propagated));
  let result = f.let(select(anyNan, propagated, invalidValue));
  let invalid = raisesInvalid ? f.let(i32.or(anySignalling, i32.eqz(anyNan))) : anySignalling;

  if (rule === 'number') {
    const one = f.let(i32.and(i32.xor(nan[0]!, nan[1]!), i32.eqz(anySignalling)));
    result = f.let(select(one, select(nan[0]!, operands[1]!, operands[0]!), result));
  }
  if (operands.length === 3) {
    // A quiet addend with infinity times zero is an invalid operation all the same.
    const infinite = (x: Expr): Expr => i64.eq(magnitude(of, x), c64(of.infinity));
    const zero = (x: Expr): Expr => i64.eqz(magnitude(of, x));
    const [, n, m] = operands as [Expr, Expr, Expr];
    const product = i32.or(i32.and(infinite(n), zero(m)), i32.and(zero(n), infinite(m)));
    const forced = f.let(i32.and(i32.and(nan[0]!, i32.eqz(anySignalling)), product));
    result = f.let(select(forced, c64(defaultNan(of)), result));
    invalid = f.let(i32.or(invalid, forced));
  }
  raiseBits(f, select(invalid, i32.const(FPSR.IOC), i32.const(0)));
  return result;
}

const RULES: readonly [NanRule, arities: readonly number[]][] = [
  ['plain', [1, 2]],
  ['number', [2]],
];

/** Scalars: parameters are the operands; the result replaces a NaN. */
function scalarHelper(sz: 0 | 1, rule: NanRule, arity: number): Helper {
  const type = sz ? 'f64' : 'f32';
  return helper(
    Array.from({ length: arity }, () => type),
    type,
    (f, ...operands) => {
      const raw = operands.map((x) => f.let(sz ? i64.reinterpretF64(x) : i64.extendU(i32.reinterpretF32(x))));
      const bits = nanResult(f, FORMATS[sz], rule, raw);
      return sz ? f64.reinterpretI64(bits) : f32.reinterpretI32(i32.wrap(bits));
    },
  );
}

/** Vectors: the first parameter is the result so far; its NaN lanes are replaced. */
function vectorHelper(sz: 0 | 1, rule: NanRule, arity: number): Helper {
  const shape = sz ? 'i64x2' : 'i32x4';
  return helper(
    Array.from({ length: arity + 1 }, () => 'v128' as const),
    'v128',
    (f, computed, ...operands) => {
      const result = f.local('v128');
      f.set(result, computed!);
      const lane = (v: Expr, i: number): Expr => (sz ? extractLane(shape, v, i) : i64.extendU(extractLane(shape, v, i)));
      for (let i = 0; i < (sz ? 2 : 4); i++) {
        f.if(isNan(FORMATS[sz], lane(computed!, i)), () => {
          const bits = nanResult(
            f,
            FORMATS[sz],
            rule,
            operands.map((v) => f.let(lane(v, i))),
          );
          f.set(result, replaceLane(shape, f.get(result), i, sz ? bits : i32.wrap(bits)));
        });
      }
      return f.get(result);
    },
  );
}

/** `nan_<rule><operands>_<f32|f64|f32x4|f64x2>` */
export const nanHelpers: Record<string, Helper> = {};
for (const [rule, arities] of RULES) {
  for (const arity of arities) {
    for (const sz of [0, 1] as const) {
      nanHelpers[`nan_${rule}${arity}_${sz ? 'f64' : 'f32'}`] = scalarHelper(sz, rule, arity);
      nanHelpers[`nan_${rule}${arity}_${sz ? 'f64x2' : 'f32x4'}`] = vectorHelper(sz, rule, arity);
    }
  }
}
