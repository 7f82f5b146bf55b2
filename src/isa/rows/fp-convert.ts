import { type Expr, extractLane, f32, f64, i32, i64, replaceLane } from '../../wasm';
import type { Emitter } from '../emitter';
import {
  type Direction,
  flushed,
  HALF,
  letterOf,
  numberType,
  readNumber,
  roundLanes,
  scalarConst,
  scalarOps,
  writeScalar,
} from '../pseudocode/fp-arithmetic';
import { FPSR, raise, raiseInexactIf } from '../pseudocode/fp-status';
import { ZERO } from '../pseudocode/vector';
import { type Fields, needing, type Row, xzr, xzrDst } from '../row';
import { halfPrecision, singleOrDouble } from './fp-precisions';

/** Conversions between floating point and integer or fixed point in general registers, and FMOV to and from them (Arm ARM C4.1). */

/** A scalar converted to an integer of 32 or 64 bits: truncated and saturated, NaN gives zero. */
export function toInteger(sz: number, wide: number, unsigned: boolean, value: Expr): Expr {
  const w = wide ? i64 : i32;
  const convert = sz ? (unsigned ? w.truncSatF64U : w.truncSatF64S) : unsigned ? w.truncSatF32U : w.truncSatF32S;
  return convert(value);
}

/** Least value and first value beyond the range of an integer: exact in single and double. */
export const integerRange = (bits: number, unsigned: boolean): [least: number, beyond: number] =>
  unsigned ? [0, 2 ** bits] : [-(2 ** (bits - 1)), 2 ** (bits - 1)];

/** A scalar rounded to an integral value. */
export function wholeScalar(k: Emitter, sz: number, direction: Direction, value: Expr): Expr {
  const w = scalarOps(sz);
  switch (direction) {
    case 'N':
      return w.nearest(value);
    case 'P':
      return w.ceil(value);
    case 'M':
      return w.floor(value);
    case 'Z':
      return w.trunc(value);
    case 'A': {
      const shape = sz ? 'f64x2' : 'f32x4';
      return extractLane(shape, roundLanes(k, sz, direction, k.let(replaceLane(shape, ZERO, 0, value))), 0);
    }
  }
}

/** FPToFixed: rounds, and converts to an integer; sets FPSR.IOC for a NaN and what is out of range then, else FPSR.IXC if it was not integral. */
export function toIntegerChecked(
  k: Emitter,
  sz: number,
  wide: number,
  unsigned: boolean,
  direction: Direction,
  value: Expr,
): Expr {
  const w = scalarOps(sz);
  const [least, beyond] = integerRange(wide ? 64 : 32, unsigned);
  const whole = k.let(wholeScalar(k, sz, direction, value));
  const inRange = k.let(i32.and(w.ge(whole, scalarConst(sz, least)), w.lt(whole, scalarConst(sz, beyond))));
  k.if(i32.eqz(inRange), () => raise(k, FPSR.IOC), undefined, 'rare');
  raiseInexactIf(k, i32.and(inRange, w.ne(whole, value)));
  return toInteger(sz, wide, unsigned, whole);
}

/** FixedToFP: an integer of 32 or 64 bits, times a power of two (a scalar: one, unless given), converted to a single or double. */
export function fromInteger(k: Emitter, sz: number, wide: number, unsigned: boolean, integer: Expr, scale?: Expr): Expr {
  const value = k.let(integer);
  const w = scalarOps(sz);
  const convert = wide ? (unsigned ? w.convertI64U : w.convertI64S) : unsigned ? w.convertI32U : w.convertI32S;
  // Scaling is exact: no integer is small enough to become denormal by it.
  const scaled = (converted: Expr): Expr => (scale ? scalarOps(sz).mul(converted, scale) : converted);
  const quick = k.let(scaled(convert(value)));
  if (sz && !wide) return quick;
  const anew = (): Expr => {
    const whole = wide ? value : unsigned ? i64.extendU(value) : i64.extendS(value);
    return scaled(k.helper(`from_fixed_${letterOf(sz)}`, whole, i32.const(unsigned ? 1 : 0), i32.const(0)));
  };
  return k.choose(i32.eqz(k.roundsPlainly()), anew, quick, 'rare');
}

/** The same to a half, with as many bits behind the point as `fractionBits` (i32). */
const halfFromInteger = (k: Emitter, wide: number, unsigned: boolean, integer: Expr, fractionBits: Expr): Expr => {
  const whole = wide ? integer : unsigned ? i64.extendU(integer) : i64.extendS(integer);
  return k.helper('from_fixed_h', whole, i32.const(unsigned ? 1 : 0), fractionBits);
};

