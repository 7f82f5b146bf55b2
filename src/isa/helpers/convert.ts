import { type Expr, type FunctionBuilder, i32, i64, select } from '../../wasm';
import { FPCR, FPSR } from '../pseudocode/fp-status';
import { type Helper, helper, raiseBits, readFpcr } from './helper';
import { DOUBLE, defaultNan, type FloatFormat, HALF, isNan, isSignalling, SINGLE } from './nan';
import { pack, type Rounding, unpack } from './pack';

/** FPConvert: between half, single and double precision. IEEE half precision only: FPCR.AHP is taken as zero. */

const c64 = (value: bigint | number): Expr => i64.const(value);

/** FPConvertNaN: the payload keeps its top bits. */
function convertNan(f: FunctionBuilder, from: FloatFormat, to: FloatFormat, bits: Expr): Expr {
  const fraction = i64.shl(i64.and(bits, c64(from.infinity ^ (from.signBit - 1n))), c64(52 - from.fractionBits));
  const payload = i64.or(i64.shrU(fraction, c64(52 - to.fractionBits)), c64(defaultNan(to)));
  const sign = select(i64.eqz(i64.and(bits, c64(from.signBit))), c64(0), c64(to.signBit));
  f.if(isSignalling(from, bits), () => raiseBits(f, i32.const(FPSR.IOC)));
  return select(i32.and(readFpcr(f), i32.const(FPCR.DN)), c64(defaultNan(to)), i64.or(payload, sign));
}

function convert(f: FunctionBuilder, from: FloatFormat, to: FloatFormat, bits: Expr, rounding: Rounding): Expr {
  const result = f.local('i64');
  const magnitude = f.let(i64.and(bits, c64(from.signBit - 1n)));
  const sign = f.let(select(i64.eq(magnitude, bits), c64(0), c64(to.signBit)));
  f.if(
    isNan(from, bits),
    () => f.set(result, convertNan(f, from, to, bits)),
    () =>
      f.if(
        i64.eqz(magnitude),
        () => f.set(result, sign),
        () =>
          f.if(
            i64.eq(magnitude, c64(from.infinity)),
            () => f.set(result, i64.or(sign, c64(to.infinity))),
            () => f.set(result, pack(f, to, unpack(f, from, bits), rounding)),
          ),
      ),
  );
  return f.get(result);
}

/** Raw bits in, raw bits out: i32 for half and single, i64 for double. */
const conversion = (from: FloatFormat, to: FloatFormat, odd = false): Helper =>
  helper([from === DOUBLE ? 'i64' : 'i32'], to === DOUBLE ? 'i64' : 'i32', (f, raw) => {
    const bits = from === DOUBLE ? raw! : f.let(i64.extendU(raw!));
    const mode = odd ? 'odd' : f.let(i32.and(i32.shrU(readFpcr(f), i32.const(FPCR.RMODE_SHIFT)), i32.const(3)));
    const result = convert(f, from, to, bits, mode);
    return to === DOUBLE ? result : i32.wrap(result);
  });

/** `fcvt_<from>_<to>`, and FCVTXN's rounding to odd. */
export const convertHelpers: Record<string, Helper> = {
  fcvt_h_s: conversion(HALF, SINGLE),
  fcvt_h_d: conversion(HALF, DOUBLE),
  fcvt_s_h: conversion(SINGLE, HALF),
  fcvt_s_d: conversion(SINGLE, DOUBLE),
  fcvt_d_h: conversion(DOUBLE, HALF),
  fcvt_d_s: conversion(DOUBLE, SINGLE),
  fcvtxn: conversion(DOUBLE, SINGLE, true),
};
