import { Expr } from './expr';
import type { ValType } from './types';

/** Vector operations (core specification, instruction index, prefix 0xfd), by their specification names: `simd('i8x16.add', a, b)`. */

const leb = (value: number): number[] => (value < 0x80 ? [value] : [(value & 0x7f) | 0x80, value >>> 7]);

/** name → [opcode, result, operand types]; v = v128, i = i32, l = i64, f = f32, d = f64 */
const TYPE: Record<string, ValType> = { v: 'v128', i: 'i32', l: 'i64', f: 'f32', d: 'f64' };
const OPS = new Map<string, { code: number; bytes: readonly number[]; result: ValType; args: ValType[] }>();
const def = (signature: string, start: number, names: string): void => {
  const [args, result] = signature.split('>');
  let code = start;
  for (const name of names.split(' ')) {
    if (name !== '-')
      OPS.set(name, {
        code,
        bytes: [0xfd, ...leb(code)],
        result: TYPE[result!]!,
        args: [...args!].map((letter) => TYPE[letter]!),
      });
    code++;
  }
};
const shaped = (shape: string, list: string): string =>
  list
    .split(' ')
    .map((op) => (op === '-' ? op : `${shape}.${op}`))
    .join(' ');

def('vv>v', 0x0e, 'i8x16.swizzle');
def('i>v', 0x0f, 'i8x16.splat i16x8.splat i32x4.splat');
def('l>v', 0x12, 'i64x2.splat');
def('f>v', 0x13, 'f32x4.splat');
def('d>v', 0x14, 'f64x2.splat');
def('vv>v', 0x23, shaped('i8x16', 'eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u'));
def('vv>v', 0x2d, shaped('i16x8', 'eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u'));
def('vv>v', 0x37, shaped('i32x4', 'eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u'));
def('vv>v', 0x41, shaped('f32x4', 'eq ne lt gt le ge'));
def('vv>v', 0x47, shaped('f64x2', 'eq ne lt gt le ge'));
def('v>v', 0x4d, 'v128.not');
def('vv>v', 0x4e, shaped('v128', 'and andnot or xor'));
def('vvv>v', 0x52, 'v128.bitselect');
def('v>i', 0x53, 'v128.any_true');
def('v>v', 0x5e, 'f32x4.demote_f64x2_zero f64x2.promote_low_f32x4');
def('v>v', 0x60, shaped('i8x16', 'abs neg popcnt'));
def('v>i', 0x63, shaped('i8x16', 'all_true bitmask'));
def('vv>v', 0x65, 'i8x16.narrow_i16x8_s i8x16.narrow_i16x8_u');
def('v>v', 0x67, shaped('f32x4', 'ceil floor trunc nearest'));
def('vi>v', 0x6b, shaped('i8x16', 'shl shr_s shr_u'));
def('vv>v', 0x6e, shaped('i8x16', 'add add_sat_s add_sat_u sub sub_sat_s sub_sat_u'));
def('v>v', 0x74, 'f64x2.ceil f64x2.floor');
def('vv>v', 0x76, shaped('i8x16', 'min_s min_u max_s max_u'));
def('v>v', 0x7a, 'f64x2.trunc');
def('vv>v', 0x7b, 'i8x16.avgr_u');
def(
  'v>v',
  0x7c,
  'i16x8.extadd_pairwise_i8x16_s i16x8.extadd_pairwise_i8x16_u i32x4.extadd_pairwise_i16x8_s i32x4.extadd_pairwise_i16x8_u',
);
def('v>v', 0x80, shaped('i16x8', 'abs neg'));
def('vv>v', 0x82, 'i16x8.q15mulr_sat_s');
def('v>i', 0x83, shaped('i16x8', 'all_true bitmask'));
def('vv>v', 0x85, 'i16x8.narrow_i32x4_s i16x8.narrow_i32x4_u');
def('v>v', 0x87, shaped('i16x8', 'extend_low_i8x16_s extend_high_i8x16_s extend_low_i8x16_u extend_high_i8x16_u'));
def('vi>v', 0x8b, shaped('i16x8', 'shl shr_s shr_u'));
def('vv>v', 0x8e, shaped('i16x8', 'add add_sat_s add_sat_u sub sub_sat_s sub_sat_u'));
def('v>v', 0x94, 'f64x2.nearest');
def(
  'vv>v',
  0x95,
  shaped(
    'i16x8',
    'mul min_s min_u max_s max_u - avgr_u extmul_low_i8x16_s extmul_high_i8x16_s extmul_low_i8x16_u extmul_high_i8x16_u',
  ),
);
def('v>v', 0xa0, shaped('i32x4', 'abs neg'));
def('v>i', 0xa3, shaped('i32x4', 'all_true bitmask'));
def('v>v', 0xa7, shaped('i32x4', 'extend_low_i16x8_s extend_high_i16x8_s extend_low_i16x8_u extend_high_i16x8_u'));
def('vi>v', 0xab, shaped('i32x4', 'shl shr_s shr_u'));
def('vv>v', 0xae, 'i32x4.add');
def('vv>v', 0xb1, 'i32x4.sub');
def(
  'vv>v',
  0xb5,
  shaped(
    'i32x4',
    'mul min_s min_u max_s max_u dot_i16x8_s - extmul_low_i16x8_s extmul_high_i16x8_s extmul_low_i16x8_u extmul_high_i16x8_u',
  ),
);
def('v>v', 0xc0, shaped('i64x2', 'abs neg'));
def('v>i', 0xc3, shaped('i64x2', 'all_true bitmask'));
def('v>v', 0xc7, shaped('i64x2', 'extend_low_i32x4_s extend_high_i32x4_s extend_low_i32x4_u extend_high_i32x4_u'));
def('vi>v', 0xcb, shaped('i64x2', 'shl shr_s shr_u'));
def('vv>v', 0xce, 'i64x2.add');
def('vv>v', 0xd1, 'i64x2.sub');
def(
  'vv>v',
  0xd5,
  shaped('i64x2', 'mul eq ne lt_s gt_s le_s ge_s extmul_low_i32x4_s extmul_high_i32x4_s extmul_low_i32x4_u extmul_high_i32x4_u'),
);
def('v>v', 0xe0, 'f32x4.abs f32x4.neg');
def('v>v', 0xe3, 'f32x4.sqrt');
def('vv>v', 0xe4, shaped('f32x4', 'add sub mul div min max pmin pmax'));
def('v>v', 0xec, 'f64x2.abs f64x2.neg');
def('v>v', 0xef, 'f64x2.sqrt');
def('vv>v', 0xf0, shaped('f64x2', 'add sub mul div min max pmin pmax'));
def(
  'v>v',
  0xf8,
  'i32x4.trunc_sat_f32x4_s i32x4.trunc_sat_f32x4_u f32x4.convert_i32x4_s f32x4.convert_i32x4_u i32x4.trunc_sat_f64x2_s_zero i32x4.trunc_sat_f64x2_u_zero f64x2.convert_low_i32x4_s f64x2.convert_low_i32x4_u',
);

