import { type Expr, extractLane, f32, f64, i32, i64, replaceLane } from '../../wasm';
import type { Emitter } from '../emitter';
import { type Direction, readScalar, roundLanes, scalarConst, scalarOps, writeScalar } from '../pseudocode/fp-arithmetic';
import { FPSR, raise } from '../pseudocode/fp-status';
import { readVector } from '../pseudocode/vector';
import { type Fields, type Row, xzr, xzrDst } from '../row';

/** Conversions between floating point and integer or fixed point in general registers, and FMOV to and from them (Arm ARM C4.1). */

/** A scalar converted to an integer of 32 or 64 bits: truncated and saturated, NaN gives zero. */
export function toInteger(sz: number, wide: number, unsigned: boolean, value: Expr): Expr {
  const w = wide ? i64 : i32;
  const convert = sz ? (unsigned ? w.truncSatF64U : w.truncSatF64S) : unsigned ? w.truncSatF32U : w.truncSatF32S;
  return convert(value);
}

/** Least value and first value beyond the range of an integer of 32 or 64 bits: exact in single and double. */
export const integerRange = (wide: number, unsigned: boolean): [least: number, beyond: number] => {
  const bits = wide ? 64 : 32;
  return unsigned ? [0, 2 ** bits] : [-(2 ** (bits - 1)), 2 ** (bits - 1)];
};

/** Converts to an integer and sets FPSR.IOC where FPToFixed does: NaN, or out of range after rounding. */
function toIntegerChecked(k: Emitter, sz: number, wide: number, unsigned: boolean, value: Expr): Expr {
  const w = scalarOps(sz);
  const [least, beyond] = integerRange(wide, unsigned);
  const bound = k.let(value);
  const whole = k.let(w.trunc(bound));
  const inRange = i32.and(w.ge(whole, scalarConst(sz, least)), w.lt(whole, scalarConst(sz, beyond)));
  k.if(i32.eqz(inRange), () => raise(k, FPSR.IOC));
  return toInteger(sz, wide, unsigned, bound);
}

/** An integer of 32 or 64 bits converted to a scalar, rounded to nearest. */
export function fromInteger(sz: number, wide: number, unsigned: boolean, value: Expr): Expr {
  const w = scalarOps(sz);
  const convert = wide ? (unsigned ? w.convertI64U : w.convertI64S) : unsigned ? w.convertI32U : w.convertI32S;
  return convert(value);
}

/** 2^exponent as raw bits of a single or double: what scales fixed-point numbers. */
export const powerOfTwo = (sz: number, exponent: number): bigint =>
  sz ? BigInt(1023 + exponent) << 52n : BigInt(127 + exponent) << 23n;
/** The same out of a record's immediate. */
export const scaleOf = (sz: number, imm: Expr): Expr => (sz ? f64.reinterpretI64(imm) : f32.reinterpretI32(i32.wrap(imm)));

/** Rounds one scalar (as the low lane of a vector). */
function rounded(k: Emitter, sz: number, direction: Direction, reg: Parameters<typeof readVector>[1]): Expr {
  if (direction === 'Z') return readScalar(k, sz, reg);
  const value = readVector(k, reg, sz ? 64 : 32);
  return extractLane(sz ? 'f64x2' : 'f32x4', roundLanes(k, sz, direction, value), 0);
}

const noHalf = (s: Fields): boolean => s.type! > 1;

const toGeneral = (name: string, asm: string, rmode: string, opcode: string, directionOf: (s: Fields) => Direction): Row => ({
  name,
  bits: `sf:1 0 0 11110 type:2 1 ${rmode} ${opcode} 000000 Rn:5 Rd:5`,
  asm: [`${asm} {R:Rd}, {Sc:Rn:type}`],
  shape: `sf type ${rmode.includes(':') ? 'rmode ' : ''}U`,
  reserved: noHalf,
  operands: (f) => ({ d: xzrDst(f.Rd!), n: f.Rn! }),
  meaning: (k, o, s) => {
    k.checkFp();
    const value = toIntegerChecked(k, s.type!, s.sf!, s.U === 1, rounded(k, s.type!, directionOf(s), o.n));
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
  reserved: noHalf,
  operands: (f) => ({ d: f.Rd!, n: xzr(f.Rn!) }),
  meaning: (k, o, s) => {
    k.checkFp();
    const value = s.sf ? k.x(o.n) : k.w(o.n);
    writeScalar(k, s.type!, o.d, fromInteger(s.type!, s.sf!, s.U === 1, value));
  },
};

/** scale is 64 minus the fraction bits; with 32-bit registers at most 32 fraction bits. */
const fractionBits = (f: Fields): number | undefined => (!f.sf && f.scale! < 32 ? undefined : 64 - f.scale!);

const fixedToGeneral: Row = {
  name: 'FCVTZS, FCVTZU (scalar, fixed-point)',
  bits: 'sf:1 0 0 11110 type:2 0 11 00 U:1 scale:6 Rn:5 Rd:5',
  asm: ['fcvtz<U:s|u> {R:Rd}, {Sc:Rn:type}, {fbits}'],
  shape: 'sf type U',
  reserved: noHalf,
  operands: (f) => {
    const bits = fractionBits(f);
    return bits === undefined ? undefined : { d: xzrDst(f.Rd!), n: f.Rn!, imm: powerOfTwo(f.type!, bits) };
  },
  meaning: (k, o, s) => {
    k.checkFp();
    const sz = s.type!;
    // Scaling up by a power of two is exact, or overflows to what saturates anyway.
    const scaled = scalarOps(sz).mul(readScalar(k, sz, o.n), scaleOf(sz, o.imm));
    const value = toIntegerChecked(k, sz, s.sf!, s.U === 1, scaled);
    if (s.sf) k.setX(o.d, value);
    else k.setW(o.d, value);
  },
};

const generalToFixed: Row = {
  name: 'SCVTF, UCVTF (scalar, fixed-point)',
  bits: 'sf:1 0 0 11110 type:2 0 00 01 U:1 scale:6 Rn:5 Rd:5',
  asm: ['<U:s|u>cvtf {Sc:Rd:type}, {R:Rn}, {fbits}'],
  shape: 'sf type U',
  reserved: noHalf,
  operands: (f) => {
    const bits = fractionBits(f);
    return bits === undefined ? undefined : { d: f.Rd!, n: xzr(f.Rn!), imm: powerOfTwo(f.type!, -bits) };
  },
  meaning: (k, o, s) => {
    k.checkFp();
    const sz = s.type!;
    // Rounded once: scaling down cannot leave the normal range.
    const converted = fromInteger(sz, s.sf!, s.U === 1, s.sf ? k.x(o.n) : k.w(o.n));
    writeScalar(k, sz, o.d, scalarOps(sz).mul(converted, scaleOf(sz, o.imm)));
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

export const fpConvert: Row[] = [
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
  ...moves,
];
