import { bitsOf, roundToInteger } from '../pseudocode/fp-arithmetic';
import { readVector, writeVector } from '../pseudocode/vector';
import { needing, type Row } from '../row';

/** FEAT_FRINTTS: rounding to what fits an integer of 32 or 64 bits (Arm ARM C7.2). `w`: 64 bits; `x`: by FPCR.RMode, otherwise toward zero. */

const scalar: Row = {
  name: 'FRINT32Z, FRINT32X, FRINT64Z, FRINT64X (scalar)',
  bits: '0 0 0 11110 0 type:1 1 0100 w:1 x:1 10000 Rn:5 Rd:5',
  asm: ['frint<w.x:32z|32x|64z|64x> {Sc:Rd:type}, {Sc:Rn:type}'],
  shape: 'type w x',
  operands: (f) => ({ d: f.Rd!, n: f.Rn! }),
  meaning: (k, o, s) => {
    k.checkFp();
    const bits = bitsOf(s.type!);
    writeVector(k, o.d, roundToInteger(k, s.type!, s.x ? 'X' : 'Z', s.w ? 64 : 32, readVector(k, o.n, bits)), bits);
  },
};

const vector: Row = {
  name: 'FRINT32Z, FRINT32X, FRINT64Z, FRINT64X (vector)',
  bits: '0 Q:1 x:1 01110 0 sz:1 10000 1111 w:1 10 Rn:5 Rd:5',
  asm: ['frint<w.x:32z|32x|64z|64x> {V:Rd:F}, {V:Rn:F}'],
  shape: 'Q sz w x',
  reserved: (s) => s.sz === 1 && !s.Q,
  operands: (f) => ({ d: f.Rd!, n: f.Rn! }),
  meaning: (k, o, s) => {
    k.checkFp();
    const bits = s.Q ? 128 : 64;
    writeVector(k, o.d, roundToInteger(k, s.sz!, s.x ? 'X' : 'Z', s.w ? 64 : 32, readVector(k, o.n, bits)), bits);
  },
};

export const fpRoundToInteger: Row[] = needing('FEAT_FRINTTS', [scalar, vector]);
