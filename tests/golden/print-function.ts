import { CPU, RECORD } from '../../src/cpu/layout';
import { VECTOR_OPERATIONS } from '../../src/wasm/simd';
import { Reader, type WasmModule } from './wasm-reader';

/**
 * Prints a handler for people: one statement a line, operands nested, the vCPU's state, the record's fields and the shared functions by name.
 * `l5 = …` sets a local, `cpu.x3 :i64= …` stores; `i64 cpu.x3` loads.
 */

type Operation = { name: string; operands: number };
const OPERATIONS = new Map<number, Operation>();
const VECTORS = new Map<number, Operation>(VECTOR_OPERATIONS.map(({ name, code, operands }) => [code, { name, operands }]));

function define(first: number, operands: number, type: string, names: string): void {
  for (const [i, name] of names.split(' ').entries()) OPERATIONS.set(first + i, { name: `${type}.${name}`, operands });
}
for (const [type, compare, arithmetic] of [
  ['i32', 0x45, 0x67],
  ['i64', 0x50, 0x79],
] as const) {
  define(compare, 1, type, 'eqz');
  define(compare + 1, 2, type, 'eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u');
  define(arithmetic, 1, type, 'clz ctz popcnt');
  define(arithmetic + 3, 2, type, 'add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u rotl rotr');
}
for (const [type, compare, arithmetic] of [
  ['f32', 0x5b, 0x8b],
  ['f64', 0x61, 0x99],
] as const) {
  define(compare, 2, type, 'eq ne lt gt le ge');
  define(arithmetic, 1, type, 'abs neg ceil floor trunc nearest sqrt');
  define(arithmetic + 7, 2, type, 'add sub mul div min max copysign');
}
define(0xa7, 1, 'i32', 'wrap_i64 trunc_f32_s trunc_f32_u trunc_f64_s trunc_f64_u');
define(0xac, 1, 'i64', 'extend_i32_s extend_i32_u trunc_f32_s trunc_f32_u trunc_f64_s trunc_f64_u');
define(0xb2, 1, 'f32', 'convert_i32_s convert_i32_u convert_i64_s convert_i64_u demote_f64');
define(0xb7, 1, 'f64', 'convert_i32_s convert_i32_u convert_i64_s convert_i64_u promote_f32');
define(0xbc, 1, 'i32', 'reinterpret_f32');
define(0xbd, 1, 'i64', 'reinterpret_f64');
define(0xbe, 1, 'f32', 'reinterpret_i32');
define(0xbf, 1, 'f64', 'reinterpret_i64');
define(0xc0, 1, 'i32', 'extend8_s extend16_s');
define(0xc2, 1, 'i64', 'extend8_s extend16_s extend32_s');

const SATURATING = 'i32.trunc_sat_f32_s i32.trunc_sat_f32_u i32.trunc_sat_f64_s i32.trunc_sat_f64_u'.split(' ');
SATURATING.push(...SATURATING.map((name) => name.replace('i32', 'i64')));

const LOADS = 'i32 i64 f32 f64 i32.8s i32.8u i32.16s i32.16u i64.8s i64.8u i64.16s i64.16u i64.32s i64.32u'.split(' ');
const STORES = 'i32 i64 f32 f64 i32.8 i32.16 i64.8 i64.16 i64.32'.split(' ');
const EXTRACTS =
  'i8x16.extract_lane_s i8x16.extract_lane_u - i16x8.extract_lane_s i16x8.extract_lane_u - i32x4.extract_lane - i64x2.extract_lane - f32x4.extract_lane - f64x2.extract_lane'.split(
    ' ',
  );
const SHAPES = ['i8x16', 'i16x8', 'i32x4', 'i64x2', 'f32x4', 'f64x2'];
const REPLACES: Readonly<Record<number, string>> = {
  23: SHAPES[0]!,
  26: SHAPES[1]!,
  28: SHAPES[2]!,
  30: SHAPES[3]!,
  32: SHAPES[4]!,
  34: SHAPES[5]!,
};

const nameOf = (fields: Readonly<Record<string, number>>, offset: number): string | undefined =>
  Object.entries(fields).find(([, at]) => at === offset)?.[0];

/** A place in the vCPU's state. */
function stateName(offset: number): string {
  if (offset < CPU.SP) return `x${offset / 8}`;
  if (offset >= CPU.V && offset < CPU.SYS) {
    const within = (offset - CPU.V) % 16;
    return `v${(offset - CPU.V - within) / 16}${within ? `+${within}` : ''}`;
  }
  const { SIZE: _size, ...places } = CPU;
  return nameOf(places, offset)?.toLowerCase() ?? hex(offset);
}
const FIELDS = {
  HANDLER: RECORD.HANDLER,
  D: RECORD.D,
  N: RECORD.N,
  M: RECORD.M,
  A: RECORD.A,
  ORIGINAL: RECORD.ORIGINAL,
  IMM: RECORD.IMM,
};
function recordName(record: string, offset: number): string {
  const within = offset % RECORD.SIZE;
  const base = offset === within ? record : `rec[${(offset - within) / RECORD.SIZE}]`;
  return `${base}.${nameOf(FIELDS, within)?.toLowerCase() ?? `imm+${within - RECORD.IMM}`}`;
}

const hex = (value: number): string => (value < 10 ? String(value) : `0x${value.toString(16)}`);
const signedHex = (value: bigint): string =>
  value < 0n ? `-${signedHex(-value)}` : value < 10n ? String(value) : `0x${value.toString(16)}`;

