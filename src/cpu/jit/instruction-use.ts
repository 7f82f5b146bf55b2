import type { FlagSource, FloatType, Reg } from '../../isa/emitter';
import { HELPERS } from '../../isa/helpers/index';
import type { Operands } from '../../isa/row';
import {
  type Expr,
  FunctionBuilder,
  i32,
  i64,
  type LoadKind,
  type Local,
  loadedType,
  type StoreKind,
  type ValType,
} from '../../wasm';
import { HANDLER_TYPE } from '../abi';
import type { Instruction } from '../decoder';
import { ACCESS_BYTES, BaseEmitter, type Place, type SharedFunctions } from '../emitter-base';
import type { Flag, Nzcv } from '../flags';
import { SLOT } from '../layout';
import { FLAGS_IN, type FlagsIn, flagsInOf } from './lazy-flags';
import { KnownOperands } from './operands';

/** What an instruction touches. Registers are bits: X0 … X30 and SP, V0 … V31. */
export interface Use {
  readonly operands: Operands;
  x: number;
  xWritten: number;
  v: number;
  vWritten: number;
  /** It depends on the flags that were before it. */
  readsFlags: boolean;
  /** Where it leaves the flags, if it sets them. */
  flags: FlagsIn | undefined;
  /** It accesses memory through the TLB. */
  memory: boolean;
  unprivileged: boolean;
  /** It depends on where it is. */
  pc: boolean;
  /** What it compares results of Wasm's arithmetic with: bits by {@link BOUNDS}. */
  bounds: number;
  /** Its accesses, but for those that it makes on a condition, in their order. */
  readonly accesses: readonly Access[];
  /** Registers that it writes with another's value, as that was before, and a constant. */
  readonly affine: readonly { readonly to: number; readonly from: number; readonly offset: number }[];
}

/** Kinds of bounds that results of arithmetic are compared with (pseudocode/fp-ordinary.ts), by their bits in {@link Use.bounds}. */
export const BOUNDS: readonly FloatType[] = ['f32', 'f64', 'f32x4', 'f64x2'];

/** An access through the TLB. */
export interface Access {
  /** Its address is that of a register, as it was before the instruction, plus so many bytes: undefined if it is made in another way. */
  readonly slot: number | undefined;
  readonly offset: number;
  readonly bytes: number;
  readonly isStore: boolean;
}

/** Offsets that are worth while: further away than a page nothing is near. */
const FARTHEST = 4096n;

/** Finds out what an instruction touches: its meaning is carried out, the code goes nowhere. */
class UseEmitter extends BaseEmitter {
  private readonly use: Omit<Use, 'accesses' | 'affine'>;
  protected readonly nearBranch = false;
  private conditional = 0;
  private readonly anything = new Map<string, Local>();
  private readonly accesses: Access[] = [];
  private readonly affine = new Map<number, { to: number; from: number; offset: number }>();
  /** Locals that stand for the registers as they were before the instruction. */
  private readonly before = new Map<Expr, number>();
  private readonly registers = new Map<number, Expr>();

  constructor(
    f: FunctionBuilder,
    shared: SharedFunctions,
    private readonly instruction: Instruction,
  ) {
    super(f, shared);
    this.use = {
      operands: new KnownOperands(instruction.decoded),
      x: 0,
      xWritten: 0,
      v: 0,
      vWritten: 0,
      readsFlags: false,
      flags: undefined,
      memory: false,
      unprivileged: false,
      pc: false,
      bounds: 0,
    };
  }

  private any(type: ValType): Expr {
    let local = this.anything.get(type);
    if (!local) {
      local = this.f.local(type);
      this.anything.set(type, local);
    }
    return this.f.get(local);
  }

