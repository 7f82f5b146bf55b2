import { type Expr, shuffle } from '../../wasm';
import type { Emitter } from '../emitter';
import { roundedLanes, SINGLE } from '../pseudocode/fp-arithmetic';
import { duplicateLane, signBit, vXor, writeVector } from '../pseudocode/vector';
import { type Fields, needing, type Row } from '../row';
import { halfElement } from './simd-fp-three-same';

/**
 * FEAT_FHM: products of halves added to singles with one rounding, which is a fused multiply-add of singles, as they are halves exactly (Arm ARM C7.2, FMLAL, FMLSL).
 * `S` subtracts; `second` says that the halves are those of the upper part of what counts of the registers: FMLAL2, FMLSL2.
 */

/** Four halves from byte `first` on, as singles. */
function singlesFrom(k: Emitter, halves: Expr, first: number): Expr {
  const bytes = Array.from({ length: 16 }, (_, i) => (first + i) & 15);
  return k.helper('singles_of_halves', first ? shuffle(halves, halves, bytes) : halves);
}

const meaning =
  (second: 0 | 1, byElement: boolean): Row['meaning'] =>
  (k, o, s) => {
    k.checkFp();
    const bits = s.Q ? 128 : 64;
    const first = second ? bits / 16 : 0;
    const a = k.v(o.n);
    const n = singlesFrom(k, s.S ? vXor(a, signBit(1)) : a, first);
    const m = byElement ? singlesFrom(k, duplicateLane(k.v(o.m), o.imm), 0) : singlesFrom(k, k.v(o.m), first);
    writeVector(k, o.d, roundedLanes(k, SINGLE, bits, 'fma', k.v(o.d), n, m), bits);
  };

/** The halves are half as many as the register has. */
const SOURCES = '{V:Rd:S}, {V:Rn:HS}';

const vector = (second: 0 | 1): Row => ({
  name: second ? 'FMLAL2, FMLSL2 (vector)' : 'FMLAL, FMLSL (vector)',
  bits: `0 Q:1 ${second} 01110 S:1 01 Rm:5 11${second ? '0' : '1'}01 1 Rn:5 Rd:5`,
  asm: [`<S:fmlal|fmlsl>${second ? 2 : ''} ${SOURCES}, {V:Rm:HS}`],
  shape: 'Q S',
  operands: (f: Fields) => ({ d: f.Rd!, n: f.Rn!, m: f.Rm! }),
  meaning: meaning(second, false),
});

const byElement = (second: 0 | 1): Row => ({
  name: second ? 'FMLAL2, FMLSL2 (by element)' : 'FMLAL, FMLSL (by element)',
  bits: `0 Q:1 ${second} 01111 10 L:1 M:1 Rm:4 ${second} S:1 00 H:1 0 Rn:5 Rd:5`,
  asm: [`<S:fmlal|fmlsl>${second ? 2 : ''} ${SOURCES}, {halfelement}`],
  shape: 'Q S',
  operands: halfElement,
  meaning: meaning(second, true),
});

export const simdFpLong: Row[] = needing('FEAT_FHM', [vector(0), vector(1), byElement(0), byElement(1)]);
