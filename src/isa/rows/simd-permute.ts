import { type Expr, shuffle, simd } from '../../wasm';
import { IOTA, joinLow, readVector, splatConst, vOr, vSelect, writeVector } from '../pseudocode/vector';
import type { Row } from '../row';

/** Advanced SIMD permute, extract and table lookup (Arm ARM C4.1). */

/** Byte selectors for 16 bytes of n and 16 of m. `total` is how many bytes a vector has. */
function permutation(op: number, part: number, size: number, total: number): number[] {
  const step = 1 << size;
  const count = total >> size;
  const from = (lane: number): [source: number, lane: number] => {
    if (op === 1) return lane < count / 2 ? [0, 2 * lane + part] : [1, 2 * (lane - count / 2) + part];
    if (op === 2) return [lane & 1, (lane & ~1) + part];
    return [lane & 1, (lane >> 1) + (part * count) / 2];
  };
  return Array.from({ length: 16 }, (_, i) => {
    if (i >= total) return 0;
    const [source, lane] = from(i >> size);
    return source * 16 + lane * step + (i & (step - 1));
  });
}

export const simdPermute: Row[] = [
  {
    // op: 1 UZP, 2 TRN, 3 ZIP; part: 0 first, 1 second
    name: 'UZP1, UZP2, TRN1, TRN2, ZIP1, ZIP2',
    bits: '0 Q:1 001110 size:2 0 Rm:5 0 part:1 op:2 10 Rn:5 Rd:5',
    asm: ['<op:-|uzp|trn|zip><part:1|2> {V:Rd:T}, {V:Rn:T}, {V:Rm:T}'],
    shape: 'Q size part op',
    reserved: (s) => s.op === 0 || (s.size === 3 && !s.Q),
    operands: (f) => ({ d: f.Rd!, n: f.Rn!, m: f.Rm! }),
    meaning: (k, o, s) => {
      k.checkFp();
      const bits = s.Q ? 128 : 64;
      writeVector(k, o.d, shuffle(k.v(o.n), k.v(o.m), permutation(s.op!, s.part!, s.size!, bits >> 3)), bits);
    },
  },
  {
    name: 'EXT',
    bits: '0 Q:1 101110 00 0 Rm:5 0 imm4:4 0 Rn:5 Rd:5',
    asm: ['ext {V:Rd:B}, {V:Rn:B}, {V:Rm:B}, {uimm:imm4:4}'],
    shape: 'Q',
    operands: (f) => (!f.Q && f.imm4! > 7 ? undefined : { d: f.Rd!, n: f.Rn!, m: f.Rm!, imm: f.imm4! }),
    meaning: (k, o, s) => {
      k.checkFp();
      const known = o.imm32.constant;
      if (s.Q && typeof known === 'number') {
        const bytes = Array.from({ length: 16 }, (_, i) => i + known);
        k.setV(o.d, shuffle(k.v(o.n), k.v(o.m), bytes));
        return;
      }
      const selector = k.let(simd('i8x16.add', IOTA, simd('i8x16.splat', o.imm32)));
      if (!s.Q) writeVector(k, o.d, simd('i8x16.swizzle', joinLow(k.v(o.n), k.v(o.m)), selector), 64);
      else {
        // Selectors from 16 on give zero: each half finds its own bytes.
        const low = simd('i8x16.swizzle', k.v(o.n), selector);
        k.setV(o.d, vOr(low, simd('i8x16.swizzle', k.v(o.m), simd('i8x16.sub', selector, splatConst(0, 16n)))));
      }
    },
  },
  {
    name: 'TBL, TBX',
    bits: '0 Q:1 001110 00 0 Rm:5 0 len:2 op:1 00 Rn:5 Rd:5',
    asm: [1, 2, 3, 4].map((count) => `<op:tbl|tbx> {V:Rd:B}, {vlist:Rn:${count}:16b}, {V:Rm:B} ; len=${count - 1}`),
    shape: 'Q len op',
    operands: (f) => ({ d: f.Rd!, n: f.Rn!, m: f.Rm! }),
    meaning: (k, o, s) => {
      k.checkFp();
      const bits = s.Q ? 128 : 64;
      const index = readVector(k, o.m, bits);
      let result: Expr | undefined;
      for (let i = 0; i <= s.len!; i++) {
        const selector = i ? simd('i8x16.sub', index, splatConst(0, BigInt(16 * i))) : index;
        const bytes = simd('i8x16.swizzle', k.v(o.n, i), selector);
        result = result ? vOr(result, bytes) : bytes;
      }
      if (s.op) {
        const inside = simd('i8x16.lt_u', index, splatConst(0, BigInt(16 * (s.len! + 1))));
        result = vSelect(inside, result!, k.v(o.d));
      }
      writeVector(k, o.d, result!, bits);
    },
  },
];
