import { type Expr, i32, i64 } from '../../wasm';
import type { Emitter } from '../emitter';
import { needing, type Row, xzr } from '../row';

/** Flag manipulation: FEAT_FlagM and FEAT_FlagM2 (Arm ARM C4.1, "Rotate right into flags", "Evaluate into flags", "PSTATE"). */

const [N, Z, C, V] = [31, 30, 29, 28];
const flag = (nzcv: Expr, bit: number): Expr => i32.and(i32.shrU(nzcv, i32.const(bit)), i32.const(1));
const at = (value: Expr, bit: number): Expr => i32.shl(value, i32.const(bit));
const not = (value: Expr): Expr => i32.xor(value, i32.const(1));

/** PSTATE's flags become a function of themselves. */
const ofFlags = (name: string, op2: string, next: (z: Expr, c: Expr, v: Expr, nzcv: Expr) => Expr): Row => ({
  name,
  bits: `1101010100 0 00 000 0100 0000 ${op2} 11111`,
  asm: [name.toLowerCase()],
  operands: () => ({}),
  meaning: (k) => {
    const nzcv = k.let(k.nzcv());
    const [z, c, v] = [Z, C, V].map((bit) => k.let(flag(nzcv, bit))) as [Expr, Expr, Expr];
    k.setNzcv(next(z, c, v, nzcv));
  },
});

/** `bits` of N, Z, C and V (i32) come from `value`, the others stay. */
const insert = (k: Emitter, bits: Expr, value: Expr): void => {
  const old = k.let(k.nzcv());
  k.setNzcv(i32.xor(old, i32.and(i32.xor(old, value), bits)));
};

const flagM: Row[] = [
  ofFlags('CFINV', '000', (_z, _c, _v, nzcv) => i32.xor(nzcv, i32.const(1 << C))),
  {
    name: 'RMIF',
    bits: '1 0 1 11010000 imm6:6 00001 Rn:5 0 mask:4',
    asm: ['rmif {X:Rn}, {uimm:imm6:6}, {uimm:mask:4}'],
    operands: (f) => ({ n: xzr(f.Rn!), imm: (BigInt((f.mask! << V) >>> 0) << 32n) | BigInt(f.imm6!) }),
    meaning: (k, o) => {
      const rotated = i64.rotr(k.x(o.n), i64.and(o.imm, i64.const(63)));
      insert(k, o.immHi, i32.shl(i32.wrap(rotated), i32.const(V)));
    },
  },
  {
    name: 'SETF8, SETF16',
    bits: '0 0 1 11010000 000000 sz:1 0010 Rn:5 0 1101',
    asm: ['<sz:setf8|setf16> {W:Rn}'],
    shape: 'sz',
    operands: (f) => ({ n: xzr(f.Rn!) }),
    meaning: (k, o, s) => {
      const top = s.sz ? 15 : 7;
      const value = k.let(k.w(o.n));
      const sign = flag(value, top);
      const zero = i32.eqz(i32.and(value, i32.const(2 ** (top + 1) - 1)));
      const overflow = i32.and(i32.xor(i32.shrU(value, i32.const(top + 1)), i32.shrU(value, i32.const(top))), i32.const(1));
      const flags = i32.or(at(sign, N), i32.or(at(zero, Z), at(overflow, V)));
      insert(k, i32.const((1 << N) | (1 << Z) | (1 << V)), flags);
    },
  },
];

/** Between the flags of a comparison by FCMP and those that other floating-point instruction sets give it. */
const flagM2: Row[] = [
  ofFlags('XAFLAG', '001', (z, c) => {
    const less = i32.or(at(i32.and(not(c), not(z)), N), at(i32.and(z, c), Z));
    return i32.or(less, i32.or(at(i32.or(c, z), C), at(i32.and(not(c), z), V)));
  }),
  ofFlags('AXFLAG', '010', (z, c, v) => i32.or(at(i32.or(z, v), Z), at(i32.and(c, not(v)), C))),
];

export const flagManipulation: Row[] = [...needing('FEAT_FlagM', flagM), ...needing('FEAT_FlagM2', flagM2)];
