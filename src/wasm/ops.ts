import { ByteWriter } from './bytes';
import { const32, const64, Expr } from './expr';
import { VAL_CODE, type ValType } from './types';

/**
 * Every operation the meanings use, as typed constructors: `i64.add(a, b)`. Opcodes from the core specification, section 5.4, and the
 * appendix's index of instructions (vector opcodes behind the 0xfd prefix).
 */

function check(op: string, arg: Expr, type: ValType): void {
  if (arg.type !== type) throw new Error(`${op}: an operand is ${arg.type}, not ${type}`);
}

type Unary = (a: Expr) => Expr;
type Binary = (a: Expr, b: Expr) => Expr;
type Fold<T> = (a: T, b: T) => T | boolean;

const unary =
  (name: string, type: ValType, result: ValType, code: number | readonly number[]): Unary =>
  (a) => {
    check(name, a, type);
    return new Expr(result, code, a);
  };
const binary =
  (name: string, type: ValType, result: ValType, code: number): Binary =>
  (a, b) => {
    check(name, a, type);
    check(name, b, type);
    return new Expr(result, code, a, b);
  };
const float = (type: 'f32' | 'f64', value: number): Expr => {
  const bytes = new ByteWriter();
  bytes.u8(type === 'f32' ? 0x43 : 0x44);
  bytes[type](value);
  return new Expr(type, [...bytes.finish()]);
};

/** i32 operation folded when both operands are constants; `identity` is the right operand that changes nothing. */
const fold32 =
  (name: string, code: number, fold: Fold<number>, identity?: number): Binary =>
  (a, b) => {
    check(name, a, 'i32');
    check(name, b, 'i32');
    if (typeof b.constant === 'number') {
      if (typeof a.constant === 'number') return const32(Number(fold(a.constant, b.constant)));
      if (b.constant === identity) return a;
    }
    return new Expr('i32', code, a, b);
  };
const fold64 =
  (name: string, code: number, fold: Fold<bigint>, identity?: bigint): Binary =>
  (a, b) => {
    check(name, a, 'i64');
    check(name, b, 'i64');
    if (typeof b.constant === 'bigint') {
      if (typeof a.constant === 'bigint') return const64(fold(a.constant, b.constant) as bigint);
      if (b.constant === identity) return a;
    }
    return new Expr('i64', code, a, b);
  };

const u64 = (value: bigint): bigint => BigInt.asUintN(64, value);

export const i32 = {
  const: const32,
  eqz: unary('i32.eqz', 'i32', 'i32', 0x45),
  eq: binary('i32.eq', 'i32', 'i32', 0x46),
  ne: binary('i32.ne', 'i32', 'i32', 0x47),
  ltS: binary('i32.lt_s', 'i32', 'i32', 0x48),
  ltU: binary('i32.lt_u', 'i32', 'i32', 0x49),
  gtS: binary('i32.gt_s', 'i32', 'i32', 0x4a),
  gtU: binary('i32.gt_u', 'i32', 'i32', 0x4b),
  leS: binary('i32.le_s', 'i32', 'i32', 0x4c),
  leU: binary('i32.le_u', 'i32', 'i32', 0x4d),
  geS: binary('i32.ge_s', 'i32', 'i32', 0x4e),
  geU: binary('i32.ge_u', 'i32', 'i32', 0x4f),
  clz: unary('i32.clz', 'i32', 'i32', 0x67),
  ctz: unary('i32.ctz', 'i32', 'i32', 0x68),
  popcnt: unary('i32.popcnt', 'i32', 'i32', 0x69),
  add: fold32('i32.add', 0x6a, (a, b) => a + b, 0),
  sub: fold32('i32.sub', 0x6b, (a, b) => a - b, 0),
  mul: fold32('i32.mul', 0x6c, (a, b) => Math.imul(a, b), 1),
  divS: binary('i32.div_s', 'i32', 'i32', 0x6d),
  divU: binary('i32.div_u', 'i32', 'i32', 0x6e),
  remS: binary('i32.rem_s', 'i32', 'i32', 0x6f),
  remU: binary('i32.rem_u', 'i32', 'i32', 0x70),
  and: fold32('i32.and', 0x71, (a, b) => a & b, -1),
  or: fold32('i32.or', 0x72, (a, b) => a | b, 0),
  xor: fold32('i32.xor', 0x73, (a, b) => a ^ b, 0),
  shl: fold32('i32.shl', 0x74, (a, b) => a << b, 0),
  shrS: fold32('i32.shr_s', 0x75, (a, b) => a >> b, 0),
  shrU: fold32('i32.shr_u', 0x76, (a, b) => a >>> b, 0),
  rotl: binary('i32.rotl', 'i32', 'i32', 0x77),
  rotr: binary('i32.rotr', 'i32', 'i32', 0x78),
  wrap: (a: Expr): Expr => {
    check('i32.wrap_i64', a, 'i64');
    return typeof a.constant === 'bigint' ? const32(Number(BigInt.asIntN(32, a.constant))) : new Expr('i32', 0xa7, a);
  },
  extend8S: unary('i32.extend8_s', 'i32', 'i32', 0xc0),
  extend16S: unary('i32.extend16_s', 'i32', 'i32', 0xc1),
  reinterpretF32: unary('i32.reinterpret_f32', 'f32', 'i32', 0xbc),
  truncSatF32S: unary('i32.trunc_sat_f32_s', 'f32', 'i32', [0xfc, 0]),
  truncSatF32U: unary('i32.trunc_sat_f32_u', 'f32', 'i32', [0xfc, 1]),
  truncSatF64S: unary('i32.trunc_sat_f64_s', 'f64', 'i32', [0xfc, 2]),
  truncSatF64U: unary('i32.trunc_sat_f64_u', 'f64', 'i32', [0xfc, 3]),
} as const;

