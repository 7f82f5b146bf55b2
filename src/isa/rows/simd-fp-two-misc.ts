import { type Expr, extractLane, i32, replaceLane, simd } from '../../wasm';
import { CPU_STATE as STATE } from '../cpu-state';
import type { Emitter } from '../emitter';
import {
  bitsOf,
  compareLanes,
  type Direction,
  flushed,
  HALF,
  letterOf,
  roundedLanes,
  roundLanes,
  roundToIntegral,
  SINGLE,
  scalarConst,
  sizeOf,
  throughSingles,
} from '../pseudocode/fp-arithmetic';
import { FPCR, FPSR, raise, raiseInexactIf } from '../pseudocode/fp-status';
import {
  anyTrue,
  floats,
  fromI64,
  highHalf,
  readVector,
  signBit,
  vAnd,
  vAndNot,
  vNot,
  vXor,
  writeHalf,
  writeVector,
  ZERO,
} from '../pseudocode/vector';
import type { Fields, Row } from '../row';
import { fromInteger, integerRange, powerOfTwo, scaleOf, toInteger } from './fp-convert';
import { FLOAT_FORMS, type FloatForm, floatName, floatRegisters, floatShape } from './fp-precisions';
import { mnemonic } from './simd-asm';

/** Advanced SIMD floating point: two-register miscellaneous, fixed-point conversions and their scalar forms (Arm ARM C4.1). */

type FloatUnary = (k: Emitter, sz: number, bits: number, value: Expr) => Expr;

interface FloatTwoMisc {
  readonly name: string;
  readonly U: 0 | 1;
  readonly o1: 0 | 1;
  readonly opcode: string;
  /** Which forms exist. */
  readonly forms: 'vector' | 'scalar' | 'both';
  /** Compares with zero. */
  readonly zero?: true;
  readonly apply: FloatUnary;
}

const round =
  (direction: Direction | 'X' | 'I'): FloatUnary =>
  (k, sz, bits, value) =>
    roundToIntegral(k, sz, bits, direction, value);

/**
 * Lanes rounded and converted to integers of their width, or of that of halves, as toIntegerChecked; integers of halves are of 32 bits still, and not saturated.
 * Doubles go one by one. Lanes that do not count are zero: in range, and whole.
 */
function lanesToInteger(
  k: Emitter,
  sz: number,
  bits: number,
  unsigned: boolean,
  direction: Direction,
  value: Expr,
  width = bitsOf(sz),
): Expr {
  const v = k.let(value);
  const [least, beyond] = integerRange(width, unsigned).map((limit) => floats(sz, 'splat', scalarConst(sz, limit)));
  const whole = k.let(roundLanes(k, sz, direction, v));
  const inRange = k.let(vAnd(floats(sz, 'ge', whole, least!), floats(sz, 'lt', whole, beyond!)));
  k.if(anyTrue(vNot(inRange)), () => raise(k, FPSR.IOC), undefined, 'rare');
  raiseInexactIf(k, anyTrue(vAnd(inRange, floats(sz, 'ne', whole, v))));
  if (!sz) return simd(`i32x4.trunc_sat_f32x4_${unsigned && width === 32 ? 'u' : 's'}`, whole);
  const lane = (i: number): Expr => toInteger(1, 1, unsigned, extractLane('f64x2', whole, i));
  const low = fromI64(lane(0));
  return bits === 128 ? replaceLane('i64x2', low, 1, lane(1)) : low;
}
/** The same of halves, which are multiplied by `scale` (a scalar of single precision) first. */
const halvesToInteger = (k: Emitter, bits: number, unsigned: boolean, direction: Direction, value: Expr, scale?: Expr): Expr =>
  throughSingles(k, bits, [value], unsigned ? 'unsigned' : 'signed', (singles, v) => {
    const scaled = scale ? floats(SINGLE, 'mul', v!, floats(SINGLE, 'splat', scale)) : v!;
    return lanesToInteger(k, SINGLE, singles, unsigned, direction, scaled, 16);
  });
/** Lanes of integers with as many bits behind the point as `fractionBits` (i32) to halves. */
const halvesFromInteger = (k: Emitter, bits: number, unsigned: boolean, value: Expr, fractionBits: Expr): Expr =>
  k.helper(`from_fixed_h_${bits / 16}`, value, i32.const(unsigned ? 1 : 0), fractionBits);

