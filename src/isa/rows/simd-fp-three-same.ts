import { type Expr, shuffle } from '../../wasm';
import type { Emitter } from '../emitter';
import type { RoundingOperation } from '../helpers/exact-arithmetic';
import {
  bitsOf,
  compareLanes,
  flushed,
  HALF,
  roundedLanes,
  SINGLE,
  sizeOf,
  throughSingles,
  withNanLanes,
} from '../pseudocode/fp-arithmetic';
import {
  duplicateLane,
  floats,
  joinLow,
  keepLow,
  lanePattern,
  readLanes,
  signBit,
  unzip,
  vAndNot,
  vXor,
  writeVector,
} from '../pseudocode/vector';
import type { Fields, Row } from '../row';
import { FLOAT_FORMS, type FloatForm, floatName, floatRegisters, floatShape } from './fp-precisions';
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

const absolute = (sz: number, v: Expr): Expr => vAndNot(v, signBit(sizeOf(sz)));

/** Lanes that do not count are zero, and raise nothing. */
const countingLanes = (c: FloatContext, v: Expr): Expr => keepLow(v, c.bits);

/** One that does not round: on singles for halves, whose lanes are what `result` says. */
const ofNumbers =
  (result: 'half' | 'signed', apply: FloatOperation): FloatOperation =>
  (c, a, b) =>
    c.sz === HALF
      ? throughSingles(c.k, c.bits, [a, b], result, (bits, x, y) => apply({ ...c, sz: SINGLE, bits }, x!, y!))
      : apply(c, a, b);

const arithmetic =
  (operation: RoundingOperation): FloatOperation =>
  (c, a, b) =>
    roundedLanes(c.k, c.sz, c.bits, operation, a, b);

const extreme = (operation: 'max' | 'min', rule: 'plain' | 'number' = 'plain'): FloatOperation =>
  ofNumbers('half', (c, a, b) => {
    const [x, y] = [a, b].map((v) => flushed(c.k, c.sz, countingLanes(c, v), true)) as [Expr, Expr];
    return withNanLanes(c.k, c.sz, c.bits, rule, floats(c.sz, operation, x, y), [x, y]);
  });

const fused =
  (subtract: boolean): FloatOperation =>
  (c, a, b) => {
    const negative = (): Expr => (c.sz === HALF ? vXor(a, signBit(1)) : floats(c.sz, 'neg', a));
    const n = subtract ? c.k.let(negative()) : a;
    return roundedLanes(c.k, c.sz, c.bits, 'fma', c.destination(), n, b);
  };

const compare = (operation: string, magnitudes = false): FloatOperation =>
  ofNumbers('signed', (c, a, b) => {
    const operand = (v: Expr): Expr => flushed(c.k, c.sz, countingLanes(c, magnitudes ? absolute(c.sz, v) : v), true);
    const [x, y] = [operand(a), operand(b)];
    return compareLanes(c.k, c.sz, operation, x, y);
  });

