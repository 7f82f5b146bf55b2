import { type Expr, extractLane, type FunctionBuilder, f64, i32, i64, replaceLane, select } from '../../wasm';
import { FPCR, FPSR, RMODE } from '../pseudocode/fp-status';
import { ZERO } from '../pseudocode/vector';
import { flushed } from './fp-operand';
import { type Helper, halvesHelper, laneHelper, raiseBits, readFpcr, roundingHelper } from './helper';
import { type FloatFormat, FORMATS, HALF, isNan, nanResult } from './nan';

/**
 * FRECPE, FRSQRTE, FRECPX, URECPE, URSQRTE: the architecture defines the estimates bit for bit (shared pseudocode RecipEstimate,
 * RecipSqrtEstimate, FPRecipEstimate, FPRSqrtEstimate, FPRecpX).
 */

const c64 = (value: bigint | number): Expr => i64.const(value);

/** RecipEstimate: 256..511 (i32) to 256..511. */
const recipEstimate = (a: Expr): Expr => {
  const b = i32.divU(i32.const(1 << 19), i32.add(i32.shl(a, i32.const(1)), i32.const(1)));
  return i32.shrU(i32.add(b, i32.const(1)), i32.const(1));
};

/** RecipSqrtEstimate: 128..511 (i32) to 256..511. The manual's search for the smallest b with a * (b + 1)^2 >= 2^28 is a square root. */
const recipSqrtEstimate = (f: FunctionBuilder, a: Expr): Expr => {
  const small = i32.add(i32.shl(a, i32.const(1)), i32.const(1));
  const large = i32.shl(i32.or(a, i32.const(1)), i32.const(1));
  const scaled = f.let(select(i32.ltU(a, i32.const(256)), small, large));
  const root = f64.ceil(f64.sqrt(f64.div(f64.const(2 ** 28), f64.convertI32U(scaled))));
  return i32.shrU(i32.truncSatF64U(root), i32.const(1));
};

/** URECPE, URSQRTE: 0.32 fixed point. */
const unsignedEstimate = (minimum: number, estimate: (f: FunctionBuilder, a: Expr) => Expr): Helper =>
  laneHelper(2, [true], (f, x) => {
    const value = f.let(i32.wrap(x!));
    // Operands below the estimate's range saturate; the other value only keeps the arithmetic in range.
    const small = f.let(i32.ltU(value, i32.const(minimum)));
    const top = f.let(select(small, i32.const(256), i32.shrU(value, i32.const(23))));
    return i64.extendU(select(small, i32.const(-1), i32.shl(estimate(f, top), i32.const(23))));
  });

/** Splits an operand of `format` (raw bits in an i64) as the pseudocode does: biased exponent (i32) and a fraction of 52 bits. */
function split(f: FunctionBuilder, format: FloatFormat, bits: Expr): { sign: Expr; exponent: Expr; fraction: Expr } {
  const fractionBits = format.fractionBits;
  const magnitude = f.let(i64.and(bits, c64(format.infinity | ((1n << BigInt(fractionBits)) - 1n))));
  return {
    sign: f.let(i64.and(bits, c64(format.signBit))),
    exponent: f.let(i32.wrap(i64.shrU(magnitude, c64(fractionBits)))),
    fraction: f.let(i64.shl(i64.and(magnitude, c64((1n << BigInt(fractionBits)) - 1n)), c64(52 - fractionBits))),
  };
}

const FRACTION_52 = (1n << 52n) - 1n;

/** An overflow is to infinity when rounding to nearest or away from zero, else to the largest number. */
function overflowed(f: FunctionBuilder, format: FloatFormat, sign: Expr): Expr {
  const mode = f.let(i32.and(i32.shrU(readFpcr(f), i32.const(FPCR.RMODE_SHIFT)), i32.const(3)));
  const outward = select(i64.eqz(sign), i32.const(RMODE.PLUS), i32.const(RMODE.MINUS));
  const toInfinity = i32.or(i32.eq(mode, i32.const(RMODE.NEAREST)), i32.eq(mode, outward));
  return i64.or(sign, select(toInfinity, c64(format.infinity), c64(format.infinity - 1n)));
}