  protected get rec(): Expr {
    return this.f.param(1);
  }
  byte(reg: Reg): Expr {
    return i32.const(reg.slot!);
  }
  protected general(): Place {
    return { address: this.cpu, offset: 0 };
  }
  protected vector(): Place {
    return { address: this.cpu, offset: 0 };
  }
  protected branchOffset32(): Expr {
    return i32.const(0);
  }
  protected branchOffset64(): Expr {
    return i64.const(0);
  }
  override x(reg: Reg): Expr {
    if (reg.slot! <= SLOT.SP) this.use.x |= 1 << reg.slot!;
    if (reg.slot === SLOT.ZERO) return i64.const(0);
    return (this.use.xWritten & (1 << reg.slot!)) !== 0 ? this.any('i64') : this.register(reg.slot!);
  }
  private register(slot: number): Expr {
    let value = this.registers.get(slot);
    if (!value) {
      value = this.f.get(this.f.local('i64'));
      this.registers.set(slot, value);
      this.before.set(value, slot);
    }
    return value;
  }
  /** A register, as it was before the instruction, and a constant; if the value is of that kind. */
  private affineOf(value: Expr): { from: number; offset: number } | undefined {
    let offset = 0n;
    for (let at = value; ; ) {
      const from = this.before.get(at);
      if (from !== undefined) return offset > -FARTHEST && offset < FARTHEST ? { from, offset: Number(offset) } : undefined;
      const sum = at.plusConstant;
      if (!sum) return undefined;
      offset += sum.constant;
      at = sum.value;
    }
  }
  private access(kind: LoadKind | StoreKind, address: Expr, unprivileged: boolean, isStore: boolean): void {
    this.use.memory = true;
    this.use.unprivileged ||= unprivileged;
    if (this.conditional) return;
    const affine = unprivileged ? undefined : this.affineOf(address);
    this.accesses.push({ slot: affine?.from, offset: affine?.offset ?? 0, bytes: ACCESS_BYTES[kind], isStore });
  }
  /** Values stay as they are: so it can be seen what an address is made of. */
  override let(value: Expr): Expr {
    return value;
  }
  override w(reg: Reg): Expr {
    return i32.wrap(this.x(reg));
  }
  override base(reg: Reg): Expr {
    return this.x(reg);
  }
  override setX(reg: Reg, value?: Expr): void {
    const slot = reg.slot!;
    if (slot > SLOT.SP) return;
    const affine = value && !this.conditional ? this.affineOf(value) : undefined;
    if (affine) this.affine.set(slot, { to: slot, ...affine });
    else this.affine.delete(slot);
    this.use.x |= 1 << slot;
    this.use.xWritten |= 1 << slot;
  }
  override setW(reg: Reg): void {
    this.setX(reg);
  }
  override vLow(kind: LoadKind, reg: Reg, plus = 0): Expr {
    this.use.v |= 1 << ((reg.slot! + plus) & 31);
    return this.any(loadedType(kind));
  }
  override setV(reg: Reg, _value: Expr, plus = 0): void {
    const bit = 1 << ((reg.slot! + plus) & 31);
    this.use.v |= bit;
    this.use.vWritten |= bit;
  }
  override setVLow(value: Expr, _kind: StoreKind, reg: Reg, plus = 0): void {
    this.setV(reg, value, plus);
  }

  override if(condition: Expr, then: () => void, otherwise?: () => void, _rare?: 'rare'): void {
    this.conditional++;
    super.if(condition, then, otherwise);
    this.conditional--;
  }
  override setFlagsOf(source: FlagSource): void {
    this.use.flags = this.conditional ? FLAGS_IN.LOCALS : flagsInOf(source);
  }
  protected override setFlags(_flags: Nzcv): void {
    this.use.flags = FLAGS_IN.LOCALS;
  }
  protected override flag(name: Flag): Expr {
    // What an arm of a condition sets, another may need as it was: as if all were read.
    this.use.readsFlags ||= this.use.flags === undefined || this.conditional > 0;
    return this.any(name === 'c' ? 'i32' : 'i64');
  }

  override load(kind: LoadKind, address: Expr, unprivileged = false): Expr {
    this.access(kind, address, unprivileged, false);
    return this.any(loadedType(kind));
  }
  override store(kind: StoreKind, address: Expr, _value: Expr, unprivileged = false): void {
    this.access(kind, address, unprivileged, true);
  }
  protected loadMiss(): void {}
  protected storeMiss(): void {}
  protected misaligned(): void {}
  protected arrive(): void {}
  override pc(): Expr {
    this.use.pc = true;
    return this.any('i64');
  }
  override branch(): void {}
  override jump(): void {}
  override leaveAfter(): void {}
  protected override ordinaryBound(type: FloatType): Expr {
    this.use.bounds |= 1 << BOUNDS.indexOf(type);
    return this.any(type === 'f32' ? 'i32' : type === 'f64' ? 'i64' : 'v128');
  }
  override roundsPlainly(): Expr {
    return this.ordinaryBound('f32');
  }
  override fusedMultiplyAdd(type: FloatType): Expr {
    return this.any(type === 'f32' || type === 'f64' ? type : 'v128');
  }
  override helper(name: string): Expr {
    return this.any(HELPERS[name]!.type.results[0]!);
  }
  service(): void {}
  moveMemory(): Expr {
    return this.any('i64');
  }
  next(): void {}
  checkFp(): void {}

  find(): Use {
    const { row, fields } = this.instruction;
    row.meaning(this, this.use.operands, fields);
    this.f.discard();
    return { ...this.use, accesses: this.accesses, affine: [...this.affine.values()] };
  }
}

/** What instructions touch, found once for each. */
export class InstructionUses {
  private readonly known = new WeakMap<Instruction, Use>();
  constructor(private readonly shared: SharedFunctions) {}

  of(instruction: Instruction): Use {
    let use = this.known.get(instruction);
    if (!use) {
      use = new UseEmitter(new FunctionBuilder(HANDLER_TYPE), this.shared, instruction).find();
      this.known.set(instruction, use);
    }
    return use;
  }
}
