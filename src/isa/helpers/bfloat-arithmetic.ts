import { type Expr, extractLane, type FunctionBuilder, f32, f64, i32, i64, replaceLane, select } from '../../wasm';
import { ZERO } from '../pseudocode/vector';
import { sumToOdd } from './fp-exact';
import { isZero } from './fp-operand';
import { callingHelper, type Helper } from './helper';
import { DOUBLE, defaultNan, SINGLE } from './nan';

/**
 * Sums of products of BFloat16 numbers as BFDOT and BFMMLA have them (pseudocode BFDotAdd, BFMulH, BFAdd, BFRound): whatever FPCR says, denormal numbers are zero,
 * NaNs are the default NaN, and rounding is to odd, with infinity beyond the range. FPSR is left alone.
 */

const c64 = (value: bigint | number): Expr => i64.const(value);

/** A single that is not denormal. */
function flushed(f: FunctionBuilder, value: Expr): Expr {
  const bits = f.let(value);
  const exponent = i32.and(bits, i32.const(Number(SINGLE.infinity)));
  return select(exponent, bits, i32.and(bits, i32.const(-(2 ** 31))));
}
/** Raw bits of a single as a double. */
const asDouble = (f: FunctionBuilder, bits: Expr): Expr => f64.promote(f32.reinterpretI32(flushed(f, bits)));

const MORE_BITS = DOUBLE.fractionBits - SINGLE.fractionBits;
const REBIAS = BigInt(DOUBLE.bias - SINGLE.bias) << BigInt(SINGLE.fractionBits);

/** A double that is exact, or rounded to odd, as the raw bits of a single. */
function single(f: FunctionBuilder, value: Expr): Expr {
  const number = f.let(value);
  const bits = f.let(i64.reinterpretF64(number));
  const sign = f.let(i64.shl(i64.shrU(bits, c64(63)), c64(31)));
  const magnitude = f.let(i64.and(bits, c64(DOUBLE.signBit - 1n)));
  const sticky = i64.extendU(i64.ne(i64.and(magnitude, c64((1n << BigInt(MORE_BITS)) - 1n)), c64(0)));
  const cut = f.let(i64.sub(i64.or(i64.shrU(magnitude, c64(MORE_BITS)), sticky), c64(REBIAS)));
  const isTiny = i64.ltS(cut, c64(1n << BigInt(SINGLE.fractionBits)));
  const isLarge = i64.geS(cut, c64(SINGLE.infinity));
  const rounded = select(isTiny, c64(0), select(isLarge, c64(SINGLE.infinity), cut));
  const result = i32.wrap(i64.or(sign, rounded));
  return select(f64.ne(number, number), i32.const(Number(defaultNan(SINGLE))), result);
}

/** Products are exact in a double. */
const multiply: Helper = callingHelper(['i32', 'i32'], 'i32', (f, _call, a, b) =>
  single(f, f64.mul(asDouble(f, a!), asDouble(f, b!))),
);

const add: Helper = callingHelper(['i32', 'i32'], 'i32', (f, _call, a, b) => {
  const [x, y] = [f.let(asDouble(f, a!)), f.let(asDouble(f, b!))];
  const plain = f.let(f64.add(x, y));
  // Infinities have no remainder; a sum that is zero is exact.
  const isSpecial = i32.or(isZero(plain), i32.eqz(f64.lt(f64.abs(plain), f64.const(Number.POSITIVE_INFINITY))));
  return single(f, select(isSpecial, plain, sumToOdd(f, x, y)));
});

/** BFDotAdd of one lane: a single and two pairs, as raw bits. */
const dotLane: Helper = callingHelper(['i32', 'i32', 'i32'], 'i32', (_f, call, sum, n, m) => {
  const low = (pair: Expr): Expr => i32.shl(pair, i32.const(16));
  const high = (pair: Expr): Expr => i32.and(pair, i32.const(-(2 ** 16)));
  const products = call('bf_add', call('bf_multiply', low(n!), low(m!)), call('bf_multiply', high(n!), high(m!)));
  return call('bf_add', sum!, products);
});

/** All four lanes. */
const dot: Helper = callingHelper(['v128', 'v128', 'v128'], 'v128', (f, call, sum, n, m) => {
  let result = ZERO;
  for (let i = 0; i < 4; i++) {
    const lanes = [sum!, n!, m!].map((v) => extractLane('i32x4', v, i));
    result = f.let(replaceLane('i32x4', result, i, call('bf_dot_lane', ...lanes)));
  }
  return result;
});

export const bfloatHelpers: Record<string, Helper> = {
  bf_multiply: multiply,
  bf_add: add,
  bf_dot_lane: dotLane,
  bf_dot: dot,
};
