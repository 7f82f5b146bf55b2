import { type Expr, i32, simd } from '../../wasm';
import type { Emitter } from '../emitter';
import {
  addLongPairwise,
  clampForNarrowing,
  type Narrowing,
  reverseBitsOfBytes,
  reverseLanes,
  saturatingNegate,
} from '../pseudocode/simd-integer';
import { lanes, readVector, splatConst, truncateLanes, vNot, widen, writeHalf, writeVector, ZERO } from '../pseudocode/vector';
import type { Row } from '../row';
import { mnemonic, ofHalf } from './simd-asm';

/** Advanced SIMD two-register miscellaneous and its scalar forms, integer part (Arm ARM C4.1). */

interface TwoMisc {
  readonly name: string;
  readonly U: 0 | 1;
  readonly opcode: string;
  readonly sizes: readonly number[];
  readonly scalar?: readonly number[];
  /** Compares with zero. */
  readonly zero?: true;
  /** Neighbours give one lane twice as wide. */
  readonly pairs?: true;
  readonly apply: (k: Emitter, size: number, value: Expr, destination: () => Expr) => Expr;
}

const ALL = [0, 1, 2, 3];
const UP_TO_32 = [0, 1, 2];
const D_ONLY = [3];

const compare =
  (operation: string): TwoMisc['apply'] =>
  (_k, size, value) =>
    lanes(size, operation, value, ZERO);

const TWO_MISC: readonly TwoMisc[] = [
  { name: 'REV64', U: 0, opcode: '00000', sizes: UP_TO_32, apply: (_k, size, v) => reverseLanes(size, 3, v) },
  { name: 'REV32 (vector)', U: 1, opcode: '00000', sizes: [0, 1], apply: (_k, size, v) => reverseLanes(size, 2, v) },
  { name: 'REV16 (vector)', U: 0, opcode: '00001', sizes: [0], apply: (_k, size, v) => reverseLanes(size, 1, v) },
  {
    name: 'SADDLP',
    U: 0,
    opcode: '00010',
    sizes: UP_TO_32,
    pairs: true,
    apply: (_k, size, v) => addLongPairwise(size, false, v),
  },
  { name: 'UADDLP', U: 1, opcode: '00010', sizes: UP_TO_32, pairs: true, apply: (_k, size, v) => addLongPairwise(size, true, v) },
  {
    name: 'SUQADD',
    U: 0,
    opcode: '00011',
    sizes: ALL,
    scalar: ALL,
    apply: (k, size, v, d) => k.helper(`suqadd_${size}`, d(), v),
  },
  {
    name: 'USQADD',
    U: 1,
    opcode: '00011',
    sizes: ALL,
    scalar: ALL,
    apply: (k, size, v, d) => k.helper(`usqadd_${size}`, d(), v),
  },
  // CLS counts the zeros above the highest bit that differs from the one above it.
  {
    name: 'CLS (vector)',
    U: 0,
    opcode: '00100',
    sizes: UP_TO_32,
    apply: (k, size, v) =>
      lanes(
        size,
        'sub',
        k.helper(`clz_${size}`, simd('v128.xor', v, lanes(size, 'shr_s', v, i32.const(1)))),
        splatConst(size, 1n),
      ),
  },
  { name: 'CLZ (vector)', U: 1, opcode: '00100', sizes: UP_TO_32, apply: (k, size, v) => k.helper(`clz_${size}`, v) },
  { name: 'CNT', U: 0, opcode: '00101', sizes: [0], apply: (_k, _size, v) => simd('i8x16.popcnt', v) },
  { name: 'NOT', U: 1, opcode: '00101', sizes: [0], apply: (_k, _size, v) => vNot(v) },
  { name: 'RBIT (vector)', U: 1, opcode: '00101', sizes: [1], apply: (_k, _size, v) => reverseBitsOfBytes(v) },
  {
    name: 'SADALP',
    U: 0,
    opcode: '00110',
    sizes: UP_TO_32,
    pairs: true,
    apply: (_k, size, v, d) => lanes(size + 1, 'add', d(), addLongPairwise(size, false, v)),
  },
  {
    name: 'UADALP',
    U: 1,
    opcode: '00110',
    sizes: UP_TO_32,
    pairs: true,
    apply: (_k, size, v, d) => lanes(size + 1, 'add', d(), addLongPairwise(size, true, v)),
  },
  { name: 'SQABS', U: 0, opcode: '00111', sizes: ALL, scalar: ALL, apply: (k, size, v) => saturatingNegate(k, size, true, v) },
  { name: 'SQNEG', U: 1, opcode: '00111', sizes: ALL, scalar: ALL, apply: (k, size, v) => saturatingNegate(k, size, false, v) },
  { name: 'CMGT (zero)', U: 0, opcode: '01000', sizes: ALL, scalar: D_ONLY, zero: true, apply: compare('gt_s') },
  { name: 'CMGE (zero)', U: 1, opcode: '01000', sizes: ALL, scalar: D_ONLY, zero: true, apply: compare('ge_s') },
  { name: 'CMEQ (zero)', U: 0, opcode: '01001', sizes: ALL, scalar: D_ONLY, zero: true, apply: compare('eq') },
  { name: 'CMLE (zero)', U: 1, opcode: '01001', sizes: ALL, scalar: D_ONLY, zero: true, apply: compare('le_s') },
  { name: 'CMLT (zero)', U: 0, opcode: '01010', sizes: ALL, scalar: D_ONLY, zero: true, apply: compare('lt_s') },
  { name: 'ABS', U: 0, opcode: '01011', sizes: ALL, scalar: D_ONLY, apply: (_k, size, v) => lanes(size, 'abs', v) },
  { name: 'NEG (vector)', U: 1, opcode: '01011', sizes: ALL, scalar: D_ONLY, apply: (_k, size, v) => lanes(size, 'neg', v) },
];

