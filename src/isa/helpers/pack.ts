import { type Expr, type FunctionBuilder, i32, i64, select } from '../../wasm';
import { RMODE } from '../pseudocode/fp-status';
import type { FloatFormat } from './nan';

/** Finite numbers taken apart and rounded into a format again: the bottom of conversions and of the fused multiply-add. */

export interface Unpacked {
  /** 0 or 1, i64. */
  readonly sign: Expr;
  /** Power of two of the top bit of `significand`, i32. */
  readonly exponent: Expr;
  /** i64 with bit 63 set. */
  readonly significand: Expr;
}

const c64 = (value: bigint | number): Expr => i64.const(value);

/** Takes a finite number that is not zero apart; `bits` is its raw value in an i64. */
export function unpack(f: FunctionBuilder, format: FloatFormat, bits: Expr): Unpacked {
  const { fractionBits, bias } = format;
  const biased = f.let(i32.wrap(i64.shrU(i64.and(bits, c64(format.infinity)), c64(fractionBits))));
  const fraction = f.let(i64.shl(bits, c64(63 - fractionBits)));
  const normal = i64.or(fraction, c64(1n << 63n));
  const bare = f.let(i64.and(fraction, c64((1n << 63n) - 1n)));
  const shift = f.let(i64.clz(bare));
  const subnormal = f.let(i32.eqz(biased));
  return {
    sign: f.let(i64.and(i64.shrU(bits, c64(fractionBits + format.exponentBits)), c64(1))),
    exponent: f.let(select(subnormal, i32.sub(i32.const(1 - bias), i32.wrap(shift)), i32.sub(biased, i32.const(bias)))),
    significand: f.let(select(subnormal, i64.shl(bare, shift), normal)),
  };
}

/** `odd`: FCVTXN's rounding to odd. An expression: FPCR.RMode as i32. */
export type Rounding = 'nearest' | 'odd' | Expr;

/** FPRound: rounds into `format` and returns the raw bits in an i64. Bit 0 of the significand may be a sticky bit. */
export function pack(f: FunctionBuilder, format: FloatFormat, value: Unpacked, rounding: Rounding): Expr {
  const { fractionBits, bias } = format;
  const { sign, exponent, significand } = value;
  const biased = f.let(i32.add(exponent, i32.const(bias)));
  const isNormal = f.let(i32.gtS(biased, i32.const(0)));
  const extra = f.let(select(isNormal, i32.const(0), i32.sub(i32.const(1), biased)));
  // 65 or more dropped bits leave less than half a unit.
  const drop = f.let(
    i64.extendU(i32.add(i32.const(63 - fractionBits), select(i32.gtS(extra, i32.const(65)), i32.const(65), extra))),
  );
  const partial = f.let(i64.ltU(drop, c64(64)));
  const kept = f.let(select(partial, i64.shrU(significand, drop), c64(0)));
  const rest = f.let(select(partial, i64.and(significand, i64.sub(i64.shl(c64(1), drop), c64(1))), significand));
  const half = f.let(i64.shl(c64(1), i64.sub(drop, c64(1))));
  const comparable = i64.leU(drop, c64(64));
  const inexact = f.let(i64.ne(rest, c64(0)));
  const nearest = i32.and(comparable, i32.or(i64.gtU(rest, half), i32.and(i64.eq(rest, half), i32.wrap(i64.and(kept, c64(1))))));

  const negative = i32.wrap(sign);
  let rounded: Expr;
  let overflowed: Expr;
  const infinity = c64(format.infinity);
  const largest = c64(format.infinity - 1n);
  if (rounding === 'nearest') {
    rounded = i64.add(kept, i64.extendU(nearest));
    overflowed = infinity;
  } else if (rounding === 'odd') {
    rounded = i64.or(kept, i64.extendU(inexact));
    overflowed = largest;
  } else {
    const away = f.let(
      select(
        i32.eq(rounding, i32.const(RMODE.PLUS)),
        i32.eqz(negative),
        i32.and(i32.eq(rounding, i32.const(RMODE.MINUS)), negative),
      ),
    );
    const isNearest = f.let(i32.eq(rounding, i32.const(RMODE.NEAREST)));
    rounded = i64.add(kept, i64.extendU(select(isNearest, nearest, i32.and(away, inexact))));
    overflowed = select(i32.or(isNearest, away), infinity, largest);
  }
  const field = select(isNormal, i64.shl(i64.extendS(i32.sub(biased, i32.const(1))), c64(fractionBits)), c64(0));
  // A normal significand brings its implicit one, a carry of rounding the next exponent.
  const magnitude = f.let(i64.add(field, rounded));
  const bounded = select(i64.geU(magnitude, infinity), overflowed, magnitude);
  return f.let(i64.or(bounded, i64.shl(sign, c64(fractionBits + format.exponentBits))));
}