/** Lanes of integers, times a power of two (a scalar: one, unless given), as fromInteger. */
function lanesFromInteger(k: Emitter, sz: number, bits: number, unsigned: boolean, value: Expr, scale?: Expr): Expr {
  const shape = sz ? 'f64x2' : 'f32x4';
  const v = k.let(value);
  const lane = (i: number): Expr => fromInteger(k, sz, sz, unsigned, extractLane(sz ? 'i64x2' : 'i32x4', v, i), scale);
  const byLane = (): Expr => {
    let result = ZERO;
    for (let i = 0; i < bits / (32 << sz); i++) result = k.let(replaceLane(shape, result, i, lane(i)));
    return result;
  };
  if (sz || bits === 32) return byLane();
  const converted = simd(`f32x4.convert_i32x4_${unsigned ? 'u' : 's'}`, v);
  const quick = scale ? floats(0, 'mul', converted, floats(0, 'splat', scale)) : converted;
  return k.choose(i32.eqz(k.roundsPlainly()), byLane, quick, 'rare');
}

const convert =
  (direction: Direction, unsigned: boolean): FloatUnary =>
  (k, sz, bits, value) =>
    sz === HALF
      ? halvesToInteger(k, bits, unsigned, direction, value)
      : lanesToInteger(k, sz, bits, unsigned, direction, flushed(k, sz, value, true));

const convertFrom =
  (unsigned: boolean): FloatUnary =>
  (k, sz, bits, value) =>
    sz === HALF ? halvesFromInteger(k, bits, unsigned, value, i32.const(0)) : lanesFromInteger(k, sz, bits, unsigned, value);

const compareZero =
  (operation: string): FloatUnary =>
  (k, sz, bits, value) =>
    sz === HALF
      ? throughSingles(k, bits, [value], 'signed', (_bits, v) => compareLanes(k, SINGLE, operation, v!, ZERO))
      : compareLanes(k, sz, operation, flushed(k, sz, value, true), ZERO);

const estimate =
  (name: string): FloatUnary =>
  (k, sz, bits, value) =>
    k.helper(`${name}_${letterOf(sz)}_${bits / bitsOf(sz)}`, value);