export const i64 = {
  const: const64,
  eqz: unary('i64.eqz', 'i64', 'i32', 0x50),
  eq: binary('i64.eq', 'i64', 'i32', 0x51),
  ne: binary('i64.ne', 'i64', 'i32', 0x52),
  ltS: binary('i64.lt_s', 'i64', 'i32', 0x53),
  ltU: binary('i64.lt_u', 'i64', 'i32', 0x54),
  gtS: binary('i64.gt_s', 'i64', 'i32', 0x55),
  gtU: binary('i64.gt_u', 'i64', 'i32', 0x56),
  leS: binary('i64.le_s', 'i64', 'i32', 0x57),
  leU: binary('i64.le_u', 'i64', 'i32', 0x58),
  geS: binary('i64.ge_s', 'i64', 'i32', 0x59),
  geU: binary('i64.ge_u', 'i64', 'i32', 0x5a),
  clz: unary('i64.clz', 'i64', 'i64', 0x79),
  ctz: unary('i64.ctz', 'i64', 'i64', 0x7a),
  popcnt: unary('i64.popcnt', 'i64', 'i64', 0x7b),
  add: fold64('i64.add', 0x7c, (a, b) => a + b, 0n),
  sub: fold64('i64.sub', 0x7d, (a, b) => a - b, 0n),
  mul: fold64('i64.mul', 0x7e, (a, b) => a * b, 1n),
  divS: binary('i64.div_s', 'i64', 'i64', 0x7f),
  divU: binary('i64.div_u', 'i64', 'i64', 0x80),
  remS: binary('i64.rem_s', 'i64', 'i64', 0x81),
  remU: binary('i64.rem_u', 'i64', 'i64', 0x82),
  and: fold64('i64.and', 0x83, (a, b) => a & b, -1n),
  or: fold64('i64.or', 0x84, (a, b) => a | b, 0n),
  xor: fold64('i64.xor', 0x85, (a, b) => a ^ b, 0n),
  shl: fold64('i64.shl', 0x86, (a, b) => a << (b & 63n), 0n),
  shrS: fold64('i64.shr_s', 0x87, (a, b) => a >> (b & 63n), 0n),
  shrU: fold64('i64.shr_u', 0x88, (a, b) => u64(a) >> (b & 63n), 0n),
  rotl: binary('i64.rotl', 'i64', 'i64', 0x89),
  rotr: binary('i64.rotr', 'i64', 'i64', 0x8a),
  extendS: (a: Expr): Expr => {
    check('i64.extend_i32_s', a, 'i32');
    return typeof a.constant === 'number' ? const64(a.constant) : new Expr('i64', 0xac, a);
  },
  extendU: (a: Expr): Expr => {
    check('i64.extend_i32_u', a, 'i32');
    return typeof a.constant === 'number' ? const64(a.constant >>> 0) : new Expr('i64', 0xad, a);
  },
  extend8S: unary('i64.extend8_s', 'i64', 'i64', 0xc2),
  extend16S: unary('i64.extend16_s', 'i64', 'i64', 0xc3),
  extend32S: unary('i64.extend32_s', 'i64', 'i64', 0xc4),
  reinterpretF64: unary('i64.reinterpret_f64', 'f64', 'i64', 0xbd),
  truncSatF32S: unary('i64.trunc_sat_f32_s', 'f32', 'i64', [0xfc, 4]),
  truncSatF32U: unary('i64.trunc_sat_f32_u', 'f32', 'i64', [0xfc, 5]),
  truncSatF64S: unary('i64.trunc_sat_f64_s', 'f64', 'i64', [0xfc, 6]),
  truncSatF64U: unary('i64.trunc_sat_f64_u', 'f64', 'i64', [0xfc, 7]),
} as const;

