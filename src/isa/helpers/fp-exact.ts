import { type Expr, type FunctionBuilder, f64, i32, i64, type Local, select } from '../../wasm';
import { isZero } from './fp-operand';
import type { Unpacked } from './pack';

/**
 * Exact results of arithmetic, as far as rounding can tell: with enough bits, and one that is set if there would be more (sticky). In double precision by
 * integers; for narrower formats in double precision, where they either are exact or are rounded to odd.
 */

const c64 = (value: bigint | number): Expr => i64.const(value);
/** Signs of operands are equal. */
const sameSign = (a: Unpacked, b: Unpacked): Expr => i64.eq(a.sign, b.sign);

/** A number under construction. */
export interface Parts {
  readonly sign: Local;
  readonly exponent: Local;
  readonly significand: Local;
}
export const partsOf = (f: FunctionBuilder): Parts => ({
  sign: f.local('i64'),
  exponent: f.local('i32'),
  significand: f.local('i64'),
});
export const numberOf = (f: FunctionBuilder, { sign, exponent, significand }: Parts): Unpacked => ({
  sign: f.get(sign),
  exponent: f.get(exponent),
  significand: f.get(significand),
});

/** Sets a number whose significand need not have its top bit set, but is not zero. */
function setNormalised(f: FunctionBuilder, to: Parts, sign: Expr, exponent: Expr, significand: Expr): void {
  const bits = f.let(significand);
  const shift = f.let(i64.clz(bits));
  f.set(to.sign, sign);
  f.set(to.significand, i64.shl(bits, shift));
  f.set(to.exponent, i32.sub(exponent, i32.wrap(shift)));
}

/** a + b, which is not zero. */
export function setSum(f: FunctionBuilder, to: Parts, a: Unpacked, b: Unpacked): void {
  const below = i64.ltU(a.significand, b.significand);
  const swap = f.let(i32.or(i32.ltS(a.exponent, b.exponent), i32.and(i32.eq(a.exponent, b.exponent), below)));
  const pick = (x: Expr, y: Expr): Expr => f.let(select(swap, y, x));
  const exponent = pick(a.exponent, b.exponent);
  const distance = f.let(i64.extendU(i32.sub(exponent, pick(b.exponent, a.exponent))));
  const large = f.let(i64.shrU(pick(a.significand, b.significand), c64(1)));
  const small = f.let(i64.shrU(pick(b.significand, a.significand), c64(1)));
  const near = f.let(i64.ltU(distance, c64(63)));
  const lost = i64.and(small, i64.sub(i64.shl(c64(1), distance), c64(1)));
  const aligned = i64.or(i64.shrU(small, distance), i64.extendU(i64.ne(lost, c64(0))));
  const addend = f.let(select(near, aligned, c64(1)));
  const sum = select(sameSign(a, b), i64.add(large, addend), i64.sub(large, addend));
  setNormalised(f, to, pick(a.sign, b.sign), i32.add(exponent, i32.const(1)), sum);
}

/** High 64 bits of the product of two unsigned numbers, by 32-bit parts. */
function multiplyHigh(f: FunctionBuilder, a: Expr, b: Expr): Expr {
  const low = (x: Expr): Expr => f.let(i64.and(x, c64(0xffffffffn)));
  const high = (x: Expr): Expr => f.let(i64.shrU(x, c64(32)));
  const [aLow, aHigh, bLow, bHigh] = [low(a), high(a), low(b), high(b)];
  const middle = f.let(i64.add(i64.mul(aHigh, bLow), high(f.let(i64.mul(aLow, bLow)))));
  const cross = f.let(i64.add(i64.mul(aLow, bHigh), low(middle)));
  return f.let(i64.add(i64.add(i64.mul(aHigh, bHigh), high(middle)), high(cross)));
}

/** a * b. */
export function setProduct(f: FunctionBuilder, to: Parts, a: Unpacked, b: Unpacked): void {
  const low = i64.mul(a.significand, b.significand);
  const bits = i64.or(multiplyHigh(f, a.significand, b.significand), i64.extendU(i64.ne(low, c64(0))));
  setNormalised(f, to, i64.xor(a.sign, b.sign), i32.add(i32.add(a.exponent, b.exponent), i32.const(1)), bits);
}

