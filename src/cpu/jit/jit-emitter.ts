import type { Reg } from '../../isa/emitter';
import type { Decoded, Operands } from '../../isa/row';
import { type Expr, type FunctionBuilder, i32, i64, type Local } from '../../wasm';
import { BaseEmitter, FLAG_PLACE, FLAG_TYPE, type Place, type SharedFunctions } from '../emitter-base';
import { FLAGS, type Flag, type Nzcv } from '../flags';
import { CPU, RECORD, SLOT } from '../layout';

/**
 * Makes the code of a compiled block from the same meanings as the interpreter: operands are constants, general registers and flags live in
 * Wasm locals and go back to memory at every way out. Whatever needs TypeScript (TLB misses, devices, system registers, exceptions) leaves
 * the block before the instruction and lets the interpreter's handler do it.
 */
export class JitEmitter extends BaseEmitter {
  /** The instruction at hand; set by {@link at}. */
  private position = 0;
  private decoded: Decoded = {};
  protected nearBranch = false;
  private readonly slots = new Map<number, Local>();
  private readonly flags = new Map<Flag, Local>();
  private readonly dirty = new Set<number | Flag>();
  private fpChecked = false;
  /** SP has not been written since its alignment was checked. */
  private spChecked = false;

  /** `use`: the slots and flags of the whole block, found by a first pass: they are loaded at the block's entry. */
  constructor(
    f: FunctionBuilder,
    shared: SharedFunctions,
    private readonly use: BlockUse,
  ) {
    super(f, shared);
    for (const slot of use.loaded) {
      const local = f.local('i64');
      if (slot === SLOT.ZERO) f.set(local, i64.const(0));
      else if (slot !== SLOT.SINK) f.set(local, f.load('i64', this.cpu, CPU.X + slot * 8));
      this.slots.set(slot, local);
    }
    for (const flag of use.flagsLoaded) {
      const local = f.local(FLAG_TYPE[flag]);
      f.set(local, f.load(FLAG_TYPE[flag], this.cpu, FLAG_PLACE[flag]));
      this.flags.set(flag, local);
    }
  }

  /** Turns to the instruction `position` instructions from the block's entry, whose record the code is called with. */
  at(position: number, decoded: Decoded, nearBranch: boolean): Operands {
    this.position = position;
    this.decoded = decoded;
    this.nearBranch = nearBranch;
    const { d = 0, n = 0, m = 0, a = 0, imm = 0 } = decoded;
    const reg = (slot: number): Reg => ({ byte: 0, slot });
    const value = BigInt.asUintN(64, BigInt(imm));
    return {
      d: reg(d),
      n: reg(n),
      m: reg(m),
      a: reg(a),
      immReg: reg(Number(value & 0xffn)),
      immHiReg: reg(Number((value >> 32n) & 0xffn)),
      imm: i64.const(value),
      imm32: i32.const(Number(BigInt.asIntN(32, value))),
      immHi: i32.const(Number(BigInt.asIntN(32, value >> 32n))),
    };
  }

  private recordAt(position: number): Expr {
    return position ? i32.add(this.f.param(1), i32.const(position * RECORD.SIZE)) : this.f.param(1);
  }
  protected get rec(): Expr {
    return this.recordAt(this.position);
  }
  byte(reg: Reg): Expr {
    return i32.const(reg.slot!);
  }
  protected general(): Place {
    throw new Error('a compiled block keeps general registers in locals');
  }
  protected vector(reg: Reg, plus: number): Place {
    return { address: this.cpu, offset: CPU.V + ((reg.slot! + plus) & 31) * 16 };
  }
  protected branchOffset32(): Expr {
    return i32.const(Number(this.decoded.imm));
  }
  protected branchOffset64(): Expr {
    return i64.const(BigInt(this.decoded.imm!));
  }

  private slotLocal(slot: number): Local {
    this.use.loaded.add(slot);
    let local = this.slots.get(slot);
    if (!local) {
      local = this.f.local('i64');
      this.slots.set(slot, local);
    }
    return local;
  }
  private readSlot(slot: number): Expr {
    return slot === SLOT.ZERO ? i64.const(0) : this.f.snapshot(this.f.get(this.slotLocal(slot)));
  }
  private writeSlot(slot: number, value: Expr): void {
    if (slot === SLOT.SINK) return;
    if (slot === SLOT.SP) this.spChecked = false;
    this.f.set(this.slotLocal(slot), value);
    this.dirty.add(slot);
  }

  override x(reg: Reg): Expr {
    return this.readSlot(reg.slot!);
  }
  override w(reg: Reg): Expr {
    return this.f.let(i32.wrap(this.readSlot(reg.slot!)));
  }
  override base(reg: Reg): Expr {
    if (reg.slot !== SLOT.SP) return this.x(reg);
    if (this.spChecked) return this.x(reg);
    this.spChecked = true;
    return super.base(reg, 1);
  }
  override setX(reg: Reg, value: Expr): void {
    this.writeSlot(reg.slot!, value);
  }

  private flagLocal(flag: Flag): Local {
    this.use.flagsLoaded.add(flag);
    let local = this.flags.get(flag);
    if (!local) {
      local = this.f.local(FLAG_TYPE[flag]);
      this.flags.set(flag, local);
    }
    return local;
  }
  protected override setFlags(flags: Nzcv): void {
    // All are computed before any is set: they may depend on the old ones.
    const values = FLAGS.map((flag) => this.let(flags[flag]));
    FLAGS.forEach((flag, i) => {
      this.f.set(this.flagLocal(flag), values[i]!);
      this.dirty.add(flag);
    });
  }
  protected override flag(name: Flag): Expr {
    return this.f.snapshot(this.f.get(this.flagLocal(name)));
  }

  protected override leaving(retired: 0 | 1): void {
    const { f, cpu } = this;
    for (const [slot, local] of this.slots) {
      if (this.dirty.has(slot)) f.store('i64', cpu, f.get(local), CPU.X + slot * 8);
    }
    for (const [flag, local] of this.flags) {
      if (this.dirty.has(flag)) f.store(FLAG_TYPE[flag], cpu, f.get(local), FLAG_PLACE[flag]);
    }
    const count = this.position + retired;
    if (count) f.store('i32', cpu, i32.add(f.load('i32', cpu, CPU.COMPILED), i32.const(count)), CPU.COMPILED);
  }

  /** Leaves before the instruction at hand: its own interpreter handler runs it. */
  private toInterpreter(): void {
    this.leaving(0);
    const { f, rec } = this;
    f.tailCallIndirect(this.shared.handlerType, f.load('i32_16u', rec, RECORD.ORIGINAL), this.cpu, rec, this.acc);
  }
  service(): void {
    this.toInterpreter();
  }
  protected misaligned(): void {
    this.toInterpreter();
  }
  protected loadMiss(): void {
    this.toInterpreter();
  }
  protected storeMiss(): void {
    this.toInterpreter();
  }
  checkFp(): void {
    if (this.fpChecked) return;
    this.fpChecked = true;
    this.if(this.f.load('i32', this.cpu, CPU.FP_TRAP), () => this.toInterpreter());
  }

  next(): void {
    this.leaving(1);
    this.dispatch(this.let(this.recordAt(this.position + 1)), this.acc);
  }
}

/** Which slots and flags a block touches. */
export interface BlockUse {
  loaded: Set<number>;
  flagsLoaded: Set<Flag>;
}