/** 2^exponent as raw bits of a single or double: what scales fixed-point numbers. */
export const powerOfTwo = (sz: number, exponent: number): bigint =>
  sz ? BigInt(1023 + exponent) << 52n : BigInt(127 + exponent) << 23n;
/** The same out of a record's immediate. */
export const scaleOf = (sz: number, imm: Expr): Expr => (sz ? f64.reinterpretI64(imm) : f32.reinterpretI32(i32.wrap(imm)));

const toGeneral = (name: string, asm: string, rmode: string, opcode: string, directionOf: (s: Fields) => Direction): Row => ({
  name,
  bits: `sf:1 0 0 11110 type:2 1 ${rmode} ${opcode} 000000 Rn:5 Rd:5`,
  asm: [`${asm} {R:Rd}, {Sc:Rn:type}`],
  shape: `sf type ${rmode.includes(':') ? 'rmode ' : ''}U`,
  operands: (f) => ({ d: xzrDst(f.Rd!), n: f.Rn! }),
  meaning: (k, o, s) => {
    k.checkFp();
    const type = numberType(s.type!);
    const operand = flushed(k, type, readNumber(k, s.type!, o.n), false);
    const value = toIntegerChecked(k, type, s.sf!, s.U === 1, directionOf(s), operand);
    if (s.sf) k.setX(o.d, value);
    else k.setW(o.d, value);
  },
});

const RMODE_DIRECTION: readonly Direction[] = ['N', 'P', 'M', 'Z'];

const fromGeneral: Row = {
  name: 'SCVTF, UCVTF (scalar, integer)',
  bits: 'sf:1 0 0 11110 type:2 1 00 01 U:1 000000 Rn:5 Rd:5',
  asm: ['<U:s|u>cvtf {Sc:Rd:type}, {R:Rn}'],
  shape: 'sf type U',
  operands: (f) => ({ d: f.Rd!, n: xzr(f.Rn!) }),
  meaning: (k, o, s) => {
    k.checkFp();
    const value = s.sf ? k.x(o.n) : k.w(o.n);
    const result =
      s.type === HALF
        ? halfFromInteger(k, s.sf!, s.U === 1, value, i32.const(0))
        : fromInteger(k, s.type!, s.sf!, s.U === 1, value);
    writeScalar(k, s.type!, o.d, result);
  },
};

/** scale is 64 minus the fraction bits; with 32-bit registers at most 32 fraction bits. */
const fractionBits = (f: Fields): number | undefined => (!f.sf && f.scale! < 32 ? undefined : 64 - f.scale!);

const fixedToGeneral: Row = {
  name: 'FCVTZS, FCVTZU (scalar, fixed-point)',
  bits: 'sf:1 0 0 11110 type:2 0 11 00 U:1 scale:6 Rn:5 Rd:5',
  asm: ['fcvtz<U:s|u> {R:Rd}, {Sc:Rn:type}, {fbits}'],
  shape: 'sf type U',
  operands: (f) => {
    const bits = fractionBits(f);
    return bits === undefined ? undefined : { d: xzrDst(f.Rd!), n: f.Rn!, imm: powerOfTwo(numberType(f.type!), bits) };
  },
  meaning: (k, o, s) => {
    k.checkFp();
    const sz = numberType(s.type!);
    // Scaling up by a power of two is exact, or overflows to what saturates anyway.
    const scaled = k.let(scalarOps(sz).mul(flushed(k, sz, readNumber(k, s.type!, o.n), false), scaleOf(sz, o.imm)));
    const value = toIntegerChecked(k, sz, s.sf!, s.U === 1, 'Z', scaled);
    if (s.sf) k.setX(o.d, value);
    else k.setW(o.d, value);
  },
};

const generalToFixed: Row = {
  name: 'SCVTF, UCVTF (scalar, fixed-point)',
  bits: 'sf:1 0 0 11110 type:2 0 00 01 U:1 scale:6 Rn:5 Rd:5',
  asm: ['<U:s|u>cvtf {Sc:Rd:type}, {R:Rn}, {fbits}'],
  shape: 'sf type U',
  operands: (f) => {
    const bits = fractionBits(f);
    if (bits === undefined) return undefined;
    return { d: f.Rd!, n: xzr(f.Rn!), imm: f.type === HALF ? bits : powerOfTwo(f.type!, -bits) };
  },
  meaning: (k, o, s) => {
    k.checkFp();
    const sz = s.type!;
    const value = s.sf ? k.x(o.n) : k.w(o.n);
    const result =
      sz === HALF
        ? halfFromInteger(k, s.sf!, s.U === 1, value, o.imm32)
        : fromInteger(k, sz, s.sf!, s.U === 1, value, k.let(scaleOf(sz, o.imm)));
    writeScalar(k, sz, o.d, result);
  },
};

