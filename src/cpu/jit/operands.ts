import type { Reg } from '../../isa/emitter';
import type { Decoded, Operands } from '../../isa/row';
import { i32, i64 } from '../../wasm';

/** The operands of an instruction that is known when code is made for it: constants. */
export function knownOperands({ d = 0, n = 0, m = 0, a = 0, imm = 0 }: Decoded): Operands {
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
