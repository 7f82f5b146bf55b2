import { type Expr, select } from '../../wasm';
import { constant, ops, read, write } from '../pseudocode/arithmetic';
import { needing, type Row, signed, xzr, xzrDst } from '../row';

/** Common short sequences of Armv8.0 in one instruction: FEAT_CSSC (Arm ARM C4.1, "Min/max (immediate)", "Data-processing (1 source)", "(2 source)"). */

/** SMAX, UMAX, SMIN and UMIN by their encoding. */
function extremum(sf: number, op: number, a: Expr, b: Expr): Expr {
  const w = ops(sf);
  return select([w.gtS, w.gtU, w.ltS, w.ltU][op]!(a, b), a, b);
}

const rows: Row[] = [
  {
    name: 'SMAX, UMAX, SMIN, UMIN (register)',
    bits: 'sf:1 0 0 11010110 Rm:5 0110 op:2 Rn:5 Rd:5',
    asm: ['<op:smax|umax|smin|umin> {R:Rd}, {R:Rn}, {R:Rm}'],
    shape: 'sf op',
    operands: (f) => ({ d: xzrDst(f.Rd!), n: xzr(f.Rn!), m: xzr(f.Rm!) }),
    meaning: (k, o, s) => {
      const [a, b] = [o.n, o.m].map((reg) => k.let(read(k, s.sf!, reg)));
      write(k, s.sf!, o.d, extremum(s.sf!, s.op!, a!, b!));
    },
  },
  {
    name: 'SMAX, UMAX, SMIN, UMIN (immediate)',
    bits: 'sf:1 0 0 1000111 00 op:2 imm8:8 Rn:5 Rd:5',
    asm: ['<op:smax|-|smin> {R:Rd}, {R:Rn}, {simm:imm8:8}', '<op:-|umax|-|umin> {R:Rd}, {R:Rn}, {uimm:imm8:8}'],
    shape: 'sf op',
    operands: (f) => ({ d: xzrDst(f.Rd!), n: xzr(f.Rn!), imm: f.op! & 1 ? f.imm8! : signed(f.imm8!, 8) }),
    meaning: (k, o, s) => {
      const a = k.let(read(k, s.sf!, o.n));
      write(k, s.sf!, o.d, extremum(s.sf!, s.op!, a, s.sf ? o.imm : o.imm32));
    },
  },
  {
    name: 'CTZ, CNT',
    bits: 'sf:1 1 0 11010110 00000 00011 op:1 Rn:5 Rd:5',
    asm: ['<op:ctz|cnt> {R:Rd}, {R:Rn}'],
    shape: 'sf op',
    operands: (f) => ({ d: xzrDst(f.Rd!), n: xzr(f.Rn!) }),
    meaning: (k, o, s) => {
      const w = ops(s.sf!);
      write(k, s.sf!, o.d, (s.op ? w.popcnt : w.ctz)(read(k, s.sf!, o.n)));
    },
  },
  {
    name: 'ABS (general)',
    bits: 'sf:1 1 0 11010110 00000 001000 Rn:5 Rd:5',
    asm: ['abs {R:Rd}, {R:Rn}'],
    shape: 'sf',
    operands: (f) => ({ d: xzrDst(f.Rd!), n: xzr(f.Rn!) }),
    meaning: (k, o, s) => {
      const w = ops(s.sf!);
      const zero = constant(s.sf!, 0);
      const value = k.let(read(k, s.sf!, o.n));
      write(k, s.sf!, o.d, select(w.ltS(value, zero), w.sub(zero, value), value));
    },
  },
];

export const shortSequence: Row[] = needing('FEAT_CSSC', rows);
