import { type Expr, shuffle } from '../../wasm';
import type { Emitter } from '../emitter';
import type { RoundingOperation } from '../helpers/exact-arithmetic';
import { compareLanes, flushed, roundedLanes, withNanLanes } from '../pseudocode/fp-arithmetic';
import {
  duplicateLane,
  floats,
  joinLow,
  keepLow,
  lanePattern,
  readVector,
  splatConst,
  unzip,
  vAndNot,
  writeVector,
} from '../pseudocode/vector';
import type { Fields, Row } from '../row';
import { mnemonic } from './simd-asm';

/** Advanced SIMD floating point: three same, by element, across lanes and their scalar forms (Arm ARM C4.1). */

interface FloatContext {
  readonly k: Emitter;
  readonly sz: number;
  readonly bits: number;
  readonly destination: () => Expr;
}
type FloatOperation = (c: FloatContext, a: Expr, b: Expr) => Expr;

interface FloatThreeSame {
  readonly name: string;
  readonly U: 0 | 1;
  readonly o1: 0 | 1;
  readonly opcode: string;
  readonly scalar?: boolean;
  readonly apply: FloatOperation;
}

const SIGN = [splatConst(2, 0x80000000n), splatConst(3, 1n << 63n)];
const absolute = (sz: number, v: Expr): Expr => vAndNot(v, SIGN[sz]!);

const arithmetic =
  (operation: RoundingOperation): FloatOperation =>
  (c, a, b) =>
    roundedLanes(c.k, c.sz, c.bits, operation, a, b);

const extreme =
  (operation: 'max' | 'min', rule: 'plain' | 'number' = 'plain'): FloatOperation =>
  (c, a, b) => {
    // Lanes that do not count raise nothing.
    const [x, y] = [a, b].map((v) => flushed(c.k, c.sz, keepLow(v, c.bits), true)) as [Expr, Expr];
    return withNanLanes(c.k, c.sz, c.bits, rule, floats(c.sz, operation, x, y), [x, y]);
  };

const fused =
  (subtract: boolean): FloatOperation =>
  (c, a, b) => {
    const n = subtract ? c.k.let(floats(c.sz, 'neg', a)) : a;
    return roundedLanes(c.k, c.sz, c.bits, 'fma', c.destination(), n, b);
  };

const compare =
  (operation: string, magnitudes = false): FloatOperation =>
  (c, a, b) => {
    const [x, y] = [a, b].map((v) => flushed(c.k, c.sz, magnitudes ? absolute(c.sz, v) : v, true)) as [Expr, Expr];
    return compareLanes(c.k, c.sz, operation, x, y);
  };

/** Neighbours of the pair n:m combined. */
const pairwise =
  (apply: FloatOperation): FloatOperation =>
  (c, a, b) => {
    const size = c.sz + 2;
    const [first, second] = c.bits === 128 ? [a, b] : [c.k.let(joinLow(a, b)), c.k.let(joinLow(a, b))];
    return apply(c, c.k.let(unzip(size, first!, second!, 0)), c.k.let(unzip(size, first!, second!, 1)));
  };