function recipEstimateFloat(f: FunctionBuilder, format: FloatFormat, raw: Expr): Expr {
  const bits = flushed(f, format, raw);
  const { sign, exponent, fraction } = split(f, format, bits);
  const magnitude = f.let(i64.xor(bits, sign));
  const result = f.local('i64');
  // Below 2^-(bias + 1) the reciprocal overflows.
  const overflows = i64.ltU(magnitude, c64(1n << BigInt(format.fractionBits - 2)));
  f.if(
    isNan(format, bits),
    () => f.set(result, nanResult(f, format, 'plain', [bits])),
    () =>
      f.if(
        i64.eq(magnitude, c64(format.infinity)),
        () => f.set(result, sign),
        () =>
          f.if(
            overflows,
            () =>
              f.if(
                i64.eqz(magnitude),
                () => {
                  raiseBits(f, i32.const(FPSR.DZC));
                  f.set(result, i64.or(sign, c64(format.infinity)));
                },
                () => {
                  raiseBits(f, i32.const(FPSR.OFC | FPSR.IXC));
                  f.set(result, overflowed(f, format, sign));
                },
              ),
            () => {
              const e = f.local('i32');
              const m = f.local('i64');
              f.set(e, exponent);
              f.set(m, fraction);
              f.if(i32.eqz(exponent), () => {
                const half = f.let(i64.eqz(i64.shrU(fraction, c64(51))));
                f.set(e, i32.sub(i32.const(0), half));
                f.set(m, i64.and(i64.shl(fraction, select(half, c64(2), c64(1))), c64(FRACTION_52)));
              });
              const top = i32.or(i32.const(256), i32.wrap(i64.shrU(f.get(m), c64(44))));
              const estimate = f.let(recipEstimate(f.let(top)));
              const newExponent = f.let(i32.sub(i32.const(2 * format.bias - 1), f.get(e)));
              const newFraction = f.let(i64.shl(i64.extendU(i32.and(estimate, i32.const(255))), c64(44)));
              // Results below the normal range: exponent 0 or -1 shift the leading one into the fraction.
              const leading = i64.or(newFraction, c64(1n << 52n));
              const shifted = select(
                i32.eqz(newExponent),
                i64.shrU(leading, c64(1)),
                select(i32.ltS(newExponent, i32.const(0)), i64.shrU(leading, c64(2)), newFraction),
              );
              const field = i64.extendU(f.let(select(i32.ltS(newExponent, i32.const(0)), i32.const(0), newExponent)));
              const packed = i64.shrU(i64.or(i64.shl(field, c64(52)), shifted), c64(52 - format.fractionBits));
              f.set(result, i64.or(sign, packed));
              // Of the largest operands the reciprocal is denormal.
              f.if(i32.and(readFpcr(f), i32.const(format === HALF ? FPCR.FZ16 : FPCR.FZ)), () =>
                f.if(i64.geU(magnitude, c64(BigInt(2 * format.bias - 1) << BigInt(format.fractionBits))), () => {
                  raiseBits(f, i32.const(FPSR.UFC));
                  f.set(result, sign);
                }),
              );
            },
          ),
      ),
  );
  return f.get(result);
}

