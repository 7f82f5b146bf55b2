import { ByteWriter } from './bytes';
import { type Expr, Local } from './expr';
import { type FuncType, VAL_CODE, type ValType } from './types';

/** Where a branch goes: a block or loop that is open. */
export interface Label {
  readonly depth: number;
}

const LOADS = {
  i32: [0x28, 2, 'i32'],
  i64: [0x29, 3, 'i64'],
  f32: [0x2a, 2, 'f32'],
  f64: [0x2b, 3, 'f64'],
  i32_8s: [0x2c, 0, 'i32'],
  i32_8u: [0x2d, 0, 'i32'],
  i32_16s: [0x2e, 1, 'i32'],
  i32_16u: [0x2f, 1, 'i32'],
  i64_8s: [0x30, 0, 'i64'],
  i64_8u: [0x31, 0, 'i64'],
  i64_16s: [0x32, 1, 'i64'],
  i64_16u: [0x33, 1, 'i64'],
  i64_32s: [0x34, 2, 'i64'],
  i64_32u: [0x35, 2, 'i64'],
} as const;
const STORES = {
  i32: [0x36, 2, 'i32'],
  i64: [0x37, 3, 'i64'],
  f32: [0x38, 2, 'f32'],
  f64: [0x39, 3, 'f64'],
  i32_8: [0x3a, 0, 'i32'],
  i32_16: [0x3b, 1, 'i32'],
  i64_8: [0x3c, 0, 'i64'],
  i64_16: [0x3d, 1, 'i64'],
  i64_32: [0x3e, 2, 'i64'],
} as const;
/** Loads of vectors (prefix 0xfd): whole, or so many low bits of which the rest is cleared. */
const VECTOR_LOADS = { v128: [0x00, 4], v128_32z: [0x5c, 2], v128_64z: [0x5d, 3] } as const;
type VectorLoadKind = keyof typeof VECTOR_LOADS;
export type LoadKind = keyof typeof LOADS | VectorLoadKind;
export type StoreKind = keyof typeof STORES | 'v128';

/** What a load gives. */
export const loadedType = (kind: LoadKind): ValType => (kind in VECTOR_LOADS ? 'v128' : LOADS[kind as keyof typeof LOADS][2]);

const EMPTY_BLOCK = 0x40;

/** What a condition is likely to be: that of the `if` at an offset. */
export interface BranchHint {
  offset: number;
  likely: boolean;
}

/**
 * One function under construction. Statements are appended in program order; values are {@link Expr} trees.
 * `aligned: false` accesses promise nothing about alignment (guest memory), others are naturally aligned.
 */
export class FunctionBuilder {
  private readonly code = new ByteWriter();
  private readonly locals: ValType[] = [];
  private depth = 0;
  /** Locals to take again, by type, and those that the innermost {@link temporaries} has to give back. */
  private readonly free = new Map<ValType, Local[]>();
  private borrowed: Local[] | undefined;
  readonly params: readonly Local[];
  /** Branch hints: offsets in the code, without the locals ahead of it. */
  private readonly hints: BranchHint[] = [];

  constructor(readonly type: FuncType) {
    this.params = type.params.map((param, index) => new Local(param, index));
  }

  param(index: number): Expr {
    return this.params[index]!.value;
  }

  local(type: ValType): Local {
    const local = (this.borrowed && this.free.get(type)?.pop()) ?? this.newLocal(type);
    this.borrowed?.push(local);
    return local;
  }
  /** A local that {@link temporaries} does not take back. */
  lasting(type: ValType): Local {
    return this.newLocal(type);
  }
  private newLocal(type: ValType): Local {
    this.locals.push(type);
    return new Local(type, this.params.length + this.locals.length - 1);
  }

  /**
   * The locals that `body` makes are used again for others when it has ended: nothing may refer to them then. Baseline compilers clear every
   * local at each entry, so a long function should have few.
   */
  temporaries(body: () => void): void {
    const outer = this.borrowed;
    this.borrowed = [];
    body();
    for (const local of this.borrowed) {
      const free = this.free.get(local.type);
      if (free) free.push(local);
      else this.free.set(local.type, [local]);
    }
    this.borrowed = outer;
  }

  get(local: Local): Expr {
    return local.value;
  }

  set(local: Local, value: Expr): void {
    if (local.type !== value.type) throw new Error(`local.set of ${value.type} into a local of type ${local.type}`);
    value.emit(this.code);
    this.code.u8(0x21);
    this.code.u32(local.index);
  }

  /** Computes `value` now and binds it to a new local. Constants and locals are returned as they are. */
  let(value: Expr): Expr {
    if (value.constant !== undefined || value.isLocal) return value;
    const local = this.local(value.type);
    this.set(local, value);
    return local.value;
  }

  /** Like {@link let}, but always a copy of its own: for parameters and locals that will be assigned again. */
  snapshot(value: Expr): Expr {
    const local = this.local(value.type);
    this.set(local, value);
    return local.value;
  }

  load(kind: LoadKind, address: Expr, offset = 0, aligned = true): Expr {
    const isVector = kind in VECTOR_LOADS;
    const [opcode, align] = isVector ? VECTOR_LOADS[kind as VectorLoadKind] : LOADS[kind as keyof typeof LOADS];
    const type = loadedType(kind);
    address.emit(this.code);
    if (isVector) this.code.u8(0xfd);
    this.code.u8(opcode);
    this.code.u32(aligned ? align : 0);
    this.code.u32(offset);
    const local = this.local(type);
    this.code.u8(0x21);
    this.code.u32(local.index);
    return local.value;
  }

