import { simd } from '../../wasm';
import { DOUBLE, HALF, SINGLE } from '../pseudocode/fp-arithmetic';
import { vAndNot, vOr, writeVector } from '../pseudocode/vector';
import type { Row } from '../row';

/** Advanced SIMD modified immediate (Arm ARM C4.1; the value is AdvSIMDExpandImm of the shared pseudocode). */

const repeat = (value: bigint, width: number): bigint => {
  let result = 0n;
  for (let at = 0; at < 64; at += width) result |= value << BigInt(at);
  return result;
};

/** VFPExpandImm: an 8-bit immediate as a number of the precision that `type` says. */
export function expandFpImmediate(imm8: number, type: number): bigint {
  const sign = BigInt(imm8 >> 7);
  const b = (imm8 >> 6) & 1;
  const low = BigInt(imm8 & 0x3f);
  if (type === HALF) return (sign << 15n) | ((b ? 0x3n : 0x4n) << 12n) | (low << 6n);
  return type === SINGLE
    ? (sign << 31n) | ((b ? 0x1fn : 0x20n) << 25n) | (low << 19n)
    : (sign << 63n) | ((b ? 0x0ffn : 0x100n) << 54n) | (low << 48n);
}

/** AdvSIMDExpandImm: 64 bits from op, cmode and the eight bits abcdefgh. */
function expandVectorImmediate(op: number, cmode: number, imm8: number): bigint {
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
  return op ? expandFpImmediate(imm8, DOUBLE) : repeat(expandFpImmediate(imm8, SINGLE), 32);
}

type Effect = 'move' | 'or' | 'bitClear';

/** The encodings by op and cmode; `inverted` moves the complement. */
const FORMS: readonly {
  name: string;
  op: 0 | 1;
  cmode: string;
  asm: readonly string[];
  effect: Effect;
  inverted?: boolean;
  onlyQ?: boolean;
}[] = [
  {
    name: 'MOVI, 32-bit shifted immediate',
    op: 0,
    cmode: '0 amount:2 0',
    asm: ['movi {V:Rd:S}, {imm8}{, lslimm:24}'],
    effect: 'move',
  },
  {
    name: 'ORR (vector, immediate), 32-bit',
    op: 0,
    cmode: '0 amount:2 1',
    asm: ['orr {V:Rd:S}, {imm8}{, lslimm:24}'],
    effect: 'or',
  },
  {
    name: 'MOVI, 16-bit shifted immediate',
    op: 0,
    cmode: '10 amount:1 0',
    asm: ['movi {V:Rd:H}, {imm8}{, lslimm:8}'],
    effect: 'move',
  },
  {
    name: 'ORR (vector, immediate), 16-bit',
    op: 0,
    cmode: '10 amount:1 1',
    asm: ['orr {V:Rd:H}, {imm8}{, lslimm:8}'],
    effect: 'or',
  },
  { name: 'MOVI, 32-bit shifting ones', op: 0, cmode: '110 amount:1', asm: ['movi {V:Rd:S}, {imm8}, {mslimm}'], effect: 'move' },
  { name: 'MOVI, 8-bit', op: 0, cmode: '1110', asm: ['movi {V:Rd:B}, {imm8}'], effect: 'move' },
  { name: 'FMOV (vector, immediate), single-precision', op: 0, cmode: '1111', asm: ['fmov {V:Rd:S}, {vfpimm}'], effect: 'move' },
  {
    name: 'MVNI, 32-bit shifted immediate',
    op: 1,
    cmode: '0 amount:2 0',
    asm: ['mvni {V:Rd:S}, {imm8}{, lslimm:24}'],
    effect: 'move',
    inverted: true,
  },
  {
    name: 'BIC (vector, immediate), 32-bit',
    op: 1,
    cmode: '0 amount:2 1',
    asm: ['bic {V:Rd:S}, {imm8}{, lslimm:24}'],
    effect: 'bitClear',
  },
  {
    name: 'MVNI, 16-bit shifted immediate',
    op: 1,
    cmode: '10 amount:1 0',
    asm: ['mvni {V:Rd:H}, {imm8}{, lslimm:8}'],
    effect: 'move',
    inverted: true,
  },
  {
    name: 'BIC (vector, immediate), 16-bit',
    op: 1,
    cmode: '10 amount:1 1',
    asm: ['bic {V:Rd:H}, {imm8}{, lslimm:8}'],
    effect: 'bitClear',
  },
  {
    name: 'MVNI, 32-bit shifting ones',
    op: 1,
    cmode: '110 amount:1',
    asm: ['mvni {V:Rd:S}, {imm8}, {mslimm}'],
    effect: 'move',
    inverted: true,
  },
  {
    name: 'MOVI, 64-bit',
    op: 1,
    cmode: '1110',
    asm: ['movi {D:Rd}, {bytemask} ; Q=0', 'movi {V:Rd:2d}, {bytemask} ; Q=1'],
    effect: 'move',
  },
  {
    name: 'FMOV (vector, immediate), double-precision',
    op: 1,
    cmode: '1111',
    asm: ['fmov {V:Rd:2d}, {vfpimm} ; Q=1'],
    effect: 'move',
    onlyQ: true,
  },
];

/** cmode with its `amount` field filled in. */
const cmodeOf = (cmode: string, amount: number): number =>
  Number.parseInt(
    cmode.replace(/ ?amount:(\d) ?/, (_, width) => amount.toString(2).padStart(Number(width), '0')),
    2,
  );

/** Of FEAT_FP16, the only one with o2 set. */
export const fpMoveHalf: Row = {
  name: 'FMOV (vector, immediate), half-precision',
  bits: '0 Q:1 0 0111100000 abc:3 1111 11 defgh:5 Rd:5',
  asm: ['fmov {V:Rd:H}, {vfpimm}'],
  shape: 'Q',
  operands: (f) => ({ d: f.Rd!, imm: repeat(expandFpImmediate((f.abc! << 5) | f.defgh!, HALF), 16) }),
  meaning: (k, o, s) => {
    k.checkFp();
    writeVector(k, o.d, simd('i64x2.splat', o.imm), s.Q ? 128 : 64);
  },
};

export const simdModifiedImmediate: Row[] = FORMS.map((form) => ({
  name: form.name,
  bits: `0 Q:1 ${form.op} 0111100000 abc:3 ${form.cmode} 01 defgh:5 Rd:5`,
  asm: form.asm,
  shape: 'Q',
  reserved: (s) => form.onlyQ === true && !s.Q,
  operands: (f) => {
    const value = expandVectorImmediate(form.op, cmodeOf(form.cmode, f.amount ?? 0), (f.abc! << 5) | f.defgh!);
    return { d: f.Rd!, imm: form.inverted ? BigInt.asUintN(64, ~value) : value };
  },
  meaning: (k, o, s) => {
    k.checkFp();
    if (form.effect === 'move') {
      if (s.Q) k.setV(o.d, simd('i64x2.splat', o.imm));
      else k.setVLow(o.imm, 'i64', o.d);
    } else {
      const merge = form.effect === 'or' ? vOr : vAndNot;
      writeVector(k, o.d, merge(k.v(o.d), simd('i64x2.splat', o.imm)), s.Q ? 128 : 64);
    }
  },
}));
