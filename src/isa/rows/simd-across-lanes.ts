import { type Expr, shuffle } from '../../wasm';
import type { Emitter } from '../emitter';
import { addLongPairwise, maximum, minimum } from '../pseudocode/simd-integer';
import { lanes, readVector, writeVector, ZERO } from '../pseudocode/vector';
import type { Row } from '../row';
import { mnemonic } from './simd-asm';

/** Advanced SIMD across lanes and scalar pairwise, integer part (Arm ARM C4.1). */

/** Byte selector that moves lanes down by `bytes`. */
const down = (value: Expr, bytes: number): Expr =>
  shuffle(
    value,
    ZERO,
    Array.from({ length: 16 }, (_, i) => Math.min(i + bytes, 16)),
  );

/** Combines all lanes into lane 0, halving the vector each time. */
function foldLanes(k: Emitter, bits: number, size: number, value: Expr, combine: (a: Expr, b: Expr) => Expr): Expr {
  let result = value;
  for (let bytes = bits >> 4; bytes >= 1 << size; bytes >>= 1) {
    const whole = k.let(result);
    result = combine(whole, down(whole, bytes));
  }
  return result;
}

interface Across {
  readonly name: string;
  readonly bits: string;
  /** Result lanes are twice as wide. */
  readonly long?: boolean;
  readonly apply: (k: Emitter, bits: number, size: number, unsigned: boolean, value: Expr) => Expr;
}

const ACROSS: readonly Across[] = [
  {
    name: 'SADDLV, UADDLV',
    bits: '0 Q:1 U:1 01110 size:2 11000 00011 10 Rn:5 Rd:5',
    long: true,
    apply: (k, bits, size, unsigned, v) =>
      foldLanes(k, bits, size + 1, addLongPairwise(size, unsigned, v), (a, b) => lanes(size + 1, 'add', a, b)),
  },
  {
    name: 'SMAXV, UMAXV',
    bits: '0 Q:1 U:1 01110 size:2 11000 01010 10 Rn:5 Rd:5',
    apply: (k, bits, size, unsigned, v) => foldLanes(k, bits, size, v, (a, b) => maximum(size, unsigned, a, b)),
  },
  {
    name: 'SMINV, UMINV',
    bits: '0 Q:1 U:1 01110 size:2 11000 11010 10 Rn:5 Rd:5',
    apply: (k, bits, size, unsigned, v) => foldLanes(k, bits, size, v, (a, b) => minimum(size, unsigned, a, b)),
  },
  {
    name: 'ADDV',
    bits: '0 Q:1 0 01110 size:2 11000 11011 10 Rn:5 Rd:5',
    apply: (k, bits, size, _unsigned, v) => foldLanes(k, bits, size, v, (a, b) => lanes(size, 'add', a, b)),
  },
];

const across = (row: Across): Row => ({
  name: row.name,
  bits: row.bits,
  asm: [`${mnemonic(row.name)} {Sc:Rd:${row.long ? 'size1' : 'size'}}, {V:Rn:T}`],
  shape: row.bits.includes('U:1') ? 'Q U size' : 'Q size',
  reserved: (s) => s.size === 3 || (s.size === 2 && !s.Q),
  operands: (f) => ({ d: f.Rd!, n: f.Rn! }),
  meaning: (k, o, s) => {
    k.checkFp();
    const bits = s.Q ? 128 : 64;
    const size = s.size!;
    const result = row.apply(k, bits, size, s.U === 1, readVector(k, o.n, bits));
    writeVector(k, o.d, result, 8 << (row.long ? size + 1 : size));
  },
});

const addPair: Row = {
  name: 'ADDP (scalar)',
  bits: '01 0 11110 11 11000 11011 10 Rn:5 Rd:5',
  asm: ['addp {D:Rd}, {V:Rn:2d}'],
  operands: (f) => ({ d: f.Rd!, n: f.Rn! }),
  meaning: (k, o) => {
    k.checkFp();
    const value = k.v(o.n);
    writeVector(k, o.d, lanes(3, 'add', value, down(value, 8)), 64);
  },
};

export const simdAcrossLanes: Row[] = [...ACROSS.map(across), addPair];