/** The size field, spelt out for instructions with one size: NOT and RBIT differ in nothing else. */
const sizeBits = (row: TwoMisc): string => (row.sizes.length === 1 ? row.sizes[0]!.toString(2).padStart(2, '0') : 'size:2');

const vectorAsm = (row: TwoMisc): string[] => {
  if (row.name === 'NOT') return ['mvn {V:Rd:B}, {V:Rn:B}', '~not {V:Rd:B}, {V:Rn:B}'];
  const arrangement = row.sizes.length === 1 ? 'B' : 'T';
  return [`${mnemonic(row.name)} {V:Rd:${row.pairs ? 'P' : arrangement}}, {V:Rn:${arrangement}}${row.zero ? ', {zeroint}' : ''}`];
};

const vector = (row: TwoMisc): Row => ({
  name: row.name,
  bits: `0 Q:1 ${row.U} 01110 ${sizeBits(row)} 10000 ${row.opcode} 10 Rn:5 Rd:5`,
  asm: vectorAsm(row),
  shape: row.sizes.length === 1 ? 'Q' : 'Q size',
  reserved: (s) => row.sizes.length > 1 && (!row.sizes.includes(s.size!) || (s.size === 3 && !s.Q)),
  operands: (f) => ({ d: f.Rd!, n: f.Rn! }),
  meaning: (k, o, s) => {
    k.checkFp();
    const bits = s.Q ? 128 : 64;
    const value = readVector(k, o.n, bits);
    writeVector(
      k,
      o.d,
      row.apply(k, s.size ?? row.sizes[0]!, value, () => readVector(k, o.d, bits)),
      bits,
    );
  },
});

const scalar = (row: TwoMisc): Row => ({
  name: `${row.name}, scalar`,
  bits: `01 ${row.U} 11110 size:2 10000 ${row.opcode} 10 Rn:5 Rd:5`,
  asm: [`${mnemonic(row.name)} {Sc:Rd:size}, {Sc:Rn:size}${row.zero ? ', {zeroint}' : ''}`],
  shape: 'size',
  reserved: (s) => !row.scalar!.includes(s.size!),
  operands: (f) => ({ d: f.Rd!, n: f.Rn! }),
  meaning: (k, o, s) => {
    k.checkFp();
    const bits = 8 << s.size!;
    const value = readVector(k, o.n, bits);
    writeVector(
      k,
      o.d,
      row.apply(k, s.size!, value, () => readVector(k, o.d, bits)),
      bits,
    );
  },
});