// Relaxed: fused or not, as the host likes.
def('vvv>v', 0x105, 'f32x4.relaxed_madd');
def('vvv>v', 0x107, 'f64x2.relaxed_madd');

/** All vector operations without immediates: name, opcode behind the prefix, number of operands. */
export const VECTOR_OPERATIONS: readonly { name: string; code: number; operands: number }[] = [...OPS].map(
  ([name, { code, args }]) => ({ name, code, operands: args.length }),
);

export function simd(name: string, ...args: Expr[]): Expr {
  const op = OPS.get(name);
  if (!op) throw new Error(`unknown vector operation ${name}`);
  if (args.length !== op.args.length || args.some((arg, i) => arg.type !== op.args[i])) {
    throw new Error(`${name} takes (${op.args.join(', ')}), not (${args.map((arg) => arg.type).join(', ')})`);
  }
  return new Expr(op.result, op.bytes, args[0], args[1], args[2]);
}

export type LaneShape = 'i8x16' | 'i16x8' | 'i32x4' | 'i64x2' | 'f32x4' | 'f64x2';
const EXTRACT: Record<LaneShape, [signed: number, unsigned: number, result: ValType]> = {
  i8x16: [0x15, 0x16, 'i32'],
  i16x8: [0x18, 0x19, 'i32'],
  i32x4: [0x1b, 0x1b, 'i32'],
  i64x2: [0x1d, 0x1d, 'i64'],
  f32x4: [0x1f, 0x1f, 'f32'],
  f64x2: [0x21, 0x21, 'f64'],
};
const REPLACE: Record<LaneShape, number> = { i8x16: 0x17, i16x8: 0x1a, i32x4: 0x1c, i64x2: 0x1e, f32x4: 0x20, f64x2: 0x22 };

/** Lane `lane` of `vector`; narrow integer lanes are zero-extended unless `signed`. */
export function extractLane(shape: LaneShape, vector: Expr, lane: number, signed = false): Expr {
  const [s, u, result] = EXTRACT[shape];
  return new Expr(result, [0xfd, signed ? s : u, lane], vector);
}

export function replaceLane(shape: LaneShape, vector: Expr, lane: number, value: Expr): Expr {
  return new Expr('v128', [0xfd, REPLACE[shape], lane], vector, value);
}

/** Bytes of `a` (0..15) and `b` (16..31) chosen by `lanes`. */
export function shuffle(a: Expr, b: Expr, lanes: readonly number[]): Expr {
  if (lanes.length !== 16) throw new Error(`i8x16.shuffle takes 16 lane numbers, not ${lanes.length}`);
  return new Expr('v128', [0xfd, 0x0d, ...lanes], a, b);
}

/** A v128 constant from 16 bytes, lowest first. */
export function v128Const(bytes: readonly number[]): Expr {
  return new Expr('v128', [0xfd, 0x0c, ...bytes]);
}
