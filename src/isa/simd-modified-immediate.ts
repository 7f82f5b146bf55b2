import { type Expr, simd } from '../wasm';
import type { Fields, Row } from './row';
import { vAndNot, vOr, writeVector } from './vector';

/** Advanced SIMD modified immediate (Arm ARM C4.1; the value is AdvSIMDExpandImm of the shared pseudocode). */

const repeat = (value: bigint, width: number): bigint => {
  let result = 0n;
  for (let at = 0; at < 64; at += width) result |= value << BigInt(at);
  return result;
};

/** VFPExpandImm: an 8-bit immediate as a single or double. */
export function expandFpImmediate(imm8: number, isDouble: boolean): bigint {
  const sign = BigInt(imm8 >> 7);
  const b = (imm8 >> 6) & 1;
  const low = BigInt(imm8 & 0x3f);
  return isDouble
    ? (sign << 63n) | ((b ? 0x0ffn : 0x100n) << 54n) | (low << 48n)
    : (sign << 31n) | ((b ? 0x1fn : 0x20n) << 25n) | (low << 19n);
}

/** AdvSIMDExpandImm: 64 bits from op, cmode and the eight bits abcdefgh. */
export function expandVectorImmediate(op: number, cmode: number, imm8: number): bigint {
  const value = BigInt(imm8);
  if (cmode < 8) return repeat(value << BigInt(8 * (cmode >> 1)), 32);
  if (cmode < 12) return repeat(value << BigInt(8 * ((cmode >> 1) & 1)), 16);
  if (cmode === 12) return repeat((value << 8n) | 0xffn, 32);
  if (cmode === 13) return repeat((value << 16n) | 0xffffn, 32);
  if (cmode === 14) {
    if (!op) return repeat(value, 8);
    let bytes = 0n;
    for (let i = 0; i < 8; i++) if ((imm8 >> i) & 1) bytes |= 0xffn << BigInt(8 * i);
    return bytes;
  }
  return op ? expandFpImmediate(imm8, true) : repeat(expandFpImmediate(imm8, false), 32);
}

const EFFECT = { MOVE: 0, OR: 1, BIT_CLEAR: 2 } as const;

/** What op and cmode do: odd cmodes below 12 merge into the destination; MVNI is a move of the inverted value. */
const effectOf = (f: Fields): number => ((f.cmode! & 1) === 0 || f.cmode! >= 12 ? EFFECT.MOVE : f.op ? EFFECT.BIT_CLEAR : EFFECT.OR);

export const simdModifiedImmediate: Row[] = [
  {
    name: 'MOVI, MVNI, ORR, BIC, FMOV (vector, immediate)',
    bits: '0 Q:1 op:1 0111100000 abc:3 cmode:4 01 defgh:5 Rd:5',
    feature: 'AdvSIMD',
    shape: 'Q',
    derived: { effect: { bits: 2, of: effectOf } },
    reserved: (s) => s.effect === 3,
    operands: (f) => {
      if (f.cmode === 15 && f.op && !f.Q) return undefined;
      const value = expandVectorImmediate(f.op!, f.cmode!, (f.abc! << 5) | f.defgh!);
      const inverted = f.op === 1 && f.cmode! < 14 && effectOf(f) === EFFECT.MOVE;
      return { d: f.Rd!, imm: inverted ? BigInt.asUintN(64, ~value) : value };
    },
    meaning: (k, o, s) => {
      k.checkFp();
      const immediate: Expr = simd('i64x2.splat', o.imm);
      const bits = s.Q ? 128 : 64;
      if (s.effect === EFFECT.MOVE) {
        if (bits === 64) k.setVLow(o.imm, 'i64', o.d);
        else k.setV(o.d, immediate);
      } else writeVector(k, o.d, (s.effect === EFFECT.OR ? vOr : vAndNot)(k.v(o.d), immediate), bits);
    },
  },
];
