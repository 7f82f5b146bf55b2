import { f64, i32, i64, select } from '../../wasm';
import { FPSR } from '../pseudocode/fp-status';
import { flushed } from './fp-operand';
import { type Helper, raiseBits, roundingHelper } from './helper';
import { DOUBLE } from './nan';

const LEAST = -(2 ** 31);
const BEYOND = 2 ** 31;
/** From here on a double is a multiple of 2^11, and Wasm has no integer for it. */
const TOP_EXPONENT = 63;

/**
 * FJCVTZS (pseudocode FPToFixedJS): a double as JavaScript's ToInt32 has it, truncated modulo 2^32, in the low word; bit 32 is PSTATE.Z, which says that nothing was
 * lost.
 */
const toInt32: Helper = roundingHelper(['f64'], 'i64', (f, _call, value) => {
  const raw = f.let(i64.reinterpretF64(value!));
  const bits = f.let(flushed(f, DOUBLE, raw));
  const whole = f.let(f64.trunc(f64.reinterpretI64(bits)));
  const exponent = f.let(
    i32.sub(i32.wrap(i64.and(i64.shrU(bits, i64.const(DOUBLE.fractionBits)), i64.const(0x7ff))), i32.const(DOUBLE.bias)),
  );
  const isSmall = f.let(i32.ltS(exponent, i32.const(TOP_EXPONENT)));
  // Bits of the significand that stay below 2^32; none of an infinity or a NaN.
  const shift = f.let(i64.extendU(i32.sub(exponent, i32.const(DOUBLE.fractionBits))));
  const high = select(i64.ltU(shift, i64.const(32)), i64.shl(bits, shift), i64.const(0));
  const large = select(i64.ltS(bits, i64.const(0)), i64.sub(i64.const(0), high), high);
  const word = i32.wrap(select(isSmall, i64.truncSatF64S(whole), large));
  const inRange = f.let(i32.and(f64.ge(whole, f64.const(LEAST)), f64.lt(whole, f64.const(BEYOND))));
  const inexact = f.let(f64.ne(whole, f64.reinterpretI64(bits)));
  raiseBits(f, select(inRange, select(inexact, i32.const(FPSR.IXC), i32.const(0)), i32.const(FPSR.IOC)));
  // Minus zero and a denormal number that was flushed are something else than the integer.
  const isOther = i32.and(i64.eqz(i64.shl(bits, i64.const(1))), i32.eqz(i64.eqz(raw)));
  const exact = i32.and(i32.and(inRange, i32.eqz(inexact)), i32.eqz(isOther));
  return i64.or(i64.extendU(word), i64.shl(i64.extendU(exact), i64.const(32)));
});

export const javascriptHelpers: Record<string, Helper> = { fjcvtzs: toInt32 };
