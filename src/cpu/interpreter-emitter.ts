import { type Reg, SERVICE } from '../isa/emitter';
import { type Expr, type FunctionBuilder, type FunctionRef, i32 } from '../wasm';
import type { Transfer } from './control-transfer';
import { BaseEmitter, type Place, type SharedFunctions } from './emitter-base';
import { CPU, RECORD } from './layout';

/** Makes the code of interpreter handlers: operands come from the record at run time. */
export class InterpreterEmitter extends BaseEmitter {
  constructor(
    f: FunctionBuilder,
    shared: SharedFunctions,
    /** TypeScript's services, and the slow way of a memory access. */
    private readonly services: { service: FunctionRef; slowAccess: FunctionRef },
    private readonly transfer: Transfer,
    protected readonly nearBranch: boolean,
  ) {
    super(f, shared);
  }

  protected get rec(): Expr {
    return this.f.param(1);
  }
  byte(reg: Reg): Expr {
    return this.f.load('i32_8u', this.rec, reg.byte);
  }
  protected general(reg: Reg): Place {
    return { address: i32.add(this.cpu, i32.shl(this.byte(reg), i32.const(3))), offset: CPU.X };
  }
  protected vector(reg: Reg, plus: number): Place {
    const number = this.byte(reg);
    const wrapped = plus ? i32.and(i32.add(number, i32.const(plus)), i32.const(31)) : number;
    return { address: i32.add(this.cpu, i32.shl(wrapped, i32.const(4))), offset: CPU.V };
  }
  protected branchOffset32(): Expr {
    return this.f.load('i32', this.rec, RECORD.IMM);
  }
  protected branchOffset64(): Expr {
    return this.f.load('i64', this.rec, RECORD.IMM);
  }

  private callService(code: number, by = this.services.service): void {
    const charge = this.f.call(by, this.cpu, this.rec, this.acc, i32.const(code))!;
    this.if(i32.ltS(charge, i32.const(0)), () => this.f.return());
    this.f.set(this.f.params[2]!, i32.add(this.acc, charge));
  }
  service(code: number): void {
    this.callService(code);
  }
  checkFp(): void {
    this.if(this.f.load('i32', this.cpu, CPU.FP_TRAP), () => this.callService(SERVICE.FP_TRAP));
  }

  private slow(code: number, address: Expr, unprivileged: boolean): void {
    this.f.store('i64', this.cpu, address, CPU.SLOW_VA);
    this.callService(code | (unprivileged ? SERVICE.UNPRIVILEGED : 0), this.services.slowAccess);
  }
  protected misaligned(address: Expr, isStore: boolean): void {
    this.f.store('i64', this.cpu, address, CPU.SLOW_VA);
    this.callService(isStore ? SERVICE.ALIGNMENT_STORE : SERVICE.ALIGNMENT);
  }
  protected loadMiss(address: Expr, bytes: number, unprivileged: boolean, setHost: (host: Expr) => void): void {
    this.slow(SERVICE.LOAD | bytes, address, unprivileged);
    setHost(i32.add(this.cpu, i32.const(CPU.SCRATCH)));
  }
  protected storeMiss(address: Expr, bytes: number, unprivileged: boolean, store: (host: Expr, offset: number) => void): void {
    store(this.cpu, CPU.SCRATCH);
    this.slow(SERVICE.STORE | bytes, address, unprivileged);
  }

  next(): void {
    const handler = this.f.load('i32_16u', this.rec, RECORD.SIZE + RECORD.HANDLER);
    this.f.tailCallIndirect(this.shared.handlerType, handler, this.cpu, i32.add(this.rec, i32.const(RECORD.SIZE)), this.acc);
  }

  protected arrive(record: Expr, acc: Expr): void {
    this.transfer.arrive(this.f, record, acc);
  }

  /** Operands of the instruction at hand. */
  operands() {
    const reg = (byte: number): Reg => ({ byte, slot: undefined });
    const { f, rec } = this;
    return {
      d: reg(RECORD.D),
      n: reg(RECORD.N),
      m: reg(RECORD.M),
      a: reg(RECORD.A),
      immReg: reg(RECORD.IMM),
      immHiReg: reg(RECORD.IMM + 4),
      get imm(): Expr {
        return f.load('i64', rec, RECORD.IMM);
      },
      get imm32(): Expr {
        return f.load('i32', rec, RECORD.IMM);
      },
      get immHi(): Expr {
        return f.load('i32', rec, RECORD.IMM + 4);
      },
    };
  }
}