const TWO_MISC: readonly FloatTwoMisc[] = [
  { name: 'FRINTN (vector)', U: 0, o1: 0, opcode: '11000', forms: 'vector', apply: round('N') },
  { name: 'FRINTM (vector)', U: 0, o1: 0, opcode: '11001', forms: 'vector', apply: round('M') },
  { name: 'FRINTP (vector)', U: 0, o1: 1, opcode: '11000', forms: 'vector', apply: round('P') },
  { name: 'FRINTZ (vector)', U: 0, o1: 1, opcode: '11001', forms: 'vector', apply: round('Z') },
  { name: 'FRINTA (vector)', U: 1, o1: 0, opcode: '11000', forms: 'vector', apply: round('A') },
  { name: 'FRINTX (vector)', U: 1, o1: 0, opcode: '11001', forms: 'vector', apply: round('X') },
  { name: 'FRINTI (vector)', U: 1, o1: 1, opcode: '11001', forms: 'vector', apply: round('I') },
  { name: 'FCVTNS (vector)', U: 0, o1: 0, opcode: '11010', forms: 'both', apply: convert('N', false) },
  { name: 'FCVTMS (vector)', U: 0, o1: 0, opcode: '11011', forms: 'both', apply: convert('M', false) },
  { name: 'FCVTAS (vector)', U: 0, o1: 0, opcode: '11100', forms: 'both', apply: convert('A', false) },
  { name: 'FCVTPS (vector)', U: 0, o1: 1, opcode: '11010', forms: 'both', apply: convert('P', false) },
  { name: 'FCVTZS (vector, integer)', U: 0, o1: 1, opcode: '11011', forms: 'both', apply: convert('Z', false) },
  { name: 'FCVTNU (vector)', U: 1, o1: 0, opcode: '11010', forms: 'both', apply: convert('N', true) },
  { name: 'FCVTMU (vector)', U: 1, o1: 0, opcode: '11011', forms: 'both', apply: convert('M', true) },
  { name: 'FCVTAU (vector)', U: 1, o1: 0, opcode: '11100', forms: 'both', apply: convert('A', true) },
  { name: 'FCVTPU (vector)', U: 1, o1: 1, opcode: '11010', forms: 'both', apply: convert('P', true) },
  { name: 'FCVTZU (vector, integer)', U: 1, o1: 1, opcode: '11011', forms: 'both', apply: convert('Z', true) },
  {
    name: 'SCVTF (vector, integer)',
    U: 0,
    o1: 0,
    opcode: '11101',
    forms: 'both',
    apply: convertFrom(false),
  },
  {
    name: 'UCVTF (vector, integer)',
    U: 1,
    o1: 0,
    opcode: '11101',
    forms: 'both',
    apply: convertFrom(true),
  },
  { name: 'FCMGT (zero)', U: 0, o1: 1, opcode: '01100', forms: 'both', zero: true, apply: compareZero('gt') },
  { name: 'FCMEQ (zero)', U: 0, o1: 1, opcode: '01101', forms: 'both', zero: true, apply: compareZero('eq') },
  { name: 'FCMLT (zero)', U: 0, o1: 1, opcode: '01110', forms: 'both', zero: true, apply: compareZero('lt') },
  { name: 'FCMGE (zero)', U: 1, o1: 1, opcode: '01100', forms: 'both', zero: true, apply: compareZero('ge') },
  { name: 'FCMLE (zero)', U: 1, o1: 1, opcode: '01101', forms: 'both', zero: true, apply: compareZero('le') },
  {
    name: 'FABS (vector)',
    U: 0,
    o1: 1,
    opcode: '01111',
    forms: 'vector',
    apply: (_k, sz, _bits, value) => vAndNot(value, signBit(sizeOf(sz))),
  },
  {
    name: 'FNEG (vector)',
    U: 1,
    o1: 1,
    opcode: '01111',
    forms: 'vector',
    apply: (_k, sz, _bits, value) => vXor(value, signBit(sizeOf(sz))),
  },
  {
    name: 'FSQRT (vector)',
    U: 1,
    o1: 1,
    opcode: '11111',
    forms: 'vector',
    apply: (k, sz, bits, value) => roundedLanes(k, sz, bits, 'fsqrt', value),
  },
  { name: 'FRECPE', U: 0, o1: 1, opcode: '11101', forms: 'both', apply: estimate('frecpe') },
  { name: 'FRSQRTE', U: 1, o1: 1, opcode: '11101', forms: 'both', apply: estimate('frsqrte') },
  { name: 'FRECPX', U: 0, o1: 1, opcode: '11111', forms: 'scalar', apply: estimate('frecpx') },
];

const twoMisc = (row: FloatTwoMisc, form: FloatForm): Row => ({
  name: floatName(row.name, form),
  bits: `${form.isScalar ? '01' : '0 Q:1'} ${row.U} ${form.isScalar ? '11110' : '01110'} ${row.o1} ${
    form.isHalf ? '1 11100' : 'sz:1 10000'
  } ${row.opcode} 10 Rn:5 Rd:5`,
  asm: [`${mnemonic(row.name)} ${floatRegisters(form, 'Rd', 'Rn')}${row.zero ? ', {zero}' : ''}`],
  shape: floatShape(form),
  reserved: (s) => !form.isScalar && s.sz === 1 && !s.Q,
  operands: (f) => ({ d: f.Rd!, n: f.Rn! }),
  meaning: (k, o, s) => {
    k.checkFp();
    const sz = form.isHalf ? HALF : s.sz!;
    const bits = form.isScalar ? bitsOf(sz) : s.Q ? 128 : 64;
    writeVector(k, o.d, row.apply(k, sz, bits, readVector(k, o.n, bits)), bits);
  },
});

/** immh: 01xx singles, 1xxx doubles. immh:immb is twice the width less the fraction bits. */
const fixedSize = { bits: 2, of: (f: Fields): number => (f.immh! >= 8 ? 1 : f.immh! >= 4 ? 0 : 2) };
const fraction = (f: Fields): number => (f.immh! >= 8 ? 128 : 64) - ((f.immh! << 3) | f.immb!);