  store(kind: StoreKind, address: Expr, value: Expr, offset = 0, aligned = true): void {
    const [opcode, align, type] = kind === 'v128' ? ([0x0b, 4, 'v128'] as const) : STORES[kind];
    if (value.type !== type) throw new Error(`store of ${value.type} where ${kind} needs ${type}`);
    address.emit(this.code);
    value.emit(this.code);
    if (kind === 'v128') this.code.u8(0xfd);
    this.code.u8(opcode);
    this.code.u32(aligned ? align : 0);
    this.code.u32(offset);
  }

  /** `memory.fill(address, byte, length)` */
  fill(address: Expr, byte: Expr, length: Expr): void {
    for (const arg of [address, byte, length]) arg.emit(this.code);
    this.code.bytes([0xfc, 11, 0]);
  }

  /** `memory.copy(to, from, length)`: the ranges may overlap. */
  copy(to: Expr, from: Expr, length: Expr): void {
    for (const arg of [to, from, length]) arg.emit(this.code);
    this.code.bytes([0xfc, 10, 0, 0]);
  }

  /** `likely`: what engines that read branch hints are told of the condition. */
  if(condition: Expr, then: () => void, otherwise?: () => void, likely?: boolean): void {
    if (typeof condition.constant === 'number') {
      if (condition.constant) then();
      else otherwise?.();
      return;
    }
    condition.emit(this.code);
    if (likely !== undefined) this.hints.push({ offset: this.code.length, likely });
    this.code.u8(0x04);
    this.code.u8(EMPTY_BLOCK);
    this.depth++;
    then();
    if (otherwise) {
      this.code.u8(0x05);
      otherwise();
    }
    this.depth--;
    this.code.u8(0x0b);
  }

  private structured(opcode: number, body: (label: Label) => void): void {
    this.code.u8(opcode);
    this.code.u8(EMPTY_BLOCK);
    this.depth++;
    body({ depth: this.depth });
    this.depth--;
    this.code.u8(0x0b);
  }

  /** Branches to the label leave the block. */
  block(body: (label: Label) => void): void {
    this.structured(0x02, body);
  }

  /** Branches to the label start the loop again. */
  loop(body: (label: Label) => void): void {
    this.structured(0x03, body);
  }

  br(label: Label): void {
    this.code.u8(0x0c);
    this.code.u32(this.depth - label.depth);
  }

  brIf(label: Label, condition: Expr): void {
    condition.emit(this.code);
    this.code.u8(0x0d);
    this.code.u32(this.depth - label.depth);
  }

  /** Branches to the label of this number, or to `otherwise` if there are fewer (i32, unsigned). */
  brTable(index: Expr, labels: readonly Label[], otherwise: Label): void {
    index.emit(this.code);
    this.code.u8(0x0e);
    this.code.u32(labels.length);
    for (const label of [...labels, otherwise]) this.code.u32(this.depth - label.depth);
  }

  return(value?: Expr): void {
    value?.emit(this.code);
    this.code.u8(0x0f);
  }

  unreachable(): void {
    this.code.u8(0x00);
  }

  /** A call whose result (if its type has one) is bound to a local. */
  call(callee: { index: number; type: FuncType }, ...args: Expr[]): Expr | undefined {
    this.pushArguments(callee.type, args);
    this.code.u8(0x10);
    this.code.u32(callee.index);
    const result = callee.type.results[0];
    if (!result) return undefined;
    const local = this.local(result);
    this.code.u8(0x21);
    this.code.u32(local.index);
    return local.value;
  }

  /** `return_call`: replaces this frame. */
  tailCall(callee: { index: number; type: FuncType }, ...args: Expr[]): void {
    this.pushArguments(callee.type, args);
    this.code.u8(0x12);
    this.code.u32(callee.index);
  }

  /** `return_call_indirect` through table 0. */
  tailCallIndirect(typeIndex: number, target: Expr, ...args: Expr[]): void {
    for (const arg of args) arg.emit(this.code);
    target.emit(this.code);
    this.code.u8(0x13);
    this.code.u32(typeIndex);
    this.code.u32(0);
  }

  private pushArguments(type: FuncType, args: Expr[]): void {
    if (args.length !== type.params.length || args.some((arg, i) => arg.type !== type.params[i])) {
      throw new Error(`call takes (${type.params.join(', ')}), not (${args.map((arg) => arg.type).join(', ')})`);
    }
    for (const arg of args) arg.emit(this.code);
  }

  /** Nobody wants the code: what it was written to is used again. */
  discard(): void {
    this.code.release();
  }

  /**
   * Ends the function: writes its body as the code section wants it, length, local declarations (runs of equal types) and instructions, and gives back
   * the buffer it was built in. Returns its branch hints, with offsets in the body (branch hinting proposal, section `metadata.code.branch_hint`).
   */
  end(to: ByteWriter): readonly BranchHint[] {
    if (this.depth !== 0) throw new Error('a block of the function is still open');
    const runs: [count: number, type: ValType][] = [];
    for (const type of this.locals) {
      const last = runs.at(-1);
      if (last?.[1] === type) last[0]++;
      else runs.push([1, type]);
    }
    const declarations = new ByteWriter();
    declarations.u32(runs.length);
    for (const [count, type] of runs) {
      declarations.u32(count);
      declarations.u8(VAL_CODE[type]);
    }
    const { code } = this;
    const { length } = declarations;
    code.u8(0x0b);
    to.u32(length + code.length);
    to.bytes(declarations.finish());
    to.bytes(code.finish());
    declarations.release();
    code.release();
    return this.hints.map(({ offset, likely }) => ({ offset: length + offset, likely }));
  }
}