const THREE_SAME: readonly FloatThreeSame[] = [
  { name: 'FMAXNM (vector)', U: 0, o1: 0, opcode: '11000', apply: extreme('max', 'number') },
  { name: 'FMINNM (vector)', U: 0, o1: 1, opcode: '11000', apply: extreme('min', 'number') },
  { name: 'FMLA (vector)', U: 0, o1: 0, opcode: '11001', apply: fused(false) },
  { name: 'FMLS (vector)', U: 0, o1: 1, opcode: '11001', apply: fused(true) },
  { name: 'FADD (vector)', U: 0, o1: 0, opcode: '11010', apply: arithmetic('fadd') },
  { name: 'FSUB (vector)', U: 0, o1: 1, opcode: '11010', apply: arithmetic('fsub') },
  { name: 'FMULX', U: 0, o1: 0, opcode: '11011', scalar: true, apply: arithmetic('fmulx') },
  { name: 'FCMEQ (register)', U: 0, o1: 0, opcode: '11100', scalar: true, apply: compare('eq') },
  { name: 'FMAX (vector)', U: 0, o1: 0, opcode: '11110', apply: extreme('max') },
  { name: 'FMIN (vector)', U: 0, o1: 1, opcode: '11110', apply: extreme('min') },
  { name: 'FRECPS', U: 0, o1: 0, opcode: '11111', scalar: true, apply: arithmetic('frecps') },
  { name: 'FRSQRTS', U: 0, o1: 1, opcode: '11111', scalar: true, apply: arithmetic('frsqrts') },
  { name: 'FMAXNMP (vector)', U: 1, o1: 0, opcode: '11000', apply: pairwise(extreme('max', 'number')) },
  { name: 'FMINNMP (vector)', U: 1, o1: 1, opcode: '11000', apply: pairwise(extreme('min', 'number')) },
  { name: 'FADDP (vector)', U: 1, o1: 0, opcode: '11010', apply: pairwise(arithmetic('fadd')) },
  {
    name: 'FABD',
    U: 1,
    o1: 1,
    opcode: '11010',
    scalar: true,
    apply: (c, a, b) => absolute(c.sz, arithmetic('fsub')(c, a, b)),
  },
  { name: 'FMUL (vector)', U: 1, o1: 0, opcode: '11011', apply: arithmetic('fmul') },
  { name: 'FCMGE (register)', U: 1, o1: 0, opcode: '11100', scalar: true, apply: compare('ge') },
  { name: 'FCMGT (register)', U: 1, o1: 1, opcode: '11100', scalar: true, apply: compare('gt') },
  { name: 'FACGE', U: 1, o1: 0, opcode: '11101', scalar: true, apply: compare('ge', true) },
  { name: 'FACGT', U: 1, o1: 1, opcode: '11101', scalar: true, apply: compare('gt', true) },
  { name: 'FMAXP (vector)', U: 1, o1: 0, opcode: '11110', apply: pairwise(extreme('max')) },
  { name: 'FMINP (vector)', U: 1, o1: 1, opcode: '11110', apply: pairwise(extreme('min')) },
  { name: 'FDIV (vector)', U: 1, o1: 0, opcode: '11111', apply: arithmetic('fdiv') },
];

const threeSame = (row: FloatThreeSame, isScalar: boolean): Row => ({
  name: isScalar ? `${row.name}, scalar` : row.name,
  bits: `${isScalar ? '01' : '0 Q:1'} ${row.U} ${isScalar ? '11110' : '01110'} ${row.o1} sz:1 1 Rm:5 ${row.opcode} 1 Rn:5 Rd:5`,
  asm: [`${mnemonic(row.name)} ${isScalar ? '{Sc:Rd:sz}, {Sc:Rn:sz}, {Sc:Rm:sz}' : '{V:Rd:F}, {V:Rn:F}, {V:Rm:F}'}`],
  shape: isScalar ? 'sz' : 'Q sz',
  reserved: (s) => !isScalar && s.sz === 1 && !s.Q,
  operands: (f) => ({ d: f.Rd!, n: f.Rn!, m: f.Rm! }),
  meaning: (k, o, s) => {
    k.checkFp();
    const sz = s.sz!;
    const bits = isScalar ? 32 << sz : s.Q ? 128 : 64;
    const c = { k, sz, bits, destination: () => k.v(o.d) };
    writeVector(k, o.d, row.apply(c, readVector(k, o.n, bits), readVector(k, o.m, bits)), bits);
  },
});

const BY_ELEMENT: readonly { name: string; U: 0 | 1; opcode: string; apply: FloatOperation }[] = [
  { name: 'FMLA (by element)', U: 0, opcode: '0001', apply: fused(false) },
  { name: 'FMLS (by element)', U: 0, opcode: '0101', apply: fused(true) },
  { name: 'FMUL (by element)', U: 0, opcode: '1001', apply: arithmetic('fmul') },
  { name: 'FMULX (by element)', U: 1, opcode: '1001', apply: arithmetic('fmulx') },
];

/** Singles: H:L picks the lane; doubles: H, and L is zero. */
function element(f: Fields): { d: number; n: number; m: number; imm: bigint } | undefined {
  if (f.sz && f.L) return undefined;
  const pattern = f.sz ? lanePattern(3, f.H!) : lanePattern(2, (f.H! << 1) | f.L!);
  return { d: f.Rd!, n: f.Rn!, m: f.Rm!, imm: pattern };
}

