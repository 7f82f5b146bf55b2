import {
  type Expr,
  type FunctionBuilder,
  type FunctionRef,
  i32,
  i64,
  type LoadKind,
  ModuleBuilder,
  type StoreKind,
} from '../../wasm';
import { CPU_STATE } from '../cpu-state';
import type { Emitter, Reg } from '../emitter';
import { HELPERS } from '../helpers';
import { matchRow } from '../match';
import type { DecodeContext, Decoded, Fields, Operands, Row } from '../row';
import { writeTables } from '../tables';

/**
 * Runs single instructions of the table without an engine: one Wasm function per instruction (operands known, as for the JIT) or per
 * row and shape (operands passed in, as for the interpreter). Guest memory is a buffer at a fixed guest address; there are no faults.
 */

/** Byte offsets of the vCPU's state, which lies at STATE in the harness's memory. */
const STATE = 0x4000;
const OFFSET = { X: 0, NF: 0x110, ZF: 0x118, CF: 0x120, VF: 0x128, V: 0x200 } as const;
/** Guest memory in the harness's memory: three pages, the middle one is the test's buffer. */
const GUEST = 0x8000;
const GUEST_BYTES = 0x3000;
const SLOT_ZERO = 32;

const CONTEXT: DecodeContext = { sysreg: () => ({ access: 0, offset: 0 }) };
/** (d, n, m, a, imm) */
const FUNCTION = { params: ['i32', 'i32', 'i32', 'i32', 'i32', 'i64'], results: [] } as const;
const PARAMETER = { STATE: 0, D: 1, IMM: 5 } as const;

export interface HarnessState {
  x: BigUint64Array;
  sp: bigint;
  nzcv: number;
  fpcr: number;
  fpsr: number;
  v: Uint8Array;
  memory: Uint8Array;
}

class TestEmitter implements Emitter {
  constructor(
    readonly f: FunctionBuilder,
    private readonly helpers: ReadonlyMap<string, FunctionRef>,
    private readonly guestBase: bigint,
  ) {}

  private get state(): Expr {
    return this.f.param(PARAMETER.STATE);
  }
  private place(reg: Reg, plus: number, log2: number): [address: Expr, offset: number] {
    if (reg.slot !== undefined) return [this.state, ((reg.slot + plus) & (log2 === 4 ? 31 : 63)) << log2];
    const number = this.f.param(PARAMETER.D + reg.byte);
    const wrapped = plus ? i32.and(i32.add(number, i32.const(plus)), i32.const(31)) : number;
    return [i32.add(this.state, i32.shl(wrapped, i32.const(log2))), 0];
  }

  let(value: Expr): Expr {
    return this.f.let(value);
  }
  if(condition: Expr, then: () => void, otherwise?: () => void): void {
    this.f.if(condition, then, otherwise);
  }
  x(reg: Reg): Expr {
    const [address, offset] = this.place(reg, 0, 3);
    return this.f.load('i64', address, OFFSET.X + offset);
  }
  w(reg: Reg): Expr {
    const [address, offset] = this.place(reg, 0, 3);
    return this.f.load('i32', address, OFFSET.X + offset);
  }
  setX(reg: Reg, value: Expr): void {
    const [address, offset] = this.place(reg, 0, 3);
    this.f.store('i64', address, value, OFFSET.X + offset);
  }
  setW(reg: Reg, value: Expr): void {
    this.setX(reg, i64.extendU(value));
  }
  byte(reg: Reg): Expr {
    return reg.slot === undefined ? this.f.param(PARAMETER.D + reg.byte) : i32.const(reg.slot);
  }
  v(reg: Reg, plus = 0): Expr {
    return this.vLow('v128', reg, plus);
  }
  vLow(kind: LoadKind, reg: Reg, plus = 0): Expr {
    const [address, offset] = this.place(reg, plus, 4);
    return this.f.load(kind, address, OFFSET.V + offset);
  }
  setV(reg: Reg, value: Expr, plus = 0): void {
    const [address, offset] = this.place(reg, plus, 4);
    this.f.store('v128', address, value, OFFSET.V + offset);
  }
  setVLow(value: Expr, kind: StoreKind, reg: Reg, plus = 0): void {
    const [address, offset] = this.place(reg, plus, 4);
    const bound = this.let(value);
    this.f.store('i64', address, i64.const(0), OFFSET.V + offset);
    this.f.store('i64', address, i64.const(0), OFFSET.V + offset + 8);
    this.f.store(kind, address, bound, OFFSET.V + offset);
  }

