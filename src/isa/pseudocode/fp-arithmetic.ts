import { type Expr, extractLane, f32, f64, i32, replaceLane, simd, type ValType } from '../../wasm';
import { CPU_STATE as STATE } from '../cpu-state';
import type { Emitter, Reg } from '../emitter';
import type { RoundingOperation } from '../helpers/exact-arithmetic';
import type { NanRule } from '../helpers/nan';
import { FPCR, FPSR, RMODE, raise, raiseInexactIf } from './fp-status';
import { anyTrue, floats, highHalf, keepLow, lanes, splatConst, vAnd, vAndNot, vNot, vOr, vSelect, ZERO } from './vector';

/**
 * Floating point shared by scalar and vector meanings. Results are computed by Wasm's operations; whether they are the architecture's is looked at behind
 * (fp-ordinary.ts), and if not the helpers of helpers/exact-arithmetic.ts compute them anew. Operations that do not round take operands that {@link flushed} has seen,
 * and replace NaNs.
 */

/** Precisions as field `type` of the encodings has them, or, of the first two, field `sz`. */
export const SINGLE = 0;
export const DOUBLE = 1;
export const HALF = 3;

/** log2 of a scalar's bytes, and its bits. */
export const sizeOf = (sz: number): number => (sz === HALF ? 1 : sz + 2);
export const bitsOf = (sz: number): number => 8 << sizeOf(sz);

/** The scalar operations of a precision: Wasm has those of single and double. */
export const scalarOps = (sz: number): typeof f32 | typeof f64 => (sz ? f64 : f32);
export const scalarType = (sz: number): 'f32' | 'f64' => (sz ? 'f64' : 'f32');
/** A scalar for what rounds: a half is its bits, an i32. */
export const readScalar = (k: Emitter, sz: number, reg: Reg): Expr =>
  sz === HALF ? k.vLow('i32_16u', reg) : k.vLow(scalarType(sz), reg);
export const writeScalar = (k: Emitter, sz: number, reg: Reg, value: Expr): void =>
  k.setVLow(value, sz === HALF ? 'i32_16' : scalarType(sz), reg);
export const negated = (sz: number, value: Expr): Expr =>
  sz === HALF ? i32.xor(value, i32.const(0x8000)) : scalarOps(sz).neg(value);

/**
 * A scalar for what does not round, and of what precision it is then: a half is a single (helpers/half.ts), which FPCR.FZ16 has been heeded for already and FPCR.FZ
 * leaves alone, as it is not denormal.
 */
export const numberType = (sz: number): number => (sz === HALF ? SINGLE : sz);
export const readNumber = (k: Emitter, sz: number, reg: Reg): Expr =>
  sz === HALF ? k.helper('single_of_half', readScalar(k, sz, reg)) : readScalar(k, sz, reg);
export const writeNumber = (k: Emitter, sz: number, reg: Reg, value: Expr): void =>
  writeScalar(k, sz, reg, sz === HALF ? k.helper('half_of_single', value) : value);
export const scalarConst = (sz: number, value: number): Expr => (sz ? f64.const(value) : f32.const(value));

/** As helpers are named. */
export const letterOf = (sz: number): 'h' | 's' | 'd' => (sz === HALF ? 'h' : sz ? 'd' : 's');

type Quick = (k: Emitter, type: 'f32' | 'f64' | 'f32x4' | 'f64x2', ...operands: Expr[]) => Expr | undefined;
const wasm =
  (name: string): Quick =>
  (_k, type, ...operands) =>
    type === 'f32'
      ? f32[name as 'add'](...(operands as [Expr, Expr]))
      : type === 'f64'
        ? f64[name as 'add'](...(operands as [Expr, Expr]))
        : simd(`${type}.${name}`, ...operands);
const none: Quick = () => undefined;
/** What Wasm has for each operation. */
const QUICK: Readonly<Record<RoundingOperation, Quick>> = {
  fadd: wasm('add'),
  fsub: wasm('sub'),
  fmul: wasm('mul'),
  fmulx: wasm('mul'),
  fdiv: wasm('div'),
  fsqrt: wasm('sqrt'),
  fma: (k, type, a, n, m) => k.fusedMultiplyAdd(type, a!, n!, m!),
  frecps: none,
  frsqrts: none,
};

/** A scalar operation that rounds. */
export function rounded(k: Emitter, sz: number, operation: RoundingOperation, ...operands: Expr[]): Expr {
  const type = scalarType(sz);
  const anew = (): Expr => k.helper(`${operation}_${letterOf(sz)}`, ...operands);
  const quick = sz === HALF ? undefined : QUICK[operation](k, type, ...operands);
  if (!quick) return anew();
  const result = k.let(quick);
  return k.choose(i32.eqz(k.isOrdinary(type, result)), anew, result, 'rare');
}

