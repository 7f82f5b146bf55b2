import {
  type Expr,
  extractLane,
  type FunctionBuilder,
  f32,
  f64,
  i32,
  i64,
  type Local,
  replaceLane,
  select,
  simd,
} from '../../wasm';
import { vAnd, vOr, vXor, ZERO } from '../pseudocode/vector';
import { type Helper, helper } from './helper';
import { DOUBLE } from './nan';
import { pack, unpack } from './pack';

/**
 * Fused multiply-add with one rounding (to nearest; FPCR.RMode is taken as zero). Wasm has none that is guaranteed to fuse.
 * NaN results have Wasm's bits: the caller replaces them.
 */

const c64 = (value: bigint | number): Expr => i64.const(value);

/**
 * Single precision in double: the product is exact, and the sum is rounded to odd, after which rounding to single is right
 * (Boldo and Melquiond, "Emulation of FMA and correctly rounded sums: proved algorithms using rounding to odd").
 */
function sumToOdd(f: FunctionBuilder, addend: Expr, product: Expr): Expr {
  const s = f.let(f64.add(addend, product));
  const b = f.let(f64.sub(s, product));
  const error = f.let(f64.add(f64.sub(addend, b), f64.sub(product, f64.sub(s, b))));
  const bits = f.let(i64.reinterpretF64(s));
  const inexact = i32.or(f64.lt(error, f64.const(0)), f64.gt(error, f64.const(0)));
  const needed = i32.and(inexact, i64.eqz(i64.and(bits, c64(1))));
  const outward = i32.eq(f64.gt(error, f64.const(0)), f64.gt(s, f64.const(0)));
  const moved = i64.add(bits, select(outward, c64(1), c64(-1)));
  return f64.reinterpretI64(select(needed, moved, bits));
}

/** The same on two lanes. */
function sumToOddLanes(f: FunctionBuilder, addend: Expr, product: Expr): Expr {
  const s = f.let(simd('f64x2.add', addend, product));
  const b = f.let(simd('f64x2.sub', s, product));
  const error = f.let(simd('f64x2.add', simd('f64x2.sub', addend, b), simd('f64x2.sub', product, simd('f64x2.sub', s, b))));
  const up = f.let(simd('f64x2.gt', error, ZERO));
  const inexact = vOr(up, simd('f64x2.lt', error, ZERO));
  const one = simd('i64x2.splat', c64(1));
  const even = simd('i64x2.eq', vAnd(s, one), ZERO);
  // 1 where the error has the sum's sign, else -1.
  const step = vOr(vXor(up, simd('f64x2.gt', s, ZERO)), one);
  return f.let(simd('i64x2.add', s, vAnd(vAnd(inexact, even), step)));
}

const highToLow = (value: Expr): Expr => simd('i64x2.splat', extractLane('i64x2', value, 1));

/** addend + n * m on four singles; `finish` acts on the sum (to odd, as doubles) before the last rounding. */
function fmaSingles(f: FunctionBuilder, addend: Expr, n: Expr, m: Expr, finish: (sum: Expr) => Expr = (sum) => sum): Expr {
  const half = (select: (v: Expr) => Expr): Expr => {
    const [a, x, y] = [addend, n, m].map((v) => f.let(simd('f64x2.promote_low_f32x4', select(v))));
    const product = f.let(simd('f64x2.mul', x!, y!));
    return simd('f32x4.demote_f64x2_zero', finish(sumToOddLanes(f, a!, product)));
  };
  const low = f.let(half((v) => v));
  const high = f.let(half(highToLow));
  return f.let(replaceLane('i64x2', low, 1, extractLane('i64x2', high, 0)));
}

/** A 128-bit number in two variables. */
interface Wide {
  readonly high: Local;
  readonly low: Local;
}

