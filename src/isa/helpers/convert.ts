import { type Expr, extractLane, type FunctionBuilder, i32, i64, replaceLane, select } from '../../wasm';
import { FPCR, FPSR } from '../pseudocode/fp-status';
import { ZERO } from '../pseudocode/vector';
import { flushed, rawOf, scalarOf, typeOf } from './fp-operand';
import { type Helper, raiseBits, readFpcr, roundingHelper } from './helper';
import { BFLOAT, DOUBLE, defaultNan, type FloatFormat, HALF, isNan, isSignalling, SINGLE } from './nan';
import { pack, type RoundingOf, unpack } from './pack';

/** FPConvert: between half, single and double precision; and FixedToFP: from integers. */

const c64 = (value: bigint | number): Expr => i64.const(value);

/** FPConvertNaN: the payload keeps its top bits. */
function convertNan(f: FunctionBuilder, from: FloatFormat, to: FloatFormat, bits: Expr): Expr {
  const fraction = i64.shl(i64.and(bits, c64(from.infinity ^ (from.signBit - 1n))), c64(52 - from.fractionBits));
  const payload = i64.or(i64.shrU(fraction, c64(52 - to.fractionBits)), c64(defaultNan(to)));
  const sign = select(i64.eqz(i64.and(bits, c64(from.signBit))), c64(0), c64(to.signBit));
  f.if(isSignalling(from, bits), () => raiseBits(f, i32.const(FPSR.IOC)));
  return select(i32.and(readFpcr(f), i32.const(FPCR.DN)), c64(defaultNan(to)), i64.or(payload, sign));
}

function convert(f: FunctionBuilder, from: FloatFormat, to: FloatFormat, raw: Expr, how: RoundingOf): Expr {
  // A denormal number in half precision is never flushed here.
  const bits = from === HALF ? raw : flushed(f, from, raw);
  const result = f.local('i64');
  const magnitude = f.let(i64.and(bits, c64(from.signBit - 1n)));
  const sign = f.let(select(i64.eq(magnitude, bits), c64(0), c64(to.signBit)));
  const number = (): void => f.set(result, pack(f, to, unpack(f, from, bits), how));
  const isAlternative = f.let(i32.and(readFpcr(f), i32.const(FPCR.AHP)));

  const special = (): void =>
    f.if(
      i64.gtU(magnitude, c64(from.infinity)),
      () => f.set(result, convertNan(f, from, to, bits)),
      () => f.set(result, i64.or(sign, c64(to.infinity))),
    );
  /** Alternative half precision has neither infinities nor NaNs. */
  const withoutSpecial = (): void => {
    raiseBits(f, i32.const(FPSR.IOC));
    f.set(result, i64.or(sign, select(isNan(from, bits), c64(0), c64((1n << 15n) - 1n))));
  };
  const notFinite = (): void => {
    if (from === HALF) f.if(isAlternative, number, special);
    else if (to === HALF) f.if(isAlternative, withoutSpecial, special);
    else special();
  };
  f.if(
    i64.eqz(magnitude),
    () => f.set(result, sign),
    () => f.if(i64.geU(magnitude, c64(from.infinity)), notFinite, number),
  );
  return f.get(result);
}

/** A scalar of one format in, one of another out. */
const conversion = (from: FloatFormat, to: FloatFormat, how: RoundingOf = 'conversion'): Helper =>
  roundingHelper([typeOf(from)], typeOf(to), (f, _call, value) =>
    scalarOf(to, convert(f, from, to, f.let(rawOf(from, value!)), how)),
  );

/** From an i64, taken as signed unless the second parameter says so, with as many bits behind the point as the third. */
const fromFixed = (to: FloatFormat): Helper =>
  roundingHelper(['i64', 'i32', 'i32'], typeOf(to), (f, _call, value, unsigned, fractionBits) => {
    const negative = f.let(i32.and(i64.ltS(value!, c64(0)), i32.eqz(unsigned!)));
    const magnitude = f.let(select(negative, i64.sub(c64(0), value!), value!));
    const result = f.local('i64');
    f.set(result, c64(0));
    f.if(i32.eqz(i64.eqz(magnitude)), () => {
      const shift = f.let(i64.clz(magnitude));
      const exponent = f.let(i32.sub(i32.sub(i32.const(63), i32.wrap(shift)), fractionBits!));
      const number = { sign: f.let(i64.extendU(negative)), exponent, significand: f.let(i64.shl(magnitude, shift)) };
      f.set(result, pack(f, to, number, 'arithmetic'));
    });
    return scalarOf(to, f.get(result));
  });

/** The same of 16-bit lanes, as many as there are, to halves. */
const lanesFromFixed = (count: number): Helper =>
  roundingHelper(['v128', 'i32', 'i32'], 'v128', (f, call, value, unsigned, fractionBits) => {
    let result = ZERO;
    for (let i = 0; i < count; i++) {
      const signed = i64.extendS(extractLane('i16x8', value!, i, true));
      const integer = select(unsigned!, i64.and(signed, c64(0xffff)), signed);
      result = f.let(replaceLane('i16x8', result, i, call('from_fixed_h', integer, unsigned!, fractionBits!)));
    }
    return result;
  });

/** `fcvt_<from>_<to>`, BFCVT, FCVTXN's rounding to odd, `from_fixed_<to>`, `from_fixed_h_<lanes>`. */
export const convertHelpers: Record<string, Helper> = {
  fcvt_h_s: conversion(HALF, SINGLE),
  fcvt_h_d: conversion(HALF, DOUBLE),
  fcvt_s_h: conversion(SINGLE, HALF),
  fcvt_s_d: conversion(SINGLE, DOUBLE),
  fcvt_d_h: conversion(DOUBLE, HALF),
  fcvt_d_s: conversion(DOUBLE, SINGLE),
  bfcvt: conversion(SINGLE, BFLOAT),
  fcvtxn: conversion(DOUBLE, SINGLE, 'odd'),
  from_fixed_h: fromFixed(HALF),
  from_fixed_s: fromFixed(SINGLE),
  from_fixed_d: fromFixed(DOUBLE),
  ...Object.fromEntries([1, 4, 8].map((count) => [`from_fixed_h_${count}`, lanesFromFixed(count)])),
};
