import { type Expr, type FunctionBuilder, i32, i64, select } from '../../wasm';
import { FPCR, FPSR, RMODE } from '../pseudocode/fp-status';
import { raiseBits, readFpcr } from './helper';
import { type FloatFormat, HALF } from './nan';

/** Finite numbers taken apart and rounded into a format again: the bottom of arithmetic and conversions. */

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

/**
 * - arithmetic: FPRound, as FPCR.RMode says
 * - conversion: FPRoundCV, which does not flush half precision, and knows its alternative format
 * - odd: the same with FCVTXN's rounding to odd
 */
export type RoundingOf = 'arithmetic' | 'conversion' | 'odd';

/** Rounds into `format`, sets the cumulative bits of FPSR, and returns the raw bits in an i64. Bits of the significand may be sticky, below what is kept. */
export function pack(f: FunctionBuilder, format: FloatFormat, value: Unpacked, how: RoundingOf): Expr {
  const { fractionBits, bias } = format;
  const { sign, exponent, significand } = value;
  const fpcr = f.let(readFpcr(f));
  const biased = f.let(i32.add(exponent, i32.const(bias)));
  const isNormal = f.let(i32.gtS(biased, i32.const(0)));
  const magnitude = f.local('i64');
  const flags = f.local('i32');

  const round = (): void => {
    const extra = f.let(select(isNormal, i32.const(0), i32.sub(i32.const(1), biased)));
    // 65 or more dropped bits leave less than half a unit.
    const drop = f.let(
      i64.extendU(i32.add(i32.const(63 - fractionBits), select(i32.gtS(extra, i32.const(65)), i32.const(65), extra))),
    );
    const partial = f.let(i64.ltU(drop, c64(64)));
    const kept = f.let(select(partial, i64.shrU(significand, drop), c64(0)));
    const rest = f.let(select(partial, i64.and(significand, i64.sub(i64.shl(c64(1), drop), c64(1))), significand));
    const inexact = f.let(i64.ne(rest, c64(0)));
    let rounded: Expr;
    let overflowed: Expr = c64(format.infinity - 1n);
    if (how === 'odd') rounded = i64.or(kept, i64.extendU(inexact));
    else {
      const half = f.let(i64.shl(c64(1), i64.sub(drop, c64(1))));
      const tie = i32.and(i64.eq(rest, half), i32.wrap(i64.and(kept, c64(1))));
      const nearest = i32.and(i64.leU(drop, c64(64)), i32.or(i64.gtU(rest, half), tie));
      const mode = f.let(i32.and(i32.shrU(fpcr, i32.const(FPCR.RMODE_SHIFT)), i32.const(3)));
      const negative = i32.wrap(sign);
      const isUp = i32.eq(mode, i32.const(RMODE.PLUS));
      const away = f.let(select(isUp, i32.eqz(negative), i32.and(i32.eq(mode, i32.const(RMODE.MINUS)), negative)));
      const isNearest = f.let(i32.eq(mode, i32.const(RMODE.NEAREST)));
      rounded = i64.add(kept, i64.extendU(select(isNearest, nearest, i32.and(away, inexact))));
      overflowed = select(i32.or(isNearest, away), c64(format.infinity), overflowed);
    }
    const field = select(isNormal, i64.shl(i64.extendS(i32.sub(biased, i32.const(1))), c64(fractionBits)), c64(0));
    // A normal significand brings its implicit one, a carry of rounding the next exponent.
    const sum = f.let(i64.add(field, rounded));
    f.set(magnitude, sum);
    f.set(flags, select(inexact, select(isNormal, i32.const(FPSR.IXC), i32.const(FPSR.IXC | FPSR.UFC)), i32.const(0)));
    const overflow = (limit: bigint, instead: Expr, bits: number): void =>
      f.if(i64.geU(sum, c64(limit)), () => {
        f.set(magnitude, instead);
        f.set(flags, i32.const(bits));
      });
    const usual = (): void => overflow(format.infinity, overflowed, FPSR.OFC | FPSR.IXC);
    // The alternative format has numbers where others have infinities and NaNs.
    const alternative = (): void => overflow(1n << 15n, c64((1n << 15n) - 1n), FPSR.IOC);
    if (format === HALF && how === 'conversion') f.if(i32.and(fpcr, i32.const(FPCR.AHP)), alternative, usual);
    else usual();
  };
  // Tininess is detected before rounding.
  const flushes = format !== HALF ? FPCR.FZ : how === 'arithmetic' ? FPCR.FZ16 : 0;
  f.if(
    select(isNormal, i32.const(0), i32.and(fpcr, i32.const(flushes))),
    () => {
      f.set(magnitude, c64(0));
      f.set(flags, i32.const(FPSR.UFC));
    },
    round,
  );
  raiseBits(f, f.get(flags));
  return f.let(i64.or(f.get(magnitude), i64.shl(sign, c64(fractionBits + format.exponentBits))));
}