  setFlags(n: Expr, z: Expr, c: Expr, v: Expr): void {
    this.f.store('i64', this.state, n, OFFSET.NF);
    this.f.store('i64', this.state, z, OFFSET.ZF);
    this.f.store('i32', this.state, c, OFFSET.CF);
    this.f.store('i64', this.state, v, OFFSET.VF);
  }
  setNzcv(packed: Expr): void {
    const bits = this.let(packed);
    const bit = (n: number): Expr => i32.and(i32.shrU(bits, i32.const(n)), i32.const(1));
    const sign = (n: number): Expr => i64.shl(i64.extendU(bit(n)), i64.const(63));
    this.setFlags(sign(31), i64.extendU(i32.eqz(bit(30))), bit(29), sign(28));
  }
  private flag(offset: number): Expr {
    return i64.ltS(this.f.load('i64', this.state, offset), i64.const(0));
  }
  nzcv(): Expr {
    const z = i64.eqz(this.f.load('i64', this.state, OFFSET.ZF));
    const at = (value: Expr, bit: number): Expr => i32.shl(value, i32.const(bit));
    return i32.or(i32.or(at(this.flag(OFFSET.NF), 31), at(z, 30)), i32.or(at(this.carry(), 29), at(this.flag(OFFSET.VF), 28)));
  }
  carry(): Expr {
    return this.f.load('i32', this.state, OFFSET.CF);
  }
  condition(code: number): Expr {
    const bits = this.let(this.nzcv());
    const flag = (n: number): Expr => i32.and(i32.shrU(bits, i32.const(n)), i32.const(1));
    const [n, z, c, v] = [flag(31), flag(30), flag(29), flag(28)];
    const same = i32.eq(n, v);
    const base = [z, c, n, v, i32.and(c, i32.eqz(z)), same, i32.and(same, i32.eqz(z)), i32.const(1)][code >> 1]!;
    return code & 1 && code < 14 ? i32.eqz(base) : base;
  }

  private host(address: Expr): Expr {
    return i32.wrap(i64.add(address, i64.const(BigInt(GUEST) - this.guestBase)));
  }
  load(kind: LoadKind, address: Expr): Expr {
    return this.f.load(kind, this.host(address), 0, false);
  }
  store(kind: StoreKind, address: Expr, value: Expr): void {
    this.f.store(kind, this.host(address), value, 0, false);
  }
  pc(): Expr {
    return i64.const(0x1000);
  }
  branch(): void {
    throw new Error('the harness runs straight code only');
  }
  jump(): void {
    throw new Error('the harness runs straight code only');
  }
  get(kind: LoadKind, offset: number, index?: Expr): Expr {
    return this.f.load(kind, index ? i32.add(this.state, index) : this.state, offset);
  }
  put(kind: StoreKind, offset: number, value: Expr, index?: Expr): void {
    this.f.store(kind, index ? i32.add(this.state, index) : this.state, value, offset);
  }
  table(kind: LoadKind, address: number, index: Expr): Expr {
    return this.f.load(kind, index, address);
  }
  service(): void {
    throw new Error('the harness has no services');
  }
  leaveAfter(): void {
    throw new Error('the harness has no interrupts');
  }
  helper(name: string, ...args: Expr[]): Expr {
    const ref = this.helpers.get(name);
    if (!ref) throw new Error(`no helper is called ${name}`);
    return this.f.call(ref, this.state, ...args)!;
  }
  checkFp(): void {}
}

export interface Instruction {
  row: Row;
  fields: Record<string, number>;
  shape: Fields;
  decoded: Decoded;
}

const shapeNames = (row: Row): string[] => [...(row.shape ?? '').split(' ').filter(Boolean), ...Object.keys(row.derived ?? {})];

/** A decoder over rows: undefined for words that are UNALLOCATED there. */
export function decoder(rows: readonly Row[]): (word: number) => Instruction | undefined {
  const match = matchRow(rows);
  return (word) => {
    const found = match(word);
    if (!found) return undefined;
    const { row, fields } = found;
    for (const [name, { of }] of Object.entries(row.derived ?? {})) fields[name] = of(fields, CONTEXT);
    const shape: Record<string, number> = {};
    for (const name of shapeNames(row)) shape[name] = fields[name]!;
    if (row.reserved?.(shape)) return undefined;
    const decoded = row.operands(fields, CONTEXT);
    return decoded ? { row, fields, shape, decoded } : undefined;
  };
}

function operandsOf(f: FunctionBuilder, decoded: Decoded | undefined): Operands {
  const reg = (byte: number, slot: number | undefined): Reg => ({ byte, slot });
  if (!decoded) {
    const imm = f.param(PARAMETER.IMM);
    const parts = { imm, imm32: i32.wrap(imm), immHi: i32.wrap(i64.shrU(imm, i64.const(32))) };
    return { d: reg(0, undefined), n: reg(1, undefined), m: reg(2, undefined), a: reg(3, undefined), ...parts };
  }
  const imm = BigInt(decoded.imm ?? 0);
  return {
    d: reg(0, decoded.d ?? 0),
    n: reg(1, decoded.n ?? 0),
    m: reg(2, decoded.m ?? 0),
    a: reg(3, decoded.a ?? 0),
    imm: i64.const(imm),
    imm32: i32.const(Number(BigInt.asIntN(32, imm))),
    immHi: i32.const(Number(BigInt.asIntN(32, imm >> 32n))),
  };
}

