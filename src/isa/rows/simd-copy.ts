import { i64 } from '../../wasm';
import {
  aloneByPattern,
  copyByPattern,
  duplicateLane,
  extractByPattern,
  insertByPattern,
  lanePattern,
  splat,
  writeVector,
} from '../pseudocode/vector';
import { type Row, xzr, xzrDst } from '../row';

/** Advanced SIMD copy and scalar copy (Arm ARM C4.1): imm5 holds the lane size as its lowest set bit and the lane number above it. */

/** log2 of the lane's bytes, 4 if imm5 is reserved. */
const sizeOf = (imm5: number): number => (imm5 & 15 ? 31 - Math.clz32(imm5 & -imm5) : 4);
const laneOf = (imm5: number): number => imm5 >> (sizeOf(imm5) + 1);
const pattern = (imm5: number): bigint => lanePattern(sizeOf(imm5), laneOf(imm5));

const size = { bits: 3, of: (f: Readonly<Record<string, number>>): number => sizeOf(f.imm5!) };

export const simdCopy: Row[] = [
  {
    name: 'DUP (element)',
    bits: '0 Q:1 0 01110000 imm5:5 0 0000 1 Rn:5 Rd:5',
    asm: ['dup {V:Rd:I}, {lane5:Rn}'],
    shape: 'Q',
    operands: (f) => (sizeOf(f.imm5!) > (f.Q ? 3 : 2) ? undefined : { d: f.Rd!, n: f.Rn!, imm: pattern(f.imm5!) }),
    meaning: (k, o, s) => {
      k.checkFp();
      writeVector(k, o.d, duplicateLane(k.v(o.n), o.imm), s.Q ? 128 : 64);
    },
  },
  {
    name: 'DUP (general)',
    bits: '0 Q:1 0 01110000 imm5:5 0 0001 1 Rn:5 Rd:5',
    asm: ['dup {V:Rd:I:alone}, {W:Rn} ; !imm5IsD', 'dup {V:Rd:I:alone}, {X:Rn} ; imm5IsD'],
    shape: 'Q',
    derived: { size },
    reserved: (s) => s.size! > (s.Q ? 3 : 2),
    operands: (f) => ({ d: f.Rd!, n: xzr(f.Rn!) }),
    meaning: (k, o, s) => {
      k.checkFp();
      writeVector(k, o.d, splat(s.size!, s.size === 3 ? k.x(o.n) : k.w(o.n)), s.Q ? 128 : 64);
    },
  },
  {
    name: 'SMOV',
    bits: '0 Q:1 0 01110000 imm5:5 0 0101 1 Rn:5 Rd:5',
    asm: ['smov {R:Rd:Q}, {lane5:Rn}'],
    shape: 'Q',
    derived: { size },
    reserved: (s) => s.size! > (s.Q ? 2 : 1),
    operands: (f) => ({ d: xzrDst(f.Rd!), n: f.Rn!, imm: pattern(f.imm5!) }),
    meaning: (k, o, s) => {
      k.checkFp();
      const value = extractByPattern(s.size!, k.v(o.n), o.imm, true);
      if (s.Q) k.setX(o.d, i64.extendS(value));
      else k.setW(o.d, value);
    },
  },
  {
    name: 'UMOV',
    bits: '0 Q:1 0 01110000 imm5:5 0 0111 1 Rn:5 Rd:5',
    asm: ['mov {R:Rd:Q}, {lane5:Rn} ; imm5IsSOrD', 'umov {R:Rd:Q}, {lane5:Rn}'],
    shape: 'Q',
    derived: { size },
    reserved: (s) => (s.Q ? s.size !== 3 : s.size! > 2),
    operands: (f) => ({ d: xzrDst(f.Rd!), n: f.Rn!, imm: pattern(f.imm5!) }),
    meaning: (k, o, s) => {
      k.checkFp();
      const value = extractByPattern(s.size!, k.v(o.n), o.imm);
      if (s.Q) k.setX(o.d, value);
      else k.setW(o.d, value);
    },
  },
  {
    name: 'INS (general)',
    bits: '0 1 0 01110000 imm5:5 0 0011 1 Rn:5 Rd:5',
    asm: [
      'mov {lane5:Rd}, {W:Rn} ; !imm5IsD',
      'mov {lane5:Rd}, {X:Rn} ; imm5IsD',
      '~ins {lane5:Rd}, {W:Rn} ; !imm5IsD',
      '~ins {lane5:Rd}, {X:Rn} ; imm5IsD',
    ],
    derived: { size },
    reserved: (s) => s.size! > 3,
    operands: (f) => ({ d: f.Rd!, n: xzr(f.Rn!), imm: pattern(f.imm5!) }),
    meaning: (k, o, s) => {
      k.checkFp();
      k.setV(o.d, insertByPattern(s.size!, k.v(o.d), o.imm, s.size === 3 ? k.x(o.n) : k.w(o.n)));
    },
  },
  {
    // The source lane's byte number travels in `m`.
    name: 'INS (element)',
    bits: '0 1 1 01110000 imm5:5 0 imm4:4 1 Rn:5 Rd:5',
    asm: ['mov {lane5:Rd}, {lane4}', '~ins {lane5:Rd}, {lane4}'],
    derived: { size },
    reserved: (s) => s.size! > 3,
    operands: (f) => {
      const scale = sizeOf(f.imm5!);
      return { d: f.Rd!, n: f.Rn!, m: (f.imm4! >> scale) << scale, imm: pattern(f.imm5!) };
    },
    meaning: (k, o, s) => {
      k.checkFp();
      k.setV(o.d, copyByPattern(s.size!, k.v(o.d), o.imm, k.v(o.n), k.byte(o.m)));
    },
  },
  {
    name: 'DUP (element), scalar',
    bits: '01 0 11110000 imm5:5 0 0000 1 Rn:5 Rd:5',
    asm: ['mov {Sc:Rd:isize}, {lane5:Rn}', '~dup {Sc:Rd:isize}, {lane5:Rn}'],
    derived: { size },
    reserved: (s) => s.size! > 3,
    operands: (f) => ({ d: f.Rd!, n: f.Rn!, imm: pattern(f.imm5!) }),
    meaning: (k, o, s) => {
      k.checkFp();
      k.setV(o.d, aloneByPattern(s.size!, k.v(o.n), o.imm));
    },
  },
];