/** The same for the lanes of vectors of which the low `bits` count. */
export function roundedLanes(k: Emitter, sz: number, bits: number, operation: RoundingOperation, ...operands: Expr[]): Expr {
  const name = `${operation}_${letterOf(sz)}_${bits / bitsOf(sz)}`;
  const shape = sz ? 'f64x2' : 'f32x4';
  if (bits === bitsOf(sz)) {
    const lane = sz === HALF ? 'i16x8' : shape;
    const scalars = operands.map((v) => k.let(extractLane(lane, v, 0)));
    return k.let(replaceLane(lane, ZERO, 0, rounded(k, sz, operation, ...scalars)));
  }
  if (sz === HALF) return k.helper(name, ...operands);
  const anew = (computed: Expr): Expr => k.helper(name, computed, ...operands);
  const quick = QUICK[operation](k, shape, ...operands);
  if (!quick) return anew(ZERO);
  const result = k.let(quick);
  return k.choose(i32.eqz(k.isOrdinary(shape, result, bits)), () => anew(result), result, 'rare');
}

/** What becomes of singles when they are halves again: as they are, or each a whole number or mask that saturates. */
const NARROWED = {
  half: (k: Emitter, low: Expr, high: Expr): Expr => k.helper('halves_of_singles', low, high),
  signed: (_k: Emitter, low: Expr, high: Expr): Expr => simd('i16x8.narrow_i32x4_s', low, high),
  unsigned: (_k: Emitter, low: Expr, high: Expr): Expr => simd('i16x8.narrow_i32x4_u', low, high),
};

/**
 * An operation that does not round on lanes of halves, of which the low `bits` count: it is done on singles, of which as many count as it is told. FPCR.FZ16 has
 * been heeded then.
 */
export function throughSingles(
  k: Emitter,
  bits: number,
  operands: readonly Expr[],
  result: keyof typeof NARROWED,
  operation: (bits: number, ...singles: Expr[]) => Expr,
): Expr {
  const part = (of: (v: Expr) => Expr): Expr =>
    k.let(operation(Math.min(2 * bits, 128), ...operands.map((v) => k.helper('singles_of_halves', of(v)))));
  const low = part((v) => v);
  return NARROWED[result](k, low, bits === 128 ? part(highHalf) : ZERO);
}

/** An operand of what does not round: FPCR.FZ makes zeros of denormal numbers. */
export function flushed(k: Emitter, sz: number, value: Expr, isVector: boolean): Expr {
  const operand = k.let(value);
  const flushes = i32.and(k.get('i32', STATE.FPCR), i32.const(FPCR.FZ));
  const type = isVector ? (sz ? 'f64x2' : 'f32x4') : scalarType(sz);
  return k.choose(flushes, () => k.helper(`flush_${type}`, operand), operand, 'rare');
}

/** The scalar result of an operation on `operands`, with the architecture's NaN. */
export function withNan(k: Emitter, sz: number, rule: NanRule, value: Expr, operands: readonly Expr[]): Expr {
  const type: ValType = scalarType(sz);
  const result = k.let(value);
  const fromOperands = (): Expr => k.helper(`nan_${rule}${operands.length}_${type}`, ...operands);
  return k.choose(scalarOps(sz).ne(result, result), fromOperands, result, 'rare');
}

/** The same for the lanes of a vector of which the low `bits` count; the rest is cleared, so that it raises nothing. */
export function withNanLanes(k: Emitter, sz: number, bits: number, rule: NanRule, value: Expr, operands: readonly Expr[]): Expr {
  const result = k.let(keepLow(value, bits));
  return k.choose(
    anyTrue(floats(sz, 'ne', result, result)),
    () => k.helper(`nan_${rule}${operands.length}_${sz ? 'f64x2' : 'f32x4'}`, result, ...operands),
    result,
    'rare',
  );
}

const QUIET = [splatConst(2, 1n << 22n), splatConst(3, 1n << 51n)];

/** The mask of lanes that compare true; operands as {@link flushed} leaves them. FPSR.IOC is set by signalling NaNs and, but for equality, by all NaNs. */
export function compareLanes(k: Emitter, sz: number, operation: string, a: Expr, b: Expr): Expr {
  const nan = (v: Expr): Expr => floats(sz, 'ne', v, v);
  const quietBitClear = (v: Expr): Expr => lanes(sz + 2, 'eq', vAnd(v, QUIET[sz]!), splatConst(0, 0n));
  const offends = (v: Expr): Expr => (operation === 'eq' ? vAnd(nan(v), quietBitClear(v)) : nan(v));
  k.if(anyTrue(vOr(nan(a), nan(b))), () => k.if(anyTrue(vOr(offends(a), offends(b))), () => raise(k, FPSR.IOC)));
  return floats(sz, operation, a, b);
}