/** Shifts right by `amount` (i32, not negative); bits lost leave bit 0 set. */
function shiftRightSticky(f: FunctionBuilder, wide: Wide, amount: Expr): void {
  const { high, low } = wide;
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

/** High 64 bits of the product of two unsigned numbers, by 32-bit parts. */
function multiplyHigh(f: FunctionBuilder, a: Expr, b: Expr): Expr {
  const mask = c64(0xffffffffn);
  const [aLow, aHigh, bLow, bHigh] = [i64.and(a, mask), i64.shrU(a, c64(32)), i64.and(b, mask), i64.shrU(b, c64(32))].map((x) =>
    f.let(x),
  );
  const middle = f.let(i64.add(i64.mul(aHigh!, bLow!), i64.shrU(i64.mul(aLow!, bLow!), c64(32))));
  const cross = f.let(i64.add(i64.mul(aLow!, bHigh!), i64.and(middle, mask)));
  return f.let(i64.add(i64.add(i64.mul(aHigh!, bHigh!), i64.shrU(middle, c64(32))), i64.shrU(cross, c64(32))));
}

/** All three numbers finite and not zero. */
function fmaFinite(f: FunctionBuilder, addend: Expr, n: Expr, m: Expr): Expr {
  const [c, x, y] = [addend, n, m].map((value) => unpack(f, DOUBLE, f.let(i64.reinterpretF64(value))));
  const wide = (): Wide => ({ high: f.local('i64'), low: f.local('i64') });
  // Both have their top bit at 124 or 125, which leaves room for the sum, and 20 bits below the product for cancellation to be exact.
  const p = wide();
  const a = f.let(i64.shrU(x!.significand, c64(1)));
  const b = f.let(i64.shrU(y!.significand, c64(1)));
  f.set(p.high, multiplyHigh(f, a, b));
  f.set(p.low, i64.mul(a, b));
  const pSign = f.let(i64.xor(x!.sign, y!.sign));
  const pExponent = f.let(i32.sub(i32.add(x!.exponent, y!.exponent), i32.const(124)));
  const s = wide();
  f.set(s.high, i64.shrU(c!.significand, c64(2)));
  f.set(s.low, c64(0));
  const cExponent = f.let(i32.sub(c!.exponent, i32.const(125)));

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
    i64.eq(pSign, c!.sign),
    () => {
      f.set(sum.low, i64.add(pLow, sLow));
      f.set(sum.high, i64.add(i64.add(pHigh, sHigh), i64.extendU(i64.ltU(f.get(sum.low), pLow))));
    },
    () => {
      const pBelow = i32.or(i64.ltU(pHigh, sHigh), i32.and(i64.eq(pHigh, sHigh), i64.ltU(pLow, sLow)));
      f.if(
        pBelow,
        () => {
          f.set(sign, c!.sign);
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

  const result = f.local('f64');
  f.if(
    i64.eqz(i64.or(f.get(sum.high), f.get(sum.low))),
    () => f.set(result, f64.const(0)),
    () => {
      f.if(i64.eqz(f.get(sum.high)), () => {
        f.set(sum.high, f.get(sum.low));
        f.set(sum.low, c64(0));
        f.set(exponent, i32.sub(f.get(exponent), i32.const(64)));
      });
      const shift = f.let(i64.clz(f.get(sum.high)));
      f.if(i64.ne(shift, c64(0)), () => {
        f.set(sum.high, i64.or(i64.shl(f.get(sum.high), shift), i64.shrU(f.get(sum.low), i64.sub(c64(64), shift))));
        f.set(sum.low, i64.shl(f.get(sum.low), shift));
      });
      const significand = f.let(i64.or(f.get(sum.high), i64.extendU(i64.ne(f.get(sum.low), c64(0)))));
      const top = f.let(i32.add(i32.sub(f.get(exponent), i32.wrap(shift)), i32.const(127)));
      const bits = pack(f, DOUBLE, { sign: f.get(sign), exponent: top, significand }, 'nearest');
      f.set(result, f64.reinterpretI64(bits));
    },
  );
  return f.get(result);
}

/** addend + n * m in double precision: integers for the general case. */
function fmaDouble(f: FunctionBuilder, addend: Expr, n: Expr, m: Expr): Expr {
  const result = f.local('f64');
  const finite = (x: Expr): Expr => f64.lt(f64.abs(x), f64.const(Number.POSITIVE_INFINITY));
  const nonzero = (x: Expr): Expr => f64.ne(x, f64.const(0));
  const ordinary = f.let(i32.and(i32.and(finite(n), finite(m)), i32.and(nonzero(n), nonzero(m))));
  f.if(
    ordinary,
    () =>
      f.if(
        i32.and(finite(addend), nonzero(addend)),
        () => f.set(result, fmaFinite(f, addend, n, m)),
        () => f.set(result, select(nonzero(addend), addend, f64.mul(n, m))),
      ),
    () => f.set(result, f64.add(addend, f64.mul(n, m))),
  );
  return f.get(result);
}

const fmaDoubles = (f: FunctionBuilder, lane: (i: number) => Expr): Expr => {
  const low = lane(0);
  return replaceLane('f64x2', f.let(simd('f64x2.splat', low)), 1, lane(1));
};

/** (3 - n * m) / 2 with one rounding. The factor of a half goes where it cannot change the rounding or overflow. */
function rsqrtStepDouble(f: FunctionBuilder, n: Expr, m: Expr): Expr {
  const large = f.let(f64.ge(f64.abs(n), f64.const(1)));
  const scaled = f.let(select(large, f64.mul(n, f64.const(-0.5)), f64.neg(n)));
  const sum = fmaDouble(f, select(large, f64.const(1.5), f64.const(3)), scaled, m);
  return f64.mul(sum, select(large, f64.const(1), f64.const(0.5)));
}

const splat = (value: number): Expr => simd('f32x4.splat', f32.const(value));
const lane = (v: Expr, i: number): Expr => extractLane('f64x2', v, i);

export const fmaHelpers: Record<string, Helper> = {
  fma_f32: helper(['f32', 'f32', 'f32'], 'f32', (f, a, n, m) => {
    const product = f.let(f64.mul(f64.promote(n!), f64.promote(m!)));
    return f32.demote(sumToOdd(f, f.let(f64.promote(a!)), product));
  }),
  fma_f64: helper(['f64', 'f64', 'f64'], 'f64', (f, a, n, m) => fmaDouble(f, a!, n!, m!)),
  fma_f32x4: helper(['v128', 'v128', 'v128'], 'v128', (f, a, n, m) => fmaSingles(f, a!, n!, m!)),
  fma_f64x2: helper(['v128', 'v128', 'v128'], 'v128', (f, a, n, m) =>
    fmaDoubles(f, (i) => fmaDouble(f, f.let(lane(a!, i)), f.let(lane(n!, i)), f.let(lane(m!, i)))),
  ),
  /** FRECPS: 2 - n * m. */
  recps_f32x4: helper(['v128', 'v128'], 'v128', (f, n, m) => fmaSingles(f, splat(2), f.let(simd('f32x4.neg', n!)), m!)),
  recps_f64x2: helper(['v128', 'v128'], 'v128', (f, n, m) =>
    fmaDoubles(f, (i) => fmaDouble(f, f64.const(2), f.let(f64.neg(lane(n!, i))), f.let(lane(m!, i)))),
  ),
  /** FRSQRTS: (3 - n * m) / 2. Halving a sum of singles rounded to odd as a double is exact. */
  rsqrts_f32x4: helper(['v128', 'v128'], 'v128', (f, n, m) =>
    fmaSingles(f, splat(3), f.let(simd('f32x4.neg', n!)), m!, (sum) =>
      simd('f64x2.mul', sum, simd('f64x2.splat', f64.const(0.5))),
    ),
  ),
  rsqrts_f64x2: helper(['v128', 'v128'], 'v128', (f, n, m) =>
    fmaDoubles(f, (i) => rsqrtStepDouble(f, f.let(lane(n!, i)), f.let(lane(m!, i)))),
  ),
};
