import { type Expr, extractLane, i32, replaceLane, shuffle, simd } from '../../wasm';
import { roundedLanes, SINGLE } from '../pseudocode/fp-arithmetic';
import { duplicateLane, lanePattern, splatConst, vAnd, writeHalf, writeVector, ZERO } from '../pseudocode/vector';
import { type Fields, needing, type Row } from '../row';
import { halfElement } from './simd-fp-three-same';

/** FEAT_BF16: the upper halves of singles as numbers of their own (Arm ARM C7.2, BFCVT, BFDOT, BFMMLA, BFMLALB). */

const convert: Row = {
  name: 'BFCVT',
  bits: '0 0 0 11110 01 1 0001 10 10000 Rn:5 Rd:5',
  asm: ['bfcvt {H:Rd}, {S:Rn}'],
  operands: (f) => ({ d: f.Rd!, n: f.Rn! }),
  meaning: (k, o) => {
    k.checkFp();
    k.setVLow(k.helper('bfcvt', k.vLow('f32', o.n)), 'i32_16', o.d);
  },
};

const narrow: Row = {
  name: 'BFCVTN, BFCVTN2',
  bits: '0 Q:1 0 01110 10 10000 10110 10 Rn:5 Rd:5',
  asm: ['bfcvtn<Q:|2> {V:Rd:H}, {V:Rn:4s}'],
  shape: 'Q',
  operands: (f) => ({ d: f.Rd!, n: f.Rn! }),
  meaning: (k, o, s) => {
    k.checkFp();
    const value = k.v(o.n);
    let result = ZERO;
    for (let i = 0; i < 4; i++)
      result = k.let(replaceLane('i16x8', result, i, k.helper('bfcvt', extractLane('f32x4', value, i))));
    writeHalf(k, o.d, result, s.Q!);
  },
};

/** A pair of the second operand: H:L. */
const pairElement = (f: Fields): { d: number; n: number; m: number; imm: bigint } => ({
  d: f.Rd!,
  n: f.Rn!,
  m: f.Rm!,
  imm: lanePattern(2, (f.H! << 1) | f.L!),
});

const dot = (byElement: boolean): Row => ({
  name: byElement ? 'BFDOT (by element)' : 'BFDOT (vector)',
  bits: byElement ? '0 Q:1 0 01111 01 L:1 Rm:5 1111 H:1 0 Rn:5 Rd:5' : '0 Q:1 1 01110 01 0 Rm:5 1 1111 1 Rn:5 Rd:5',
  asm: [`bfdot {V:Rd:S}, {V:Rn:H}, ${byElement ? '{twohalves}' : '{V:Rm:H}'}`],
  shape: 'Q',
  operands: byElement ? pairElement : (f) => ({ d: f.Rd!, n: f.Rn!, m: f.Rm! }),
  meaning: (k, o, s) => {
    k.checkFp();
    const m = byElement ? duplicateLane(k.v(o.m), o.imm) : k.v(o.m);
    writeVector(k, o.d, k.helper('bf_dot', k.v(o.d), k.v(o.n), m), s.Q ? 128 : 64);
  },
});

/** The words of a vector in another order. */
const words = (value: Expr, order: readonly number[]): Expr =>
  shuffle(
    value,
    value,
    order.flatMap((word) => [0, 1, 2, 3].map((byte) => 4 * word + byte)),
  );

const matrix: Row = {
  // A matrix of 2 by 4 with the transpose of another: each element is the sum of two dot products, one after the other.
  name: 'BFMMLA',
  bits: '0 1 1 01110 01 0 Rm:5 1 1101 1 Rn:5 Rd:5',
  asm: ['bfmmla {V:Rd:4s}, {V:Rn:8h}, {V:Rm:8h}'],
  operands: (f) => ({ d: f.Rd!, n: f.Rn!, m: f.Rm! }),
  meaning: (k, o) => {
    k.checkFp();
    const [n, m] = [k.v(o.n), k.v(o.m)];
    const first = k.helper('bf_dot', k.v(o.d), words(n, [0, 0, 2, 2]), words(m, [0, 2, 0, 2]));
    k.setV(o.d, k.helper('bf_dot', first, words(n, [1, 1, 3, 3]), words(m, [1, 3, 1, 3])));
  },
};

/** The even (`top` = 0) or odd numbers of a vector as singles. */
const singles = (value: Expr, top: number): Expr =>
  top ? vAnd(value, splatConst(2, 0xffff0000n)) : simd('i32x4.shl', value, i32.const(16));

const multiplyLong = (byElement: boolean): Row => ({
  // Q: the odd numbers of the first operand, and without element also of the second
  name: byElement ? 'BFMLALB, BFMLALT (by element)' : 'BFMLALB, BFMLALT (vector)',
  bits: byElement ? '0 Q:1 0 01111 11 L:1 M:1 Rm:4 1111 H:1 0 Rn:5 Rd:5' : '0 Q:1 1 01110 11 0 Rm:5 1 1111 1 Rn:5 Rd:5',
  asm: [`<Q:bfmlalb|bfmlalt> {V:Rd:4s}, {V:Rn:8h}, ${byElement ? '{halfelement}' : '{V:Rm:8h}'}`],
  shape: 'Q',
  operands: byElement ? halfElement : (f) => ({ d: f.Rd!, n: f.Rn!, m: f.Rm! }),
  meaning: (k, o, s) => {
    k.checkFp();
    const n = k.let(singles(k.v(o.n), s.Q!));
    const m = k.let(singles(byElement ? duplicateLane(k.v(o.m), o.imm) : k.v(o.m), s.Q!));
    k.setV(o.d, roundedLanes(k, SINGLE, 128, 'fma', k.v(o.d), n, m));
  },
});

export const bfloat: Row[] = needing('FEAT_BF16', [
  convert,
  narrow,
  dot(false),
  dot(true),
  matrix,
  multiplyLong(false),
  multiplyLong(true),
]);