const floats = (type: 'f32' | 'f64', compare: number, arithmetic: number) => ({
  eq: binary(`${type}.eq`, type, 'i32', compare),
  ne: binary(`${type}.ne`, type, 'i32', compare + 1),
  lt: binary(`${type}.lt`, type, 'i32', compare + 2),
  gt: binary(`${type}.gt`, type, 'i32', compare + 3),
  le: binary(`${type}.le`, type, 'i32', compare + 4),
  ge: binary(`${type}.ge`, type, 'i32', compare + 5),
  abs: unary(`${type}.abs`, type, type, arithmetic),
  neg: unary(`${type}.neg`, type, type, arithmetic + 1),
  ceil: unary(`${type}.ceil`, type, type, arithmetic + 2),
  floor: unary(`${type}.floor`, type, type, arithmetic + 3),
  trunc: unary(`${type}.trunc`, type, type, arithmetic + 4),
  nearest: unary(`${type}.nearest`, type, type, arithmetic + 5),
  sqrt: unary(`${type}.sqrt`, type, type, arithmetic + 6),
  add: binary(`${type}.add`, type, type, arithmetic + 7),
  sub: binary(`${type}.sub`, type, type, arithmetic + 8),
  mul: binary(`${type}.mul`, type, type, arithmetic + 9),
  div: binary(`${type}.div`, type, type, arithmetic + 10),
  min: binary(`${type}.min`, type, type, arithmetic + 11),
  max: binary(`${type}.max`, type, type, arithmetic + 12),
  copysign: binary(`${type}.copysign`, type, type, arithmetic + 13),
});

export const f32 = {
  const: (value: number): Expr => float('f32', value),
  ...floats('f32', 0x5b, 0x8b),
  convertI32S: unary('f32.convert_i32_s', 'i32', 'f32', 0xb2),
  convertI32U: unary('f32.convert_i32_u', 'i32', 'f32', 0xb3),
  convertI64S: unary('f32.convert_i64_s', 'i64', 'f32', 0xb4),
  convertI64U: unary('f32.convert_i64_u', 'i64', 'f32', 0xb5),
  demote: unary('f32.demote_f64', 'f64', 'f32', 0xb6),
  reinterpretI32: unary('f32.reinterpret_i32', 'i32', 'f32', 0xbe),
} as const;

export const f64 = {
  const: (value: number): Expr => float('f64', value),
  ...floats('f64', 0x61, 0x99),
  convertI32S: unary('f64.convert_i32_s', 'i32', 'f64', 0xb7),
  convertI32U: unary('f64.convert_i32_u', 'i32', 'f64', 0xb8),
  convertI64S: unary('f64.convert_i64_s', 'i64', 'f64', 0xb9),
  convertI64U: unary('f64.convert_i64_u', 'i64', 'f64', 0xba),
  promote: unary('f64.promote_f32', 'f32', 'f64', 0xbb),
  reinterpretI64: unary('f64.reinterpret_i64', 'i64', 'f64', 0xbf),
} as const;

const SELECT_V128 = [0x1c, 1, VAL_CODE.v128];

/** `condition ? whenTrue : whenFalse`, both evaluated. */
export function select(condition: Expr, whenTrue: Expr, whenFalse: Expr): Expr {
  check('select condition', condition, 'i32');
  check('select', whenFalse, whenTrue.type);
  if (typeof condition.constant === 'number') return condition.constant ? whenTrue : whenFalse;
  return new Expr(whenTrue.type, whenTrue.type === 'v128' ? SELECT_V128 : 0x1b, whenTrue, whenFalse, condition);
}
