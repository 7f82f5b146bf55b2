import { type MemoryMove, type Reg, SERVICE } from '../isa/emitter';
import { type Expr, type FunctionBuilder, type FunctionRef, i32, i64 } from '../wasm';
import type { Transfer } from './control-transfer';
import { COST } from './cost';
import { BaseEmitter, type Place, type SharedFunctions } from './emitter-base';
import { CPU, RECORD, TLB } from './layout';
import { PAGE_BYTES } from './ram';

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

  moveMemory({ to, from, value, size, readUnprivileged, writeUnprivileged }: MemoryMove): Expr {
    const { f, cpu } = this;
    const source = from && this.probe(from, readUnprivileged ? CPU.DTLB_UNPRIV : CPU.DTLB, 0);
    const target = this.probe(to, writeUnprivileged ? CPU.DTLB_UNPRIV : CPU.DTLB, TLB.WRITE);
    const inPage = (distance: Expr): Expr => i64.leU(distance, i64.sub(i64.const(PAGE_BYTES), size));
    const done = f.local('i64');
    f.set(done, size);
    this.if(
      source ? i32.and(inPage(source.distance), inPage(target.distance)) : inPage(target.distance),
      () => {
        const host = i32.add(i32.wrap(to), f.load('i32', target.entry, TLB.WRITE + TLB.ADDEND));
        if (source) f.copy(host, i32.add(i32.wrap(from), f.load('i32', source.entry, TLB.ADDEND)), i32.wrap(size));
        else f.fill(host, i32.wrap(value!), i32.wrap(size));
      },
      () => {
        f.store('i64', cpu, to, CPU.SLOW_VA);
        f.store('i64', cpu, from ?? value!, CPU.SCRATCH);
        f.store('i64', cpu, size, CPU.SCRATCH + 8);
        this.callService(SERVICE.MOVE_MEMORY);
        f.set(done, f.load('i64', cpu, CPU.SCRATCH + 8));
      },
    );
    const charge = i32.shl(i32.wrap(i64.shrU(f.get(done), i64.const(COST.MOVED_SHIFT))), i32.const(4));
    f.set(f.params[2]!, i32.add(this.acc, charge));
    return f.get(done);
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