/** Neighbours of the pair n:m combined. */
const pairwise =
  (apply: FloatOperation): FloatOperation =>
  (c, a, b) => {
    const size = sizeOf(c.sz);
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

const threeSame = (row: FloatThreeSame, form: FloatForm): Row => ({
  name: floatName(row.name, form),
  bits: `${form.isScalar ? '01' : '0 Q:1'} ${row.U} ${form.isScalar ? '11110' : '01110'} ${row.o1} ${
    form.isHalf ? `10 Rm:5 00 ${row.opcode.slice(2)}` : `sz:1 1 Rm:5 ${row.opcode}`
  } 1 Rn:5 Rd:5`,
  asm: [`${mnemonic(row.name)} ${floatRegisters(form, 'Rd', 'Rn', 'Rm')}`],
  shape: floatShape(form),
  reserved: (s) => !form.isScalar && s.sz === 1 && !s.Q,
  operands: (f) => ({ d: f.Rd!, n: f.Rn!, m: f.Rm! }),
  meaning: (k, o, s) => {
    k.checkFp();
    const sz = form.isHalf ? HALF : s.sz!;
    const bits = form.isScalar ? bitsOf(sz) : s.Q ? 128 : 64;
    const c = { k, sz, bits, destination: () => k.v(o.d) };
    writeVector(k, o.d, row.apply(c, readLanes(k, o.n, bits), readLanes(k, o.m, bits)), bits);
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

/** Halves: H:L:M, of V0 to V15. */
export const halfElement = (f: Fields): { d: number; n: number; m: number; imm: bigint } => ({
  d: f.Rd!,
  n: f.Rn!,
  m: f.Rm!,
  imm: lanePattern(1, (f.H! << 2) | (f.L! << 1) | f.M!),
});

const byElement = (row: (typeof BY_ELEMENT)[number], form: FloatForm): Row => ({
  name: floatName(row.name, form),
  bits: `${form.isScalar ? '01' : '0 Q:1'} ${row.U} ${form.isScalar ? '11111' : '01111'} ${
    form.isHalf ? '00 L:1 M:1 Rm:4' : '1 sz:1 L:1 Rm:5'
  } ${row.opcode} H:1 0 Rn:5 Rd:5`,
  asm: [`${mnemonic(row.name)} ${floatRegisters(form, 'Rd', 'Rn')}, ${form.isHalf ? '{halfelement}' : '{fpelement}'}`],
  shape: floatShape(form),
  reserved: (s) => !form.isScalar && s.sz === 1 && !s.Q,
  operands: form.isHalf ? halfElement : element,
  meaning: (k, o, s) => {
    k.checkFp();
    const sz = form.isHalf ? HALF : s.sz!;
    const bits = form.isScalar ? bitsOf(sz) : s.Q ? 128 : 64;
    const c = { k, sz, bits, destination: () => k.v(o.d) };
    writeVector(k, o.d, row.apply(c, readLanes(k, o.n, bits), k.let(duplicateLane(k.v(o.m), o.imm))), bits);
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

/** Four singles, four or eight halves: neighbours first, as the manual's Reduce does; the order decides which NaN wins. */
const across = (row: (typeof REDUCTIONS)[number], isHalf: boolean): Row => ({
  name: floatName(row.name, { isScalar: false, isHalf }),
  bits: `0 ${isHalf ? 'Q:1 0' : '1 1'} 01110 ${row.o1} 0 11000 ${row.across} 10 Rn:5 Rd:5`,
  asm: [`${mnemonic(row.name)} ${isHalf ? '{H:Rd}, {V:Rn:H}' : '{S:Rd}, {V:Rn:4s}'}`],
  ...(isHalf ? { shape: 'Q' } : {}),
  operands: (f) => ({ d: f.Rd!, n: f.Rn! }),
  meaning: (k, o, s) => {
    k.checkFp();
    const sz = isHalf ? HALF : SINGLE;
    const combine = (bits: number, value: Expr): Expr => {
      const whole = isHalf ? k.let(value) : value;
      const c = { k, sz, bits, destination: () => whole };
      return row.apply(c, k.let(unzip(sizeOf(sz), whole, whole, 0)), k.let(unzip(sizeOf(sz), whole, whole, 1)));
    };
    let result = k.v(o.n);
    for (let bits = isHalf && !s.Q ? 32 : 64; bits >= bitsOf(sz); bits /= 2) result = combine(bits, result);
    writeVector(k, o.d, result, bitsOf(sz));
  },
});

const pair = (row: (typeof REDUCTIONS)[number], isHalf: boolean): Row => ({
  name: floatName(row.pairName, { isScalar: false, isHalf }),
  bits: isHalf
    ? `01 0 11110 ${row.o1} 0 11000 ${row.pair} 10 Rn:5 Rd:5`
    : `01 1 11110 ${row.o1} sz:1 11000 ${row.pair} 10 Rn:5 Rd:5`,
  asm: [`${mnemonic(row.pairName)} ${isHalf ? '{H:Rd}, {V:Rn:2h}' : '{Sc:Rd:sz}, {V:Rn:pair}'}`],
  ...(isHalf ? {} : { shape: 'sz' }),
  operands: (f) => ({ d: f.Rd!, n: f.Rn! }),
  meaning: (k, o, s) => {
    k.checkFp();
    const sz = isHalf ? HALF : s.sz!;
    const value = k.v(o.n);
    const bits = bitsOf(sz);
    const second = shuffle(
      value,
      value,
      Array.from({ length: 16 }, (_, i) => (i + (bits >> 3)) & 15),
    );
    writeVector(k, o.d, row.apply({ k, sz, bits, destination: () => value }, value, k.let(second)), bits);
  },
});

export const simdFpThreeSame: Row[] = [
  ...THREE_SAME.map((row) => threeSame(row, FLOAT_FORMS.vector)),
  ...THREE_SAME.filter((row) => row.scalar).map((row) => threeSame(row, FLOAT_FORMS.scalar)),
  ...BY_ELEMENT.map((row) => byElement(row, FLOAT_FORMS.vector)),
  ...BY_ELEMENT.map((row) => byElement(row, FLOAT_FORMS.scalar)),
  ...REDUCTIONS.filter((row) => row.across).map((row) => across(row, false)),
  ...REDUCTIONS.map((row) => pair(row, false)),
];
/** Those of FEAT_FP16. */
export const simdFpThreeSameHalf: Row[] = [
  ...THREE_SAME.map((row) => threeSame(row, FLOAT_FORMS.vectorHalf)),
  ...THREE_SAME.filter((row) => row.scalar).map((row) => threeSame(row, FLOAT_FORMS.scalarHalf)),
  ...BY_ELEMENT.map((row) => byElement(row, FLOAT_FORMS.vectorHalf)),
  ...BY_ELEMENT.map((row) => byElement(row, FLOAT_FORMS.scalarHalf)),
  ...REDUCTIONS.filter((row) => row.across).map((row) => across(row, true)),
  ...REDUCTIONS.map((row) => pair(row, true)),
];
