import type { FlagSource } from '../isa/emitter';
import { COMPARED } from '../isa/pseudocode/fp-status';
import { type Expr, f32, f64, i32, i64, select } from '../wasm';

/**
 * PSTATE.N, Z, C and V as engines keep them, cheap to set and cheap to test: N is the sign bit of `n` (i64), Z is set when `z` (i64) is zero,
 * C is `c` (i32, 0 or 1), V is the sign bit of `v` (i64).
 */
export interface Nzcv {
  readonly n: Expr;
  readonly z: Expr;
  readonly c: Expr;
  readonly v: Expr;
}
export type Flag = keyof Nzcv;
export const FLAGS = ['n', 'z', 'c', 'v'] as const satisfies readonly Flag[];

/** Widens a result so that its sign bit is bit 63 and it is zero iff the result is. */
const flagWord = (sf: number, value: Expr): Expr => (sf ? value : i64.extendS(value));

type Sum = Exclude<FlagSource, { op: 'logical' | 'fcmp' }>;

const topBit = (sf: number, value: Expr): Expr =>
  sf ? i32.wrap(i64.shrU(value, i64.const(63))) : i32.shrU(value, i32.const(31));

function carryOf({ op, sf, a, b, result }: Sum): Expr {
  const w = sf ? i64 : i32;
  if (op === 'add') return w.ltU(result, a);
  if (op === 'sub') return w.geU(a, b);
  // Out of the top bit if both operands have it, or one has it and the sum has not.
  return topBit(sf, w.or(w.and(a, b), w.and(w.xor(a, b), w.xor(result, sf ? i64.const(-1) : i32.const(-1)))));
}

/** N, Z, C and V of a comparison of numbers, in bits 31..28 of an i32. */
function comparedNumbers({ sf, a, b }: Extract<FlagSource, { op: 'fcmp' }>): Expr {
  const w = sf ? f64 : f32;
  const ordered = select(w.gt(a, b), i32.const(COMPARED.GREATER), i32.const(COMPARED.UNORDERED));
  return select(w.lt(a, b), i32.const(COMPARED.LESS), select(w.eq(a, b), i32.const(COMPARED.EQUAL), ordered));
}

/** Computes the flags of an operation. `bind` makes a value cheap to use twice. */
export function flagsOf(source: FlagSource, bind: (value: Expr) => Expr): Nzcv {
  if (source.op === 'fcmp') return flagsOfNzcv(bind(comparedNumbers(source)));
  const { op, sf, result } = source;
  const word = bind(flagWord(sf, result));
  if (op === 'logical') return { n: word, z: word, c: i32.const(0), v: i64.const(0) };
  const { a, b } = source;
  const w = sf ? i64 : i32;
  // Overflow: operands of an addition with equal signs, of a subtraction with different ones, and a result whose sign is not the first's.
  const overflow = op === 'sub' ? w.and(w.xor(a, b), w.xor(a, result)) : w.and(w.xor(a, result), w.xor(b, result));
  return { n: word, z: word, c: carryOf(source), v: flagWord(sf, overflow) };
}

/** From N, Z, C and V in bits 31..28 of a bound i32. */
export function flagsOfNzcv(bits: Expr): Nzcv {
  const bit = (n: number): Expr => i32.and(i32.shrU(bits, i32.const(n)), i32.const(1));
  const sign = (n: number): Expr => i64.shl(i64.extendU(bit(n)), i64.const(63));
  return { n: sign(31), z: i64.extendU(i32.xor(bit(30), i32.const(1))), c: bit(29), v: sign(28) };
}

/** N, Z, C and V in bits 31..28 of an i32. */
export function nzcvOf(flag: (name: Flag) => Expr): Expr {
  const top = (value: Expr, bit: number): Expr => i32.shl(i32.wrap(i64.shrU(value, i64.const(63))), i32.const(bit));
  const z = i32.shl(i64.eqz(flag('z')), i32.const(30));
  const c = i32.shl(flag('c'), i32.const(29));
  return i32.or(i32.or(top(flag('n'), 31), z), i32.or(c, top(flag('v'), 28)));
}

/** The first of the two conditions that hold whatever the flags are (AL, and 0b1111). */
export const ALWAYS = 14;

/** ConditionHolds(): 1 if the condition (0..15) does, else 0. */
export function conditionHolds(code: number, flag: (name: Flag) => Expr): Expr {
  const negative = (value: Expr): Expr => i64.ltS(value, i64.const(0));
  const notZero = (): Expr => i64.ne(flag('z'), i64.const(0));
  const greaterOrEqual = (): Expr => i64.geS(i64.xor(flag('n'), flag('v')), i64.const(0));
  const even = [
    () => i64.eqz(flag('z')),
    () => flag('c'),
    () => negative(flag('n')),
    () => negative(flag('v')),
    () => i32.and(flag('c'), notZero()),
    greaterOrEqual,
    () => i32.and(greaterOrEqual(), notZero()),
    () => i32.const(1),
  ][code >> 1]!();
  // NV means the same as AL.
  return code & 1 && code !== 15 ? i32.eqz(even) : even;
}