/** N nearest with ties to even, P up, M down, Z to zero, A nearest with ties away. */
export type Direction = 'N' | 'P' | 'M' | 'Z' | 'A';

const SIGN = [splatConst(2, 0x80000000n), splatConst(3, 1n << 63n)];
const half = (sz: number): Expr => (sz ? simd('f64x2.splat', f64.const(0.5)) : simd('f32x4.splat', f32.const(0.5)));
const one = (sz: number): Expr => (sz ? simd('f64x2.splat', f64.const(1)) : simd('f32x4.splat', f32.const(1)));

/** Lanes rounded to integral values; signs of zeros are kept. NaNs are left as Wasm makes them. */
export function roundLanes(k: Emitter, sz: number, direction: Direction, value: Expr): Expr {
  switch (direction) {
    case 'N':
      return floats(sz, 'nearest', value);
    case 'P':
      return floats(sz, 'ceil', value);
    case 'M':
      return floats(sz, 'floor', value);
    case 'Z':
      return floats(sz, 'trunc', value);
    case 'A': {
      // Adding a half first could round: compare what truncation left instead, which is exact.
      const whole = k.let(floats(sz, 'trunc', value));
      const sign = k.let(vAnd(value, SIGN[sz]!));
      const away = floats(sz, 'ge', vAndNot(floats(sz, 'sub', value, whole), SIGN[sz]!), half(sz));
      return vOr(floats(sz, 'add', whole, vAnd(away, vOr(one(sz), sign))), sign);
    }
  }
}

/** The same as FPCR.RMode says. */
function roundByMode(k: Emitter, sz: number, value: Expr): Expr {
  const mode = k.let(i32.and(i32.shrU(k.get('i32', STATE.FPCR), i32.const(FPCR.RMODE_SHIFT)), i32.const(3)));
  const is = (wanted: number): Expr => k.let(simd('i32x4.eq', simd('i32x4.splat', mode), splatConst(2, BigInt(wanted))));
  const directed = (): Expr => {
    const upOrDown = vSelect(is(RMODE.PLUS), floats(sz, 'ceil', value), floats(sz, 'floor', value));
    return vSelect(is(RMODE.ZERO), floats(sz, 'trunc', value), upOrDown);
  };
  return k.choose(mode, directed, floats(sz, 'nearest', value));
}

/** FRINT*: the same of operands, with the architecture's NaNs. X and I go by FPCR.RMode, and X raises Inexact where something was lost. */
export function roundToIntegral(k: Emitter, sz: number, bits: number, direction: Direction | 'X' | 'I', value: Expr): Expr {
  if (sz === HALF)
    return throughSingles(k, bits, [value], 'half', (singles, v) => roundToIntegral(k, SINGLE, singles, direction, v!));
  const operand = flushed(k, sz, value, true);
  if (direction !== 'X' && direction !== 'I')
    return withNanLanes(k, sz, bits, 'plain', roundLanes(k, sz, direction, operand), [operand]);
  const whole = roundByMode(k, sz, operand);
  if (direction === 'X') {
    const differs = vAnd(floats(sz, 'ne', whole, operand), floats(sz, 'eq', operand, operand));
    raiseInexactIf(k, anyTrue(keepLow(differs, bits)));
  }
  return withNanLanes(k, sz, bits, 'plain', whole, [operand]);
}

/**
 * FRINT32X, FRINT32Z, FRINT64X, FRINT64Z: rounded to what an integer of `width` bits may hold, else its most negative one (pseudocode FPRoundIntN). Lanes
 * that do not count are zero.
 */
export function roundToInteger(k: Emitter, sz: number, direction: 'X' | 'Z', width: 32 | 64, value: Expr): Expr {
  const operand = flushed(k, sz, value, true);
  const whole = k.let(direction === 'Z' ? floats(sz, 'trunc', operand) : roundByMode(k, sz, operand));
  const limit = (number: number): Expr => floats(sz, 'splat', scalarConst(sz, number));
  const least = limit(-(2 ** (width - 1)));
  const inRange = k.let(vAnd(floats(sz, 'ge', whole, least), floats(sz, 'lt', whole, limit(2 ** (width - 1)))));
  k.if(anyTrue(vNot(inRange)), () => raise(k, FPSR.IOC), undefined, 'rare');
  raiseInexactIf(k, anyTrue(vAnd(inRange, floats(sz, 'ne', whole, operand))));
  return vSelect(inRange, whole, least);
}