/** Significands of 53 bits as whole numbers. */
const whole = (f: FunctionBuilder, { significand }: Unpacked): Expr => f.let(i64.shrU(significand, c64(11)));

/**
 * A whole result of 53 bits, rounded to nearest, at the top of an i64; and what is left (i64, signed) tells whether the exact one is a little less or more, by less than
 * half a unit, as no quotient or root is a tie.
 */
function withRest(f: FunctionBuilder, nearest: Expr, left: Expr): Expr {
  const rest = f.let(left);
  const above = i64.extendU(i64.gtS(rest, c64(0)));
  return i64.sub(i64.add(i64.shl(nearest, c64(11)), above), i64.shrU(rest, c64(63)));
}

/** a / b: Wasm's quotient of the significands, and what is left of the dividend, which is small enough to be told modulo 2^64. */
export function setQuotient(f: FunctionBuilder, to: Parts, a: Unpacked, b: Unpacked): void {
  const [n, d] = [whole(f, a), whole(f, b)];
  const isLess = f.let(i64.ltU(n, d));
  const digits = f.let(i64.add(c64(52), i64.extendU(isLess)));
  const scale = select(isLess, f64.const(2 ** 53), f64.const(2 ** 52));
  const quotient = f.let(i64.truncSatF64U(f64.mul(f64.div(f64.convertI64U(n), f64.convertI64U(d)), scale)));
  const bits = withRest(f, quotient, i64.sub(i64.shl(n, digits), i64.mul(quotient, d)));
  setNormalised(f, to, i64.xor(a.sign, b.sign), i32.sub(i32.sub(a.exponent, b.exponent), isLess), bits);
}

/** The square root of a, which is positive; in the same way. */
export function setRoot(f: FunctionBuilder, to: Parts, a: Unpacked): void {
  const odd = f.let(i32.and(a.exponent, i32.const(1)));
  const n = f.let(i64.shl(whole(f, a), i64.extendU(odd)));
  const root = f.let(i64.truncSatF64U(f64.sqrt(f64.mul(f64.convertI64U(n), f64.const(2 ** 52)))));
  const bits = withRest(f, root, i64.sub(i64.shl(n, c64(52)), i64.mul(root, root)));
  setNormalised(f, to, c64(0), i32.shrS(i32.sub(a.exponent, odd), i32.const(1)), bits);
}

/** A 128-bit number in two variables. */
interface Wide {
  readonly high: Local;
  readonly low: Local;
}

/** Shifts right by `amount` (i32, not negative); bits lost leave bit 0 set. */
function shiftRightSticky(f: FunctionBuilder, { high, low }: Wide, amount: Expr): void {
  const rest = f.local('i64');
  f.set(rest, i64.extendU(amount));
  const sticky = (lost: Expr): Expr => i64.extendU(i64.ne(lost, c64(0)));
  f.if(i64.geU(f.get(rest), c64(64)), () => {
    f.set(low, i64.or(f.get(high), sticky(f.get(low))));
    f.set(high, c64(0));
    f.set(rest, i64.sub(f.get(rest), c64(64)));
  });
  f.if(
    i64.geU(f.get(rest), c64(64)),
    () => f.set(low, c64(1)),
    () =>
      f.if(i64.ne(f.get(rest), c64(0)), () => {
        const up = f.let(i64.sub(c64(64), f.get(rest)));
        const lost = f.let(i64.shl(f.get(low), up));
        f.set(low, i64.or(i64.or(i64.shl(f.get(high), up), i64.shrU(f.get(low), f.get(rest))), sticky(lost)));
        f.set(high, i64.shrU(f.get(high), f.get(rest)));
      }),
  );
}

