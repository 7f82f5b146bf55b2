import type { ByteWriter } from './bytes';
import type { ValType } from './types';

/**
 * A pure expression: a tree of WebAssembly operations over locals that are assigned once, and constants. Because it is pure it may be
 * used twice (it is then computed twice; bind it with FunctionBuilder.let to compute it once). Loads and calls are not expressions of this kind:
 * FunctionBuilder makes them and binds their result to a local at once, so that program order is the order of the calls that built it.
 */
export class Expr {
  constructor(
    readonly type: ValType,
    /** Opcode bytes, then whatever immediates they need, already encoded. */
    readonly code: readonly number[],
    readonly args: readonly Expr[] = [],
    /** The value, if this is a constant (i32 as signed number, i64 as signed bigint). */
    readonly constant?: number | bigint,
    private readonly writeImmediate?: (to: ByteWriter) => void,
  ) {}

  emit(to: ByteWriter): void {
    for (const arg of this.args) arg.emit(to);
    for (const byte of this.code) to.u8(byte);
    this.writeImmediate?.(to);
  }
}

/** A local variable of a function under construction. */
export class Local {
  constructor(
    readonly type: ValType,
    readonly index: number,
  ) {}
}

export const getLocal = (local: Local): Expr => new Expr(local.type, [0x20], [], undefined, (to) => to.u32(local.index));