const byElement = (row: (typeof BY_ELEMENT)[number], isScalar: boolean): Row => ({
  name: isScalar ? `${row.name}, scalar` : row.name,
  bits: `${isScalar ? '01' : '0 Q:1'} ${row.U} ${isScalar ? '11111' : '01111'} 1 sz:1 L:1 Rm:5 ${row.opcode} H:1 0 Rn:5 Rd:5`,
  asm: [`${mnemonic(row.name)} ${isScalar ? '{Sc:Rd:sz}, {Sc:Rn:sz}' : '{V:Rd:F}, {V:Rn:F}'}, {fpelement}`],
  shape: isScalar ? 'sz' : 'Q sz',
  reserved: (s) => !isScalar && s.sz === 1 && !s.Q,
  operands: element,
  meaning: (k, o, s) => {
    k.checkFp();
    const sz = s.sz!;
    const bits = isScalar ? 32 << sz : s.Q ? 128 : 64;
    const c = { k, sz, bits, destination: () => k.v(o.d) };
    writeVector(k, o.d, row.apply(c, readVector(k, o.n, bits), k.let(duplicateLane(k.v(o.m), o.imm))), bits);
  },
});

/** o1: minimum instead of maximum, where there is a choice. */
const REDUCTIONS: readonly { name: string; pairName: string; o1: 0 | 1; across?: string; pair: string; apply: FloatOperation }[] =
  [
    { name: 'FMAXNMV', pairName: 'FMAXNMP (scalar)', o1: 0, across: '01100', pair: '01100', apply: extreme('max', 'number') },
    { name: 'FMINNMV', pairName: 'FMINNMP (scalar)', o1: 1, across: '01100', pair: '01100', apply: extreme('min', 'number') },
    { name: 'FADDV', pairName: 'FADDP (scalar)', o1: 0, pair: '01101', apply: arithmetic('fadd') },
    { name: 'FMAXV', pairName: 'FMAXP (scalar)', o1: 0, across: '01111', pair: '01111', apply: extreme('max') },
    { name: 'FMINV', pairName: 'FMINP (scalar)', o1: 1, across: '01111', pair: '01111', apply: extreme('min') },
  ];

/** Four singles: neighbours first, as the manual's Reduce does; the order decides which NaN wins. */
const across = (row: (typeof REDUCTIONS)[number]): Row => ({
  name: row.name,
  bits: `0 1 1 01110 ${row.o1} 0 11000 ${row.across} 10 Rn:5 Rd:5`,
  asm: [`${mnemonic(row.name)} {S:Rd}, {V:Rn:4s}`],
  operands: (f) => ({ d: f.Rd!, n: f.Rn! }),
  meaning: (k, o) => {
    k.checkFp();
    const combine = (bits: number, value: Expr): Expr => {
      const c = { k, sz: 0, bits, destination: () => value };
      return row.apply(c, k.let(unzip(2, value, value, 0)), k.let(unzip(2, value, value, 1)));
    };
    writeVector(k, o.d, combine(32, combine(64, k.v(o.n))), 32);
  },
});

const pair = (row: (typeof REDUCTIONS)[number]): Row => ({
  name: row.pairName,
  bits: `01 1 11110 ${row.o1} sz:1 11000 ${row.pair} 10 Rn:5 Rd:5`,
  asm: [`${mnemonic(row.pairName)} {Sc:Rd:sz}, {V:Rn:pair}`],
  shape: 'sz',
  operands: (f) => ({ d: f.Rd!, n: f.Rn! }),
  meaning: (k, o, s) => {
    k.checkFp();
    const sz = s.sz!;
    const value = k.v(o.n);
    const bits = 32 << sz;
    const second = shuffle(
      value,
      value,
      Array.from({ length: 16 }, (_, i) => (i + (bits >> 3)) & 15),
    );
    writeVector(k, o.d, row.apply({ k, sz, bits, destination: () => value }, value, k.let(second)), bits);
  },
});

export const simdFpThreeSame: Row[] = [
  ...THREE_SAME.map((row) => threeSame(row, false)),
  ...THREE_SAME.filter((row) => row.scalar).map((row) => threeSame(row, true)),
  ...BY_ELEMENT.map((row) => byElement(row, false)),
  ...BY_ELEMENT.map((row) => byElement(row, true)),
  ...REDUCTIONS.filter((row) => row.across).map(across),
  ...REDUCTIONS.map(pair),
];