const fixedPoint = (toInteger: boolean, isScalar: boolean): Row => ({
  name: `${toInteger ? 'FCVTZS, FCVTZU' : 'SCVTF, UCVTF'} (vector, fixed-point)${isScalar ? ', scalar' : ''}`,
  bits: `${isScalar ? '01' : '0 Q:1'} U:1 ${isScalar ? '111110' : '011110'} immh:4 immb:3 ${toInteger ? '11111' : '11100'} 1 Rn:5 Rd:5`,
  asm: [
    `${toInteger ? '<U:fcvtzs|fcvtzu>' : '<U:scvtf|ucvtf>'} ${isScalar ? '{Sc:Rd:esize}, {Sc:Rn:esize}' : '{V:Rd:E}, {V:Rn:E}'}, {shrv}`,
  ],
  shape: isScalar ? 'U' : 'Q U',
  derived: { sz: fixedSize },
  reserved: (s) => s.sz! > 1 || (!isScalar && s.sz === 1 && !s.Q),
  operands: (f) => {
    const sz = f.immh! >= 8 ? 1 : 0;
    return { d: f.Rd!, n: f.Rn!, imm: powerOfTwo(sz, toInteger ? fraction(f) : -fraction(f)) };
  },
  meaning: (k, o, s) => {
    k.checkFp();
    const sz = s.sz!;
    const bits = isScalar ? 32 << sz : s.Q ? 128 : 64;
    const scale = k.let(scaleOf(sz, o.imm));
    const value = readVector(k, o.n, bits);
    const scaled = (): Expr => floats(sz, 'mul', flushed(k, sz, value, true), floats(sz, 'splat', scale));
    const result = toInteger
      ? lanesToInteger(k, sz, bits, s.U === 1, 'Z', scaled())
      : lanesFromInteger(k, sz, bits, s.U === 1, value, scale);
    writeVector(k, o.d, result, bits);
  },
});

/** Those of halves: immh is 001x, and what is below its one is 16 less the fraction bits. */
const fixedPointHalf = (toInteger: boolean, form: FloatForm): Row => ({
  name: floatName(`${toInteger ? 'FCVTZS, FCVTZU' : 'SCVTF, UCVTF'} (vector, fixed-point)`, form),
  bits: `${form.isScalar ? '01' : '0 Q:1'} U:1 ${form.isScalar ? '111110' : '011110'} 001 fraction:4 ${
    toInteger ? '11111' : '11100'
  } 1 Rn:5 Rd:5`,
  asm: [`${toInteger ? '<U:fcvtzs|fcvtzu>' : '<U:scvtf|ucvtf>'} ${floatRegisters(form, 'Rd', 'Rn')}, {halffbits}`],
  shape: form.isScalar ? 'U' : 'Q U',
  operands: (f) => {
    const bits = 16 - f.fraction!;
    return { d: f.Rd!, n: f.Rn!, imm: toInteger ? powerOfTwo(SINGLE, bits) : bits };
  },
  meaning: (k, o, s) => {
    k.checkFp();
    const bits = form.isScalar ? 16 : s.Q ? 128 : 64;
    const value = readVector(k, o.n, bits);
    const result = toInteger
      ? halvesToInteger(k, bits, s.U === 1, 'Z', value, k.let(scaleOf(SINGLE, o.imm)))
      : halvesFromInteger(k, bits, s.U === 1, value, o.imm32);
    writeVector(k, o.d, result, bits);
  },
});

/** Four halves to singles: helpers work on raw bits. */
function widenHalves(k: Emitter, value: Expr): Expr {
  let result = ZERO;
  for (let i = 0; i < 4; i++)
    result = k.let(replaceLane('f32x4', result, i, k.helper('fcvt_h_s', extractLane('i16x8', value, i))));
  return result;
}
function narrowToHalves(k: Emitter, value: Expr): Expr {
  let result = ZERO;
  for (let i = 0; i < 4; i++)
    result = k.let(replaceLane('i16x8', result, i, k.helper('fcvt_s_h', extractLane('f32x4', value, i))));
  return result;
}
/** Two doubles to singles in the low half; `helper` for what Wasm's conversion does not cover. */
function narrowWith(k: Emitter, helper: string, value: Expr, count = 2): Expr {
  let result = ZERO;
  for (let i = 0; i < count; i++)
    result = k.let(replaceLane('f32x4', result, i, k.helper(helper, extractLane('f64x2', value, i))));
  return result;
}

