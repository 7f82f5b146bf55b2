import type { Expr } from '../../wasm';
import type { Emitter } from '../emitter';
import { absoluteDifference, doublingMultiplyLong, saturatingAddSub } from '../pseudocode/simd-integer';
import {
  highParts,
  keepLow,
  lanes,
  readVector,
  splatConst,
  widen,
  widenMultiply,
  writeHalf,
  writeVector,
} from '../pseudocode/vector';
import type { Row } from '../row';
import { mnemonic, ofHalf } from './simd-asm';

/** Advanced SIMD three different and scalar three different (Arm ARM C4.1); `size` is that of the narrow lanes. */

interface Long {
  readonly k: Emitter;
  readonly size: number;
  readonly unsigned: boolean;
  /** The upper half of the narrow sources: the "2" forms. */
  readonly high: boolean;
  /** How much of the result counts: the whole register, or one lane of the scalar forms. */
  readonly bits: number;
  readonly destination: () => Expr;
}
export type LongOperation = (c: Long, a: Expr, b: Expr) => Expr;

/** SMLAL, SMLSL, SMULL and unsigned; SQDMLAL, SQDMLSL, SQDMULL: also used by element. */
export const multiplyLong =
  (accumulate: 'add' | 'sub' | undefined): LongOperation =>
  (c, a, b) => {
    const product = widenMultiply(c.size, c.unsigned, a, b, c.high);
    return accumulate ? lanes(c.size + 1, accumulate, c.destination(), product) : product;
  };
export const doublingLong =
  (accumulate: 'add' | 'sub' | undefined): LongOperation =>
  (c, a, b) => {
    const product = doublingMultiplyLong(c.k, c.size, a, b, c.high, c.bits);
    return accumulate
      ? saturatingAddSub(c.k, c.size + 1, false, accumulate === 'sub', keepLow(c.destination(), c.bits), product)
      : product;
  };

const long =
  (operation: 'add' | 'sub'): LongOperation =>
  (c, a, b) =>
    lanes(c.size + 1, operation, widen(c.size, c.unsigned, a, c.high), widen(c.size, c.unsigned, b, c.high));
const wide =
  (operation: 'add' | 'sub'): LongOperation =>
  (c, a, b) =>
    lanes(c.size + 1, operation, a, widen(c.size, c.unsigned, b, c.high));
const differenceLong: LongOperation = (c, a, b) => widen(c.size, true, absoluteDifference(c.size, c.unsigned, a, b), c.high);

interface ThreeDifferent {
  readonly name: string;
  /** Bit string of U: `U:1`, `0` or `1`. */
  readonly U: string;
  readonly opcode: string;
  readonly sizes: readonly number[];
  /** The first operand has wide lanes, too. */
  readonly wide?: true;
  readonly apply: LongOperation;
}

const UP_TO_32 = [0, 1, 2];

const THREE_DIFFERENT: readonly ThreeDifferent[] = [
  { name: 'SADDL, UADDL', U: 'U:1', opcode: '0000', sizes: UP_TO_32, apply: long('add') },
  { name: 'SADDW, UADDW', U: 'U:1', opcode: '0001', sizes: UP_TO_32, wide: true, apply: wide('add') },
  { name: 'SSUBL, USUBL', U: 'U:1', opcode: '0010', sizes: UP_TO_32, apply: long('sub') },
  { name: 'SSUBW, USUBW', U: 'U:1', opcode: '0011', sizes: UP_TO_32, wide: true, apply: wide('sub') },
  {
    name: 'SABAL, UABAL',
    U: 'U:1',
    opcode: '0101',
    sizes: UP_TO_32,
    apply: (c, a, b) => lanes(c.size + 1, 'add', c.destination(), differenceLong(c, a, b)),
  },
  { name: 'SABDL, UABDL', U: 'U:1', opcode: '0111', sizes: UP_TO_32, apply: differenceLong },
  { name: 'SMLAL, UMLAL (vector)', U: 'U:1', opcode: '1000', sizes: UP_TO_32, apply: multiplyLong('add') },
  { name: 'SQDMLAL (vector)', U: '0', opcode: '1001', sizes: [1, 2], apply: doublingLong('add') },
  { name: 'SMLSL, UMLSL (vector)', U: 'U:1', opcode: '1010', sizes: UP_TO_32, apply: multiplyLong('sub') },
  { name: 'SQDMLSL (vector)', U: '0', opcode: '1011', sizes: [1, 2], apply: doublingLong('sub') },
  { name: 'SMULL, UMULL (vector)', U: 'U:1', opcode: '1100', sizes: UP_TO_32, apply: multiplyLong(undefined) },
  { name: 'SQDMULL (vector)', U: '0', opcode: '1101', sizes: [1, 2], apply: doublingLong(undefined) },
  {
    // The 64-bit form needs FEAT_PMULL.
    name: 'PMULL, PMULL2',
    U: '0',
    opcode: '1110',
    sizes: [0],
    apply: (c, a, b) => c.k.helper('polynomial_multiply', widen(0, true, a, c.high), widen(0, true, b, c.high)),
  },
];