/** c + x * y of numbers that are not zero. If the sum is, `isZero` (i32) is 1 and nothing else is set. */
export function setFused(f: FunctionBuilder, to: Parts, c: Unpacked, x: Unpacked, y: Unpacked): Expr {
  const wide = (): Wide => ({ high: f.local('i64'), low: f.local('i64') });
  // Both have their top bit at 124 or 125, which leaves room for the sum, and 20 bits below the product for cancellation to be exact.
  const p = wide();
  const a = f.let(i64.shrU(x.significand, c64(1)));
  const b = f.let(i64.shrU(y.significand, c64(1)));
  f.set(p.high, multiplyHigh(f, a, b));
  f.set(p.low, i64.mul(a, b));
  const pSign = f.let(i64.xor(x.sign, y.sign));
  const pExponent = f.let(i32.sub(i32.add(x.exponent, y.exponent), i32.const(124)));
  const s = wide();
  f.set(s.high, i64.shrU(c.significand, c64(2)));
  f.set(s.low, c64(0));
  const cExponent = f.let(i32.sub(c.exponent, i32.const(125)));

  const distance = f.let(i32.sub(pExponent, cExponent));
  const exponent = f.local('i32');
  f.if(
    i32.gtS(distance, i32.const(0)),
    () => {
      f.set(exponent, pExponent);
      shiftRightSticky(f, s, distance);
    },
    () => {
      f.set(exponent, cExponent);
      shiftRightSticky(f, p, f.let(i32.sub(i32.const(0), distance)));
    },
  );

  const [pHigh, pLow, sHigh, sLow] = [p.high, p.low, s.high, s.low].map((local) => f.get(local)) as [Expr, Expr, Expr, Expr];
  const sum = wide();
  const sign = f.local('i64');
  f.set(sign, pSign);
  f.if(
    i64.eq(pSign, c.sign),
    () => {
      f.set(sum.low, i64.add(pLow, sLow));
      f.set(sum.high, i64.add(i64.add(pHigh, sHigh), i64.extendU(i64.ltU(f.get(sum.low), pLow))));
    },
    () => {
      const pBelow = i32.or(i64.ltU(pHigh, sHigh), i32.and(i64.eq(pHigh, sHigh), i64.ltU(pLow, sLow)));
      f.if(
        pBelow,
        () => {
          f.set(sign, c.sign);
          f.set(sum.low, i64.sub(sLow, pLow));
          f.set(sum.high, i64.sub(i64.sub(sHigh, pHigh), i64.extendU(i64.ltU(sLow, pLow))));
        },
        () => {
          f.set(sum.low, i64.sub(pLow, sLow));
          f.set(sum.high, i64.sub(i64.sub(pHigh, sHigh), i64.extendU(i64.ltU(pLow, sLow))));
        },
      );
    },
  );

  f.if(i64.eqz(f.get(sum.high)), () => {
    f.set(sum.high, f.get(sum.low));
    f.set(sum.low, c64(0));
    f.set(exponent, i32.sub(f.get(exponent), i32.const(64)));
  });
  const isNothing = f.let(i64.eqz(f.get(sum.high)));
  f.if(i32.eqz(isNothing), () => {
    const shift = f.let(i64.clz(f.get(sum.high)));
    f.if(i64.ne(shift, c64(0)), () => {
      f.set(sum.high, i64.or(i64.shl(f.get(sum.high), shift), i64.shrU(f.get(sum.low), i64.sub(c64(64), shift))));
      f.set(sum.low, i64.shl(f.get(sum.low), shift));
    });
    f.set(to.sign, f.get(sign));
    f.set(to.significand, i64.or(f.get(sum.high), i64.extendU(i64.ne(f.get(sum.low), c64(0)))));
    f.set(to.exponent, i32.add(i32.sub(f.get(exponent), i32.wrap(shift)), i32.const(127)));
  });
  return isNothing;
}

/**
 * x + y of doubles, rounded to odd: rounding that to a format with two bits less or more is as if the sum had been exact (Boldo and Melquiond, "Emulation of FMA and
 * correctly rounded sums: proved algorithms using rounding to odd"). The sum must not overflow.
 */
export function sumToOdd(f: FunctionBuilder, x: Expr, y: Expr): Expr {
  const s = f.let(f64.add(x, y));
  const b = f.let(f64.sub(s, y));
  const error = f.let(f64.add(f64.sub(x, b), f64.sub(y, f64.sub(s, b))));
  const bits = f.let(i64.reinterpretF64(s));
  const needed = i32.and(i32.eqz(isZero(error)), i64.eqz(i64.and(bits, c64(1))));
  const outward = i32.eq(f64.gt(error, f64.const(0)), f64.gt(s, f64.const(0)));
  const moved = i64.add(bits, select(outward, c64(1), c64(-1)));
  return f64.reinterpretI64(select(needed, moved, bits));
}