function recipSqrtEstimateFloat(f: FunctionBuilder, format: FloatFormat, raw: Expr): Expr {
  const bits = flushed(f, format, raw);
  const { sign, exponent, fraction } = split(f, format, bits);
  const magnitude = f.let(i64.xor(bits, sign));
  const result = f.local('i64');
  f.if(
    i32.or(isNan(format, bits), i32.and(i64.ne(sign, c64(0)), i64.ne(magnitude, c64(0)))),
    // A negative operand is no NaN itself: the rule for NaNs then gives the default NaN.
    () => f.set(result, nanResult(f, format, 'plain', [bits])),
    () =>
      f.if(
        i64.eqz(magnitude),
        () => {
          raiseBits(f, i32.const(FPSR.DZC));
          f.set(result, i64.or(sign, c64(format.infinity)));
        },
        () =>
          f.if(
            i64.eq(magnitude, c64(format.infinity)),
            () => f.set(result, c64(0)),
            () => {
              const e = f.local('i32');
              const m = f.local('i64');
              f.set(e, exponent);
              f.set(m, fraction);
              f.if(i32.eqz(exponent), () => {
                // A subnormal: its leading one moves to where the implicit one of a normal number is.
                const shift = f.let(i64.sub(i64.clz(fraction), c64(11)));
                f.set(m, i64.and(i64.shl(fraction, shift), c64(FRACTION_52)));
                f.set(e, i32.sub(i32.const(1), i32.wrap(shift)));
              });
              const even = i32.eqz(i32.and(f.get(e), i32.const(1)));
              const high = i32.or(i32.const(256), i32.wrap(i64.shrU(f.get(m), c64(44))));
              const low = i32.or(i32.const(128), i32.wrap(i64.shrU(f.get(m), c64(45))));
              const estimate = f.let(recipSqrtEstimate(f, f.let(select(even, high, low))));
              const newExponent = i32.shrU(i32.sub(i32.const(3 * format.bias - 1), f.get(e)), i32.const(1));
              const newFraction = i64.shl(i64.extendU(i32.and(estimate, i32.const(255))), c64(format.fractionBits - 8));
              f.set(result, i64.or(i64.shl(i64.extendU(newExponent), c64(format.fractionBits)), newFraction));
            },
          ),
      ),
  );
  return f.get(result);
}

/** FRECPX: the exponent inverted, the fraction cleared. */
function reciprocalExponent(f: FunctionBuilder, format: FloatFormat, raw: Expr): Expr {
  const bits = flushed(f, format, raw);
  const { sign, exponent } = split(f, format, bits);
  const result = f.local('i64');
  const max = (1 << format.exponentBits) - 1;
  f.if(
    isNan(format, bits),
    () => f.set(result, nanResult(f, format, 'plain', [bits])),
    () => {
      const inverted = select(i32.eqz(exponent), i32.const(max - 1), i32.xor(exponent, i32.const(max)));
      f.set(result, i64.or(sign, i64.shl(i64.extendU(inverted), c64(format.fractionBits))));
    },
  );
  return f.get(result);
}

type LaneOf = (f: FunctionBuilder, format: FloatFormat, bits: Expr) => Expr;

/** A helper over every lane of a vector; lanes from `count` on are not touched, so that zeros there raise nothing. */
const estimateHelper = (sz: 0 | 1, count: number, lane: LaneOf): Helper =>
  roundingHelper(['v128'], 'v128', (f, _call, v) => {
    let result = ZERO;
    for (let i = 0; i < count; i++) {
      const shape = sz ? 'i64x2' : 'i32x4';
      const raw = extractLane(shape, v!, i);
      const value = lane(f, FORMATS[sz], f.let(sz ? raw : i64.extendU(raw)));
      result = f.let(replaceLane(shape, result, i, sz ? value : i32.wrap(value)));
    }
    return result;
  });
const halfEstimate = (lane: LaneOf): Helper =>
  roundingHelper(['i32'], 'i32', (f, _call, half) => i32.wrap(lane(f, HALF, f.let(i64.extendU(half!)))));

export const estimateHelpers: Record<string, Helper> = {
  urecpe: unsignedEstimate(0x80000000, (_f, a) => recipEstimate(a)),
  ursqrte: unsignedEstimate(0x40000000, recipSqrtEstimate),
};
/** `<name>_h`, `<name>_<h|s|d>_<lanes>` */
for (const [name, lane] of [
  ['frecpe', recipEstimateFloat],
  ['frsqrte', recipSqrtEstimateFloat],
  ['frecpx', reciprocalExponent],
] as const) {
  estimateHelpers[`${name}_h`] = halfEstimate(lane);
  for (const count of [1, 4, 8]) estimateHelpers[`${name}_h_${count}`] = halvesHelper(name, count, 1);
  for (const count of [1, 2, 4]) estimateHelpers[`${name}_s_${count}`] = estimateHelper(0, count, lane);
  for (const count of [1, 2]) estimateHelpers[`${name}_d_${count}`] = estimateHelper(1, count, lane);
}