/** Registers move as bits. */
const move = (name: string, operands: string, bits: string, meaning: Row['meaning'], toX: boolean): Row => ({
  name,
  bits,
  asm: [`fmov ${operands}`],
  operands: (f) => (toX ? { d: xzrDst(f.Rd!), n: f.Rn! } : { d: f.Rd!, n: xzr(f.Rn!) }),
  meaning: (k, o, s) => {
    k.checkFp();
    meaning(k, o, s);
  },
});

const movesOfHalf: Row[] = [0, 1].flatMap((sf) => {
  const general = sf ? 'X' : 'W';
  return [
    move(
      `FMOV (general), Hn to ${general}d`,
      `{${general}:Rd}, {H:Rn}`,
      `${sf} 0 0 11110 11 1 00 110 000000 Rn:5 Rd:5`,
      (k, o) => k.setW(o.d, k.vLow('i32_16u', o.n)),
      true,
    ),
    move(
      `FMOV (general), ${general}n to Hd`,
      `{H:Rd}, {${general}:Rn}`,
      `${sf} 0 0 11110 11 1 00 111 000000 Rn:5 Rd:5`,
      (k, o) => k.setVLow(k.w(o.n), 'i32_16', o.d),
      false,
    ),
  ];
});

const moves: Row[] = [
  move(
    'FMOV (general), Sn to Wd',
    '{W:Rd}, {S:Rn}',
    '0 0 0 11110 00 1 00 110 000000 Rn:5 Rd:5',
    (k, o) => k.setW(o.d, k.vLow('i32', o.n)),
    true,
  ),
  move(
    'FMOV (general), Wn to Sd',
    '{S:Rd}, {W:Rn}',
    '0 0 0 11110 00 1 00 111 000000 Rn:5 Rd:5',
    (k, o) => k.setVLow(k.w(o.n), 'i32', o.d),
    false,
  ),
  move(
    'FMOV (general), Dn to Xd',
    '{X:Rd}, {D:Rn}',
    '1 0 0 11110 01 1 00 110 000000 Rn:5 Rd:5',
    (k, o) => k.setX(o.d, k.vLow('i64', o.n)),
    true,
  ),
  move(
    'FMOV (general), Xn to Dd',
    '{D:Rd}, {X:Rn}',
    '1 0 0 11110 01 1 00 111 000000 Rn:5 Rd:5',
    (k, o) => k.setVLow(k.x(o.n), 'i64', o.d),
    false,
  ),
  move(
    'FMOV (general), Vn.D[1] to Xd',
    '{X:Rd}, {fixedlane:Rn:d:1}',
    '1 0 0 11110 10 1 01 110 000000 Rn:5 Rd:5',
    (k, o) => k.setX(o.d, extractLane('i64x2', k.v(o.n), 1)),
    true,
  ),
  move(
    'FMOV (general), Xn to Vd.D[1]',
    '{fixedlane:Rd:d:1}, {X:Rn}',
    '1 0 0 11110 10 1 01 111 000000 Rn:5 Rd:5',
    (k, o) => k.setV(o.d, replaceLane('i64x2', k.v(o.d), 1, k.x(o.n))),
    false,
  ),
];

const conversions: Row[] = [
  toGeneral(
    'FCVTNS, FCVTNU, FCVTPS, FCVTPU, FCVTMS, FCVTMU, FCVTZS, FCVTZU (scalar, integer)',
    'fcvt<rmode:n|p|m|z><U:s|u>',
    'rmode:2',
    '00 U:1',
    (s) => RMODE_DIRECTION[s.rmode!]!,
  ),
  toGeneral('FCVTAS, FCVTAU (scalar, integer)', 'fcvta<U:s|u>', '00', '10 U:1', () => 'A'),
  fromGeneral,
  fixedToGeneral,
  generalToFixed,
];

/** FEAT_JSCVT. */
const javascript: Row = {
  name: 'FJCVTZS',
  bits: '0 0 0 11110 01 1 11 110 000000 Rn:5 Rd:5',
  asm: ['fjcvtzs {W:Rd}, {D:Rn}'],
  operands: (f) => ({ d: xzrDst(f.Rd!), n: f.Rn! }),
  meaning: (k, o) => {
    k.checkFp();
    const result = k.helper('fjcvtzs', k.vLow('f64', o.n));
    k.setW(o.d, i32.wrap(result));
    k.setNzcv(i32.shl(i32.wrap(i64.shrU(result, i64.const(32))), i32.const(30)));
  },
};
export const fpConvertJavascript: Row[] = needing('FEAT_JSCVT', [javascript]);

export const fpConvert: Row[] = [...conversions.map(singleOrDouble), ...moves];
/** Those of FEAT_FP16. */
export const fpConvertHalf: Row[] = [...conversions.map(halfPrecision), ...movesOfHalf];
