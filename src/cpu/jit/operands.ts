import type { Reg } from '../../isa/emitter';
import type { Decoded, Operands } from '../../isa/row';
import { type Expr, i32, i64 } from '../../wasm';

/** Registers by slot. */
const REGISTERS: readonly Reg[] = Array.from({ length: 256 }, (_, slot) => ({ byte: 0, slot }));

/** The operands of an instruction that is known when code is made for it: constants. */
export class KnownOperands implements Operands {
  readonly d: Reg;
  readonly n: Reg;
  readonly m: Reg;
  readonly a: Reg;
  private readonly value: bigint;

  constructor({ d = 0, n = 0, m = 0, a = 0, imm = 0 }: Decoded) {
    this.d = REGISTERS[d]!;
    this.n = REGISTERS[n]!;
    this.m = REGISTERS[m]!;
    this.a = REGISTERS[a]!;
    this.value = BigInt.asUintN(64, BigInt(imm));
  }

  get immReg(): Reg {
    return REGISTERS[Number(this.value & 0xffn)]!;
  }
  get immHiReg(): Reg {
    return REGISTERS[Number((this.value >> 32n) & 0xffn)]!;
  }
  get imm(): Expr {
    return i64.const(this.value);
  }
  get imm32(): Expr {
    return i32.const(Number(BigInt.asIntN(32, this.value)));
  }
  get immHi(): Expr {
    return i32.const(Number(BigInt.asIntN(32, this.value >> 32n)));
  }
}
