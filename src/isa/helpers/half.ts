import { type Expr, extractLane, type FunctionBuilder, f32, i32, i64, select, simd } from '../../wasm';
import { COMPARED, FPCR, FPSR } from '../pseudocode/fp-status';
import { splat, splatConst, vAnd, vAndNot, vOr, vSelect, widen } from '../pseudocode/vector';
import { type Helper, helper, raiseBits, readFpcr } from './helper';
import { HALF, isSignalling } from './nan';

/**
 * Halves as singles and back, exactly, for what does not round, and their comparison: single precision has all of their numbers, none of them denormal, and room for what their NaNs
 * carry.
 */

/** How many bits the fraction of a single has more than that of a half, and the difference of the biases as a factor. */
const MORE_BITS = i32.const(13);
const REBIAS = 2 ** 112;
const SIGN = splatConst(2, 0x8000n);
const FRACTION = splatConst(2, 0x03ffn);
const LEAST_NORMAL = splatConst(2, 0x0400n);
const INFINITY = splatConst(2, 0x7c00n);
const INFINITY_SINGLE = splatConst(2, 0x7f800000n);

const scaled = (value: Expr, factor: number): Expr => simd('f32x4.mul', value, simd('f32x4.splat', f32.const(factor)));

/** Four halves in the low 64 bits; denormal ones are zero with FPCR.FZ16. */
function singlesOf(f: FunctionBuilder, halves: Expr): Expr {
  const bits = f.let(widen(1, true, halves, false));
  const magnitude = f.let(vAndNot(bits, SIGN));
  const flushes = i32.ne(i32.and(readFpcr(f), i32.const(FPCR.FZ16)), i32.const(0));
  const flushed = vAnd(simd('i32x4.lt_u', magnitude, LEAST_NORMAL), splat(2, i32.sub(i32.const(0), flushes)));
  const moved = f.let(simd('i32x4.shl', vAndNot(magnitude, flushed), MORE_BITS));
  const isSpecial = simd('i32x4.ge_u', magnitude, INFINITY);
  const unsigned = vSelect(isSpecial, vOr(moved, INFINITY_SINGLE), scaled(moved, REBIAS));
  return vOr(unsigned, simd('i32x4.shl', vAnd(bits, SIGN), i32.const(16)));
}

const singleOf = (f: FunctionBuilder, half: Expr): Expr => extractLane('f32x4', singlesOf(f, splat(1, half)), 0);

/** Four singles that are halves, each in 32 bits. */
function halvesOf(f: FunctionBuilder, singles: Expr): Expr {
  const magnitude = f.let(simd('f32x4.abs', singles));
  const isSpecial = simd('i32x4.ge_u', magnitude, INFINITY_SINGLE);
  const special = vOr(vAnd(simd('i32x4.shr_u', magnitude, MORE_BITS), FRACTION), INFINITY);
  const number = simd('i32x4.shr_u', scaled(magnitude, 1 / REBIAS), MORE_BITS);
  return vOr(vSelect(isSpecial, special, number), vAnd(simd('i32x4.shr_u', singles, i32.const(16)), SIGN));
}

/** FPCompare: NZCV. `signalAll`: quiet NaNs are invalid operations, too. */
function compare(f: FunctionBuilder, halves: readonly Expr[], signalAll: Expr): Expr {
  const [a, b] = halves.map((half) => f.let(singleOf(f, half))) as [Expr, Expr];
  const ordered = select(f32.gt(a, b), i32.const(COMPARED.GREATER), i32.const(COMPARED.UNORDERED));
  const equal = select(f32.eq(a, b), i32.const(COMPARED.EQUAL), ordered);
  const flags = f.let(select(f32.lt(a, b), i32.const(COMPARED.LESS), equal));
  f.if(i32.eq(flags, i32.const(COMPARED.UNORDERED)), () => {
    const [x, y] = halves.map((half) => isSignalling(HALF, f.let(i64.extendU(half)))) as [Expr, Expr];
    f.if(i32.or(signalAll, i32.or(x, y)), () => raiseBits(f, i32.const(FPSR.IOC)));
  });
  return flags;
}

export const halfHelpers: Record<string, Helper> = {
  compare_h: helper(['i32', 'i32', 'i32'], 'i32', (f, a, b, signalAll) => compare(f, [a!, b!], signalAll!)),
  single_of_half: helper(['i32'], 'f32', (f, half) => singleOf(f, half!)),
  half_of_single: helper(['f32'], 'i32', (f, single) => extractLane('i32x4', halvesOf(f, simd('f32x4.splat', single!)), 0)),
  /** The low four lanes. */
  singles_of_halves: helper(['v128'], 'v128', (f, halves) => singlesOf(f, halves!)),
  /** Eight lanes, those of the first operand below. */
  halves_of_singles: helper(['v128', 'v128'], 'v128', (f, low, high) =>
    simd('i16x8.narrow_i32x4_u', halvesOf(f, low!), halvesOf(f, high!)),
  ),
};
