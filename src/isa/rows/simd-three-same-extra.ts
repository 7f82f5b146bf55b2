import { type Expr, simd } from '../../wasm';
import { addNeighbours, dotProduct, doublingMultiplyAccumulateHigh } from '../pseudocode/simd-integer';
import { duplicateLane, lanePattern, lanes, readVector, widen, writeVector } from '../pseudocode/vector';
import { needing, type Row } from '../row';
import { mnemonic } from './simd-asm';
import { simdByElementRdm } from './simd-by-element';

/** Advanced SIMD three same extra, its scalar and by-element forms, integer part (Arm ARM C4.1): FEAT_RDM, FEAT_DotProd, FEAT_I8MM. */

const notSize12 = (s: Readonly<Record<string, number>>): boolean => s.size !== 1 && s.size !== 2;

/** SQRDMLAH and SQRDMLSH; `S` says that the product is subtracted. */
const rounding = (isScalar: boolean): Row => ({
  name: `SQRDMLAH, SQRDMLSH (vector)${isScalar ? ', scalar' : ''}`,
  bits: `${isScalar ? '01' : '0 Q:1'} 1 ${isScalar ? '11110' : '01110'} size:2 0 Rm:5 1 000 S:1 1 Rn:5 Rd:5`,
  asm: [
    `<S:sqrdmlah|sqrdmlsh> ${['Rd', 'Rn', 'Rm'].map((field) => (isScalar ? `{Sc:${field}:size}` : `{V:${field}:T}`)).join(', ')}`,
  ],
  shape: isScalar ? 'size S' : 'Q size S',
  reserved: notSize12,
  operands: (f) => ({ d: f.Rd!, n: f.Rn!, m: f.Rm! }),
  meaning: (k, o, s) => {
    k.checkFp();
    const bits = isScalar ? 8 << s.size! : s.Q ? 128 : 64;
    const [a, b] = [readVector(k, o.n, bits), readVector(k, o.m, bits)];
    // What lies above stays as it is, so it cannot saturate.
    writeVector(k, o.d, doublingMultiplyAccumulateHigh(k, s.size!, s.S === 1, k.v(o.d), a, b), bits);
  },
});

/** Signedness of the sources of SDOT, UDOT, USDOT and SUDOT. */
interface Dot {
  readonly name: string;
  readonly U: number;
  readonly opcode: string;
  readonly unsigned: readonly [n: boolean, m: boolean];
}

const DOT: readonly Dot[] = [
  { name: 'SDOT (vector)', U: 0, opcode: '0010', unsigned: [false, false] },
  { name: 'UDOT (vector)', U: 1, opcode: '0010', unsigned: [true, true] },
];
const MIXED_DOT: readonly Dot[] = [{ name: 'USDOT (vector)', U: 0, opcode: '0011', unsigned: [true, false] }];

const dot = ({ name, U, opcode, unsigned }: Dot): Row => ({
  name,
  bits: `0 Q:1 ${U} 01110 10 0 Rm:5 1 ${opcode} 1 Rn:5 Rd:5`,
  asm: [`${mnemonic(name)} {V:Rd:S}, {V:Rn:B}, {V:Rm:B}`],
  shape: 'Q',
  operands: (f) => ({ d: f.Rd!, n: f.Rn!, m: f.Rm! }),
  meaning: (k, o, s) => {
    k.checkFp();
    writeVector(k, o.d, lanes(2, 'add', k.v(o.d), dotProduct(...unsigned, k.v(o.n), k.v(o.m))), s.Q ? 128 : 64);
  },
});

const DOT_BY_ELEMENT: readonly (Dot & { size: string })[] = [
  { name: 'SDOT (by element)', U: 0, size: '10', opcode: '1110', unsigned: [false, false] },
  { name: 'UDOT (by element)', U: 1, size: '10', opcode: '1110', unsigned: [true, true] },
];
const MIXED_DOT_BY_ELEMENT: readonly (Dot & { size: string })[] = [
  { name: 'USDOT (by element)', U: 0, size: '10', opcode: '1111', unsigned: [true, false] },
  { name: 'SUDOT (by element)', U: 0, size: '00', opcode: '1111', unsigned: [false, true] },
];

const dotByElement = ({ name, U, size, opcode, unsigned }: (typeof DOT_BY_ELEMENT)[number]): Row => ({
  name,
  bits: `0 Q:1 ${U} 01111 ${size} L:1 Rm:5 ${opcode} H:1 0 Rn:5 Rd:5`,
  asm: [`${mnemonic(name)} {V:Rd:S}, {V:Rn:B}, {fourbytes}`],
  shape: 'Q',
  operands: (f) => ({ d: f.Rd!, n: f.Rn!, m: f.Rm!, imm: lanePattern(2, (f.H! << 1) | f.L!) }),
  meaning: (k, o, s) => {
    k.checkFp();
    const chosen = k.let(duplicateLane(k.v(o.m), o.imm));
    writeVector(k, o.d, lanes(2, 'add', k.v(o.d), dotProduct(...unsigned, k.v(o.n), chosen)), s.Q ? 128 : 64);
  },
});

/** The product of a matrix of 2 by 8 bytes with the transpose of another. */
const matrix = (name: string, U: number, B: number, unsigned: readonly [n: boolean, m: boolean]): Row => ({
  name,
  bits: `0 1 ${U} 01110 10 0 Rm:5 1 010 ${B} 1 Rn:5 Rd:5`,
  asm: [`${mnemonic(name)} {V:Rd:4s}, {V:Rn:16b}, {V:Rm:16b}`],
  operands: (f) => ({ d: f.Rd!, n: f.Rn!, m: f.Rm! }),
  meaning: (k, o) => {
    k.checkFp();
    const rows = (value: Expr, isUnsigned: boolean): Expr[] =>
      [false, true].map((high) => k.let(widen(0, isUnsigned, value, high)));
    const [n, m] = [rows(k.v(o.n), unsigned[0]), rows(k.v(o.m), unsigned[1])];
    const sums = n.map((row) => {
      const [first, second] = m.map((column) => k.let(simd('i32x4.dot_i16x8_s', row, column)));
      return k.let(addNeighbours(first!, second!));
    });
    k.setV(o.d, lanes(2, 'add', k.v(o.d), addNeighbours(sums[0]!, sums[1]!)));
  },
});

export const simdThreeSameExtra: Row[] = [
  ...needing('FEAT_RDM', [rounding(false), rounding(true), ...simdByElementRdm]),
  ...needing('FEAT_DotProd', [...DOT.map(dot), ...DOT_BY_ELEMENT.map(dotByElement)]),
  ...needing('FEAT_I8MM', [
    ...MIXED_DOT.map(dot),
    ...MIXED_DOT_BY_ELEMENT.map(dotByElement),
    matrix('SMMLA (vector)', 0, 0, [false, false]),
    matrix('UMMLA (vector)', 1, 0, [true, true]),
    matrix('USMMLA (vector)', 0, 1, [true, false]),
  ]),
];