const vector = (row: ThreeDifferent): Row => ({
  name: row.name,
  bits: `0 Q:1 ${row.U} 01110 size:2 1 Rm:5 ${row.opcode} 00 Rn:5 Rd:5`,
  asm: [`${ofHalf(row.name)} {V:Rd:L}, {V:Rn:${row.wide ? 'L' : 'T'}}, {V:Rm:T}`],
  shape: row.U === 'U:1' ? 'Q U size' : 'Q size',
  reserved: (s) => !row.sizes.includes(s.size!),
  operands: (f) => ({ d: f.Rd!, n: f.Rn!, m: f.Rm! }),
  meaning: (k, o, s) => {
    k.checkFp();
    const c = { k, size: s.size!, unsigned: s.U === 1, high: s.Q === 1, bits: 128, destination: () => k.v(o.d) };
    k.setV(o.d, row.apply(c, k.v(o.n), k.v(o.m)));
  },
});

const highNarrow: Row = {
  // U: rounding; o1: subtract
  name: 'ADDHN, SUBHN, RADDHN, RSUBHN',
  bits: '0 Q:1 U:1 01110 size:2 1 Rm:5 01 o1:1 0 00 Rn:5 Rd:5',
  asm: ['<U.o1:addhn|subhn|raddhn|rsubhn><Q:|2> {V:Rd:T}, {V:Rn:L}, {V:Rm:L}'],
  shape: 'Q U size o1',
  reserved: (s) => s.size === 3,
  operands: (f) => ({ d: f.Rd!, n: f.Rn!, m: f.Rm! }),
  meaning: (k, o, s) => {
    k.checkFp();
    const size = s.size! + 1;
    const sum = lanes(size, s.o1 ? 'sub' : 'add', k.v(o.n), k.v(o.m));
    const rounded = s.U ? lanes(size, 'add', sum, splatConst(size, 1n << BigInt((8 << s.size!) - 1))) : sum;
    writeHalf(k, o.d, highParts(s.size!, rounded), s.Q!);
  },
};

const SCALAR = ['SQDMLAL (vector)', 'SQDMLSL (vector)', 'SQDMULL (vector)'];

const scalar = (row: ThreeDifferent): Row => ({
  name: `${row.name}, scalar`,
  bits: `01 0 11110 size:2 1 Rm:5 ${row.opcode} 00 Rn:5 Rd:5`,
  asm: [`${mnemonic(row.name)} {Sc:Rd:size1}, {Sc:Rn:size}, {Sc:Rm:size}`],
  shape: 'size',
  reserved: (s) => !row.sizes.includes(s.size!),
  operands: (f) => ({ d: f.Rd!, n: f.Rn!, m: f.Rm! }),
  meaning: (k, o, s) => {
    k.checkFp();
    const size = s.size!;
    const bits = 8 << (size + 1);
    const c = { k, size, unsigned: false, high: false, bits, destination: () => k.v(o.d) };
    writeVector(k, o.d, row.apply(c, readVector(k, o.n, bits / 2), readVector(k, o.m, bits / 2)), bits);
  },
});

export const simdThreeDifferent: Row[] = [...THREE_DIFFERENT.map(vector), highNarrow];
export const simdScalarThreeDifferent: Row[] = THREE_DIFFERENT.filter((row) => SCALAR.includes(row.name)).map(scalar);