/** Functions without a name by their place among those that are no helpers, so that a new helper changes no text. */
function functionName(module: WasmModule, index: number): string {
  const { name } = module.functions[index]!;
  if (name !== `function${index}`) return name;
  return `function${module.functions.slice(0, index).filter((each) => !each.name.startsWith('helper.')).length}`;
}

/** The function's text; `constants` are names of numbers (i32) that say nothing themselves. */
export function printFunction(module: WasmModule, index: number, constants: ReadonlyMap<bigint, string> = new Map()): string {
  const { type, body } = module.functions[index]!;
  const r = new Reader(body!);
  for (let runs = r.u(); runs > 0; runs--) {
    r.u();
    r.u8();
  }
  const lines: string[] = [];
  const stack: string[] = [];
  let depth = 0;
  const emit = (text: string): void => void lines.push('  '.repeat(depth) + text);
  const pop = (): string => {
    const value = stack.pop();
    if (value === undefined) throw new Error(`the stack is empty at byte ${r.at} of function ${index}`);
    return value;
  };
  const args = (count: number): string => stack.splice(stack.length - count).join(', ');
  const local = (n: number): string => (n < type.params ? (['cpu', 'rec', 'acc'][n] ?? `p${n}`) : `l${n - type.params}`);
  const at = (offset: number, address: string): string => {
    if (address === 'cpu') return `cpu.${stateName(offset)}`;
    if (address === 'rec') return recordName('rec', offset);
    if (/^rec\[\d+\]$/.test(address)) return recordName(address, offset);
    if (address.startsWith('i32.add(cpu')) return `[${address} + ${stateName(offset)}]`;
    return offset ? `[${address} + ${hex(offset)}]` : `[${address}]`;
  };
  const memory = (): number => {
    r.u();
    return r.u();
  };

  while (!r.done) {
    const op = r.u8();
    const plain = OPERATIONS.get(op);
    if (plain) stack.push(`${plain.name}(${args(plain.operands)})`);
    else if (op === 0x20) stack.push(local(r.u()));
    else if (op === 0x23) stack.push(module.globals[r.u()]!);
    else if (op === 0x21) emit(`${local(r.u())} = ${pop()}`);
    else if (op === 0x41) {
      const value = r.s();
      stack.push(constants.get(value) ?? signedHex(value));
    } else if (op === 0x42) stack.push(`${signedHex(r.s())}L`);
    else if (op === 0x43 || op === 0x44) {
      const raw = r.take(op === 0x43 ? 4 : 8);
      const view = new DataView(raw.buffer, raw.byteOffset);
      stack.push(`${op === 0x43 ? view.getFloat32(0, true) : view.getFloat64(0, true)}f`);
    } else if (op >= 0x28 && op <= 0x35) {
      const offset = memory();
      stack.push(`${LOADS[op - 0x28]} ${at(offset, pop())}`);
    } else if (op >= 0x36 && op <= 0x3e) {
      const offset = memory();
      const value = pop();
      emit(`${at(offset, pop())} :${STORES[op - 0x36]}= ${value}`);
    } else if (op === 0x1b || op === 0x1c) {
      if (op === 0x1c) r.list(() => r.u8());
      stack.push(`select(${args(3)})`);
    } else if (op === 0x02 || op === 0x03 || op === 0x04) {
      r.u8();
      emit(op === 0x04 ? `if ${pop()}` : op === 0x03 ? 'loop' : 'block');
      depth++;
    } else if (op === 0x05) {
      depth--;
      emit('else');
      depth++;
    } else if (op === 0x0b) {
      depth--;
    } else if (op === 0x0c || op === 0x0d) {
      const condition = op === 0x0d ? `if ${pop()} ` : '';
      emit(`${condition}br ${r.u()}`);
    } else if (op === 0x0f) emit(stack.length ? `return ${pop()}` : 'return');
    else if (op === 0x00) emit('unreachable');
    else if (op === 0x10 || op === 0x12) {
      const place = r.u();
      const callee = module.functions[place]!;
      const call = `${functionName(module, place)}(${args(callee.type.params)})`;
      if (op === 0x12) emit(`tail ${call}`);
      else if (callee.type.results) stack.push(call);
      else emit(call);
    } else if (op === 0x13) {
      const callee = module.types[r.u()]!;
      r.u();
      const target = pop();
      emit(`tail table[${target}](${args(callee.params)})`);
    } else if (op === 0xfc) {
      const code = r.u();
      if (code < SATURATING.length) stack.push(`${SATURATING[code]}(${args(1)})`);
      else {
        r.u8();
        emit(`memory.fill(${args(3)})`);
      }
    } else if (op === 0xfd) {
      const code = r.u();
      const vector = VECTORS.get(code);
      if (vector) stack.push(`${vector.name}(${args(vector.operands)})`);
      else if (code === 0x00) {
        const offset = memory();
        stack.push(`v128 ${at(offset, pop())}`);
      } else if (code === 0x0b) {
        const offset = memory();
        const value = pop();
        emit(`${at(offset, pop())} :v128= ${value}`);
      } else if (code === 0x0c)
        stack.push(`v128(${[...r.take(16)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')})`);
      else if (code === 0x0d) {
        const selector = [...r.take(16)].join(' ');
        stack.push(`shuffle(${args(2)}; ${selector})`);
      } else if (REPLACES[code]) {
        const lane = r.u8();
        stack.push(`${REPLACES[code]}.replace_lane(${args(2)}; ${lane})`);
      } else {
        const lane = r.u8();
        stack.push(`${EXTRACTS[code - 0x15]}(${args(1)}; ${lane})`);
      }
    } else throw new Error(`opcode 0x${op.toString(16)} at byte ${r.at} is not known to the printer`);
  }
  return lines.join('\n');
}
