import type { Expr } from '../../wasm';
import type { Emitter, Reg } from '../emitter';
import { doublingMultiplyAccumulateHigh, doublingMultiplyHigh } from '../pseudocode/simd-integer';
import { duplicateLane, keepLow, lanePattern, lanes, readVector, writeVector } from '../pseudocode/vector';
import type { Fields, Row } from '../row';
import { mnemonic, ofHalf } from './simd-asm';
import { doublingLong, type LongOperation, multiplyLong } from './simd-three-different';

/** Advanced SIMD vector x indexed element and its scalar forms, integer part (Arm ARM C4.1). Sizes 16 and 32 bits only. */

/** 16-bit elements: H:L:M picks the lane, Vm is V0..V15. 32-bit: H:L, and M is the top bit of Vm. */
const element = (f: Fields): { d: number; n: number; m: number; imm: bigint } =>
  f.size === 1
    ? { d: f.Rd!, n: f.Rn!, m: f.Rm!, imm: lanePattern(1, (f.H! << 2) | (f.L! << 1) | f.M!) }
    : { d: f.Rd!, n: f.Rn!, m: (f.M! << 4) | f.Rm!, imm: lanePattern(2, (f.H! << 1) | f.L!) };

const notSize12 = (s: Fields): boolean => s.size !== 1 && s.size !== 2;

interface SameSize {
  readonly name: string;
  readonly U: 0 | 1;
  readonly opcode: string;
  readonly scalar?: boolean;
  readonly apply: (k: Emitter, size: number, a: Expr, b: Expr, destination: () => Expr) => Expr;
}

const SAME_SIZE: readonly SameSize[] = [
  {
    name: 'MLA (by element)',
    U: 1,
    opcode: '0000',
    apply: (_k, size, a, b, d) => lanes(size, 'add', d(), lanes(size, 'mul', a, b)),
  },
  {
    name: 'MLS (by element)',
    U: 1,
    opcode: '0100',
    apply: (_k, size, a, b, d) => lanes(size, 'sub', d(), lanes(size, 'mul', a, b)),
  },
  { name: 'MUL (by element)', U: 0, opcode: '1000', apply: (_k, size, a, b) => lanes(size, 'mul', a, b) },
  {
    name: 'SQDMULH (by element)',
    U: 0,
    opcode: '1100',
    scalar: true,
    apply: (k, size, a, b) => doublingMultiplyHigh(k, size, false, a, b),
  },
  {
    name: 'SQRDMULH (by element)',
    U: 0,
    opcode: '1101',
    scalar: true,
    apply: (k, size, a, b) => doublingMultiplyHigh(k, size, true, a, b),
  },
];

const RDM: readonly SameSize[] = [false, true].map((subtract) => ({
  name: `SQRDML${subtract ? 'S' : 'A'}H (by element)`,
  U: 1,
  opcode: subtract ? '1111' : '1101',
  apply: (k, size, a, b, d) => doublingMultiplyAccumulateHigh(k, size, subtract, d(), a, b),
}));

const chosen = (k: Emitter, m: Reg, pattern: Expr): Expr => k.let(duplicateLane(k.v(m), pattern));

const sameSize = (row: SameSize, isScalar: boolean): Row => ({
  name: isScalar ? `${row.name}, scalar` : row.name,
  bits: `${isScalar ? '01' : '0 Q:1'} ${row.U} ${isScalar ? '11111' : '01111'} size:2 L:1 M:1 Rm:4 ${row.opcode} H:1 0 Rn:5 Rd:5`,
  asm: [`${mnemonic(row.name)} ${isScalar ? '{Sc:Rd:size}, {Sc:Rn:size}' : '{V:Rd:T}, {V:Rn:T}'}, {element}`],
  shape: isScalar ? 'size' : 'Q size',
  reserved: notSize12,
  operands: element,
  meaning: (k, o, s) => {
    k.checkFp();
    const bits = isScalar ? 8 << s.size! : s.Q ? 128 : 64;
    const value = readVector(k, o.n, bits);
    writeVector(
      k,
      o.d,
      row.apply(k, s.size!, value, chosen(k, o.m, o.imm), () => k.v(o.d)),
      bits,
    );
  },
});

const LONG: readonly { name: string; U: string; opcode: string; apply: LongOperation; scalar?: boolean }[] = [
  { name: 'SMLAL, UMLAL (by element)', U: 'U:1', opcode: '0010', apply: multiplyLong('add') },
  { name: 'SQDMLAL (by element)', U: '0', opcode: '0011', apply: doublingLong('add'), scalar: true },
  { name: 'SMLSL, UMLSL (by element)', U: 'U:1', opcode: '0110', apply: multiplyLong('sub') },
  { name: 'SQDMLSL (by element)', U: '0', opcode: '0111', apply: doublingLong('sub'), scalar: true },
  { name: 'SMULL, UMULL (by element)', U: 'U:1', opcode: '1010', apply: multiplyLong(undefined) },
  { name: 'SQDMULL (by element)', U: '0', opcode: '1011', apply: doublingLong(undefined), scalar: true },
];

const long = (row: (typeof LONG)[number], isScalar: boolean): Row => ({
  name: isScalar ? `${row.name}, scalar` : row.name,
  bits: `${isScalar ? '01' : '0 Q:1'} ${row.U} ${isScalar ? '11111' : '01111'} size:2 L:1 M:1 Rm:4 ${row.opcode} H:1 0 Rn:5 Rd:5`,
  asm: [
    isScalar
      ? `${mnemonic(row.name)} {Sc:Rd:size1}, {Sc:Rn:size}, {element}`
      : `${ofHalf(row.name)} {V:Rd:L}, {V:Rn:T}, {element}`,
  ],
  shape: `${isScalar ? '' : 'Q '}${row.U === 'U:1' ? 'U ' : ''}size`,
  reserved: notSize12,
  operands: element,
  meaning: (k, o, s) => {
    k.checkFp();
    const bits = isScalar ? 16 << s.size! : 128;
    const value = isScalar ? readVector(k, o.n, bits / 2) : k.v(o.n);
    const b = chosen(k, o.m, o.imm);
    const c = { k, size: s.size!, unsigned: s.U === 1, high: s.Q === 1, bits, destination: () => keepLow(k.v(o.d), bits) };
    writeVector(k, o.d, row.apply(c, value, b), bits);
  },
});

export const simdByElement: Row[] = [...SAME_SIZE.map((row) => sameSize(row, false)), ...LONG.map((row) => long(row, false))];
export const simdScalarByElement: Row[] = [
  ...SAME_SIZE.filter((row) => row.scalar).map((row) => sameSize(row, true)),
  ...LONG.filter((row) => row.scalar).map((row) => long(row, true)),
];
/** Those of FEAT_RDM. */
export const simdByElementRdm: Row[] = [false, true].flatMap((isScalar) => RDM.map((row) => sameSize(row, isScalar)));