type Run = (state: number, d: number, n: number, m: number, a: number, imm: bigint) => void;

/** Compiled instructions over one memory. */
export class Harness {
  readonly memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
  private readonly view = new DataView(this.memory.buffer);
  private readonly bytes = new Uint8Array(this.memory.buffer);
  private readonly runs: Run[] = [];
  private readonly functionOf: number[] = [];
  /** Size of the module and number of instruction functions in it. */
  readonly size: { bytes: number; functions: number };

  /** `shared`: one function per row and shape, operands at run time; else one per instruction with its operands known. */
  constructor(
    private readonly instructions: readonly Instruction[],
    guestBase: bigint,
    shared: boolean,
  ) {
    writeTables(new Int32Array(this.memory.buffer));
    const module = new ModuleBuilder();
    module.importMemory('env', 'memory', 1, 1);
    const helpers = new Map(Object.entries(HELPERS).map(([name, { type }]) => [name, module.declare(type)]));
    for (const [name, { build }] of Object.entries(HELPERS)) module.define(helpers.get(name)!, build);
    const known = new Map<string, number>();
    let count = 0;
    for (const { row, shape, decoded } of instructions) {
      const key = `${row.name} ${row.bits} ${JSON.stringify(shape)}`;
      const old = shared ? known.get(key) : undefined;
      if (old !== undefined) {
        this.functionOf.push(old);
        continue;
      }
      const ref = module.func(FUNCTION, (f) => {
        try {
          row.meaning(new TestEmitter(f, helpers, guestBase), operandsOf(f, shared ? undefined : decoded), shape);
        } catch (error) {
          throw new Error(`${row.name} ${JSON.stringify(shape)}: ${(error as Error).message}`);
        }
      });
      module.exportFunction(String(count), ref);
      known.set(key, count);
      this.functionOf.push(count++);
    }
    const bytes = module.finish();
    this.size = { bytes: bytes.length, functions: count };
    const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory: this.memory } });
    for (let i = 0; i < count; i++) this.runs.push(instance.exports[String(i)] as unknown as Run);
  }

  /** Executes instruction number `index` on a state; the state after it is returned. */
  run(index: number, before: HarnessState): HarnessState {
    const { view, bytes } = this;
    bytes.fill(0, GUEST, GUEST + GUEST_BYTES);
    for (let n = 0; n < before.x.length; n++) view.setBigUint64(STATE + OFFSET.X + 8 * n, before.x[n]!, true);
    view.setBigUint64(STATE + OFFSET.X + 8 * 31, before.sp, true);
    view.setBigUint64(STATE + OFFSET.X + 8 * SLOT_ZERO, 0n, true);
    view.setBigUint64(STATE + OFFSET.NF, BigInt(before.nzcv >>> 31) << 63n, true);
    view.setBigUint64(STATE + OFFSET.ZF, (before.nzcv >>> 30) & 1 ? 0n : 1n, true);
    view.setUint32(STATE + OFFSET.CF, (before.nzcv >>> 29) & 1, true);
    view.setBigUint64(STATE + OFFSET.VF, BigInt((before.nzcv >>> 28) & 1) << 63n, true);
    view.setUint32(STATE + CPU_STATE.FPCR, before.fpcr, true);
    view.setUint32(STATE + CPU_STATE.FPSR, before.fpsr, true);
    bytes.set(before.v, STATE + OFFSET.V);
    bytes.set(before.memory, GUEST + GUEST_BYTES / 3);
    const { d = 0, n = 0, m = 0, a = 0, imm = 0 } = this.instructions[index]!.decoded;
    this.runs[this.functionOf[index]!]!(STATE, d, n, m, a, BigInt(imm));
    const x = new BigUint64Array(before.x.length);
    for (let i = 0; i < x.length; i++) x[i] = view.getBigUint64(STATE + OFFSET.X + 8 * i, true);
    const sign = (offset: number): number => Number(view.getBigUint64(STATE + offset, true) >> 63n);
    const z = view.getBigUint64(STATE + OFFSET.ZF, true) === 0n ? 1 : 0;
    return {
      x,
      sp: view.getBigUint64(STATE + OFFSET.X + 8 * 31, true),
      nzcv:
        ((sign(OFFSET.NF) << 31) | (z << 30) | (view.getUint32(STATE + OFFSET.CF, true) << 29) | (sign(OFFSET.VF) << 28)) >>> 0,
      fpcr: before.fpcr,
      fpsr: view.getUint32(STATE + CPU_STATE.FPSR, true),
      v: bytes.slice(STATE + OFFSET.V, STATE + OFFSET.V + 512),
      memory: bytes.slice(GUEST + GUEST_BYTES / 3, GUEST + GUEST_BYTES / 3 + before.memory.length),
    };
  }
}

/** The guest address that the harness's memory must be given as base so that the test's buffer lies at `buffer`. */
export const guestBaseFor = (buffer: bigint): bigint => buffer - BigInt(GUEST_BYTES / 3);
