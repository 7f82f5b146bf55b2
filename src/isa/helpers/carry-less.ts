import { type Expr, type FunctionBuilder, i64, replaceLane, simd } from '../../wasm';
import { type Helper, helper } from './helper';

/**
 * Carry-less products by ordinary ones: of numbers that have only every fourth bit, no sum of product bits in one place reaches 16 as long as they
 * are of 32 bits, so no carry gets as far as the next bit that counts.
 */
const STEP = 4;
const everyFourth = (first: number): Expr => i64.const(0x1111_1111_1111_1111n << BigInt(first));

/** The 63 bits of the product of two 32-bit polynomials. */
function product32(f: FunctionBuilder, a: Expr, b: Expr): Expr {
  const parts = (value: Expr): Expr[] => [0, 1, 2, 3].map((first) => f.let(i64.and(value, everyFourth(first))));
  const [as, bs] = [parts(a), parts(b)];
  const ofPlace = (place: number): Expr => {
    const terms = as.map((part, i) => i64.mul(part, bs[(place - i + STEP) % STEP]!));
    return i64.and(terms.reduce(i64.xor), everyFourth(place));
  };
  return f.let([0, 1, 2, 3].map(ofPlace).reduce(i64.or));
}

/** `polynomial_multiply_64`: the product of two 64-bit polynomials, by Karatsuba's three of half the size. PMULL, PMULL2. */
export const carryLessHelpers: Record<string, Helper> = {
  polynomial_multiply_64: helper(['i64', 'i64'], 'v128', (f, a, b) => {
    const low = (value: Expr): Expr => f.let(i64.and(value, i64.const(0xffff_ffffn)));
    const high = (value: Expr): Expr => f.let(i64.shrU(value, i64.const(32)));
    const [a0, a1, b0, b1] = [low(a!), high(a!), low(b!), high(b!)];
    const lowest = product32(f, a0, b0);
    const highest = product32(f, a1, b1);
    const middle = product32(f, f.let(i64.xor(a0, a1)), f.let(i64.xor(b0, b1)));
    const cross = f.let(i64.xor(middle, i64.xor(lowest, highest)));
    return replaceLane(
      'i64x2',
      simd('i64x2.splat', i64.xor(lowest, i64.shl(cross, i64.const(32)))),
      1,
      i64.xor(highest, i64.shrU(cross, i64.const(32))),
    );
  }),
};