const NARROWING: readonly { name: string; U: 0 | 1; opcode: string; kind: Narrowing }[] = [
  { name: 'XTN', U: 0, opcode: '10010', kind: 'plain' },
  { name: 'SQXTUN', U: 1, opcode: '10010', kind: 'signedToUnsigned' },
  { name: 'SQXTN', U: 0, opcode: '10100', kind: 'signed' },
  { name: 'UQXTN', U: 1, opcode: '10100', kind: 'unsigned' },
];

const narrowVector = (row: (typeof NARROWING)[number]): Row => ({
  name: `${row.name}, ${row.name}2`,
  asm: [`${ofHalf(row.name)} {V:Rd:T}, {V:Rn:L}`],
  bits: `0 Q:1 ${row.U} 01110 size:2 10000 ${row.opcode} 10 Rn:5 Rd:5`,
  shape: 'Q size',
  reserved: (s) => s.size === 3,
  operands: (f) => ({ d: f.Rd!, n: f.Rn! }),
  meaning: (k, o, s) => {
    k.checkFp();
    writeHalf(k, o.d, truncateLanes(s.size!, clampForNarrowing(k, s.size!, row.kind, k.v(o.n))), s.Q!);
  },
});

const narrowScalar = (row: (typeof NARROWING)[number]): Row => ({
  name: `${row.name}, scalar`,
  bits: `01 ${row.U} 11110 size:2 10000 ${row.opcode} 10 Rn:5 Rd:5`,
  asm: [`${mnemonic(row.name)} {Sc:Rd:size}, {Sc:Rn:size1}`],
  shape: 'size',
  reserved: (s) => s.size === 3,
  operands: (f) => ({ d: f.Rd!, n: f.Rn! }),
  meaning: (k, o, s) => {
    k.checkFp();
    const bits = 8 << s.size!;
    const clamped = clampForNarrowing(k, s.size!, row.kind, readVector(k, o.n, bits * 2));
    writeVector(k, o.d, truncateLanes(s.size!, clamped), bits);
  },
});

const shiftLeftLong: Row = {
  name: 'SHLL, SHLL2',
  asm: ['shll<Q:|2> {V:Rd:L}, {V:Rn:T}, {lanewidth}'],
  bits: '0 Q:1 1 01110 size:2 10000 10011 10 Rn:5 Rd:5',
  shape: 'Q size',
  reserved: (s) => s.size === 3,
  operands: (f) => ({ d: f.Rd!, n: f.Rn! }),
  meaning: (k, o, s) => {
    k.checkFp();
    k.setV(o.d, lanes(s.size! + 1, 'shl', widen(s.size!, true, k.v(o.n), s.Q === 1), i32.const(8 << s.size!)));
  },
};

/** URECPE and URSQRTE: estimates of 32-bit fixed-point numbers. */
const estimate = (name: string, U: 0 | 1, helper: string): Row => ({
  name,
  bits: `0 Q:1 ${U} 01110 10 10000 11100 10 Rn:5 Rd:5`,
  asm: [`${mnemonic(name)} {V:Rd:S}, {V:Rn:S}`],
  shape: 'Q',
  operands: (f) => ({ d: f.Rd!, n: f.Rn! }),
  meaning: (k, o, s) => {
    k.checkFp();
    const bits = s.Q ? 128 : 64;
    writeVector(k, o.d, k.helper(helper, k.v(o.n)), bits);
  },
});

export const simdTwoMisc: Row[] = [
  ...TWO_MISC.map(vector),
  ...NARROWING.map(narrowVector),
  shiftLeftLong,
  estimate('URECPE', 0, 'urecpe'),
  estimate('URSQRTE', 1, 'ursqrte'),
];
export const simdScalarTwoMisc: Row[] = [
  ...TWO_MISC.filter((row) => row.scalar).map(scalar),
  ...NARROWING.filter((row) => row.kind !== 'plain').map(narrowScalar),
];