const lengthen: Row = {
  // sz: 0 halves to singles, 1 singles to doubles
  name: 'FCVTL, FCVTL2',
  asm: ['fcvtl<Q:|2> {V:Rd:FL}, {V:Rn:FN}'],
  bits: '0 Q:1 0 01110 0 sz:1 10000 10111 10 Rn:5 Rd:5',
  shape: 'Q sz',
  operands: (f) => ({ d: f.Rd!, n: f.Rn! }),
  meaning: (k, o, s) => {
    k.checkFp();
    const value = s.Q ? k.let(highHalf(k.v(o.n))) : readVector(k, o.n, 64);
    if (!s.sz) return k.setV(o.d, widenHalves(k, value));
    const promoted = k.let(simd('f64x2.promote_low_f32x4', value));
    const lane = (i: number): Expr => k.helper('fcvt_s_d', extractLane('f32x4', value, i));
    const byHelper = (): Expr => replaceLane('f64x2', k.let(floats(1, 'splat', lane(0))), 1, lane(1));
    const flushes = i32.and(k.get('i32', STATE.FPCR), i32.const(FPCR.FZ));
    k.setV(o.d, k.choose(i32.or(anyTrue(floats(1, 'ne', promoted, promoted)), flushes), byHelper, promoted, 'rare'));
  },
};

const narrow: Row = {
  name: 'FCVTN, FCVTN2',
  asm: ['fcvtn<Q:|2> {V:Rd:FN}, {V:Rn:FL}'],
  bits: '0 Q:1 0 01110 0 sz:1 10000 10110 10 Rn:5 Rd:5',
  shape: 'Q sz',
  operands: (f) => ({ d: f.Rd!, n: f.Rn! }),
  meaning: (k, o, s) => {
    k.checkFp();
    const value = k.v(o.n);
    if (!s.sz) return writeHalf(k, o.d, narrowToHalves(k, value), s.Q!);
    const quick = k.let(simd('f32x4.demote_f64x2_zero', value));
    const isSpecial = i32.eqz(k.isOrdinary('f32x4', quick, 64));
    writeHalf(
      k,
      o.d,
      k.choose(isSpecial, () => narrowWith(k, 'fcvt_d_s', value), quick, 'rare'),
      s.Q!,
    );
  },
};

const narrowOdd: Row = {
  name: 'FCVTXN, FCVTXN2',
  asm: ['fcvtxn<Q:|2> {V:Rd:S}, {V:Rn:2d}'],
  bits: '0 Q:1 1 01110 0 1 10000 10110 10 Rn:5 Rd:5',
  shape: 'Q',
  operands: (f) => ({ d: f.Rd!, n: f.Rn! }),
  meaning: (k, o, s) => {
    k.checkFp();
    writeHalf(k, o.d, narrowWith(k, 'fcvtxn', k.v(o.n)), s.Q!);
  },
};

const narrowOddScalar: Row = {
  name: 'FCVTXN, scalar',
  asm: ['fcvtxn {S:Rd}, {D:Rn}'],
  bits: '01 1 11110 0 1 10000 10110 10 Rn:5 Rd:5',
  operands: (f) => ({ d: f.Rd!, n: f.Rn! }),
  meaning: (k, o) => {
    k.checkFp();
    writeVector(k, o.d, narrowWith(k, 'fcvtxn', readVector(k, o.n, 64), 1), 32);
  },
};

export const simdFpTwoMisc: Row[] = [
  ...TWO_MISC.filter((row) => row.forms !== 'scalar').map((row) => twoMisc(row, FLOAT_FORMS.vector)),
  ...TWO_MISC.filter((row) => row.forms !== 'vector').map((row) => twoMisc(row, FLOAT_FORMS.scalar)),
  fixedPoint(true, false),
  fixedPoint(true, true),
  fixedPoint(false, false),
  fixedPoint(false, true),
  lengthen,
  narrow,
  narrowOdd,
  narrowOddScalar,
];
/** Those of FEAT_FP16. */
export const simdFpTwoMiscHalf: Row[] = [
  ...TWO_MISC.filter((row) => row.forms !== 'scalar').map((row) => twoMisc(row, FLOAT_FORMS.vectorHalf)),
  ...TWO_MISC.filter((row) => row.forms !== 'vector').map((row) => twoMisc(row, FLOAT_FORMS.scalarHalf)),
  ...[true, false].flatMap((toInteger) => [
    fixedPointHalf(toInteger, FLOAT_FORMS.vectorHalf),
    fixedPointHalf(toInteger, FLOAT_FORMS.scalarHalf),
  ]),
];
