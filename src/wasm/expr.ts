import type { ByteWriter } from './bytes';
import type { ValType } from './types';

const LOCAL_GET = 0x20;
const GLOBAL_GET = 0x23;
const I32_CONST = 0x41;
const I64_CONST = 0x42;
const I64_ADD = 0x7c;
const I64_SUB = 0x7d;

/**
 * A pure expression: a tree of WebAssembly operations over locals that are assigned once, and constants. Because it is pure it may be
 * used twice (it is then computed twice; bind it with FunctionBuilder.let to compute it once). Loads and calls are not expressions of this kind:
 * FunctionBuilder makes them and binds their result to a local at once, so that program order is the order of the calls that built it.
 *
 * Code is made of very many of these: each is one object of one shape, and none has a closure or an array unless its opcode is long.
 */
export class Expr {
  constructor(
    readonly type: ValType,
    /** Opcode: one byte, or several with whatever immediates they need, already encoded. */
    private readonly code: number | readonly number[],
    private readonly a?: Expr,
    private readonly b?: Expr,
    private readonly c?: Expr,
    /** The value, if this is a constant (i32 as signed number, i64 as signed bigint). */
    readonly constant?: number | bigint,
    /** Of a local, or a global. */
    private readonly index = 0,
  ) {}

  get isLocal(): boolean {
    return this.code === LOCAL_GET;
  }

  /** What this is if it is a 64-bit value to which a constant is added, or from which one is taken. */
  get plusConstant(): { value: Expr; constant: bigint } | undefined {
    const { code, a, b } = this;
    if ((code !== I64_ADD && code !== I64_SUB) || !a || typeof b?.constant !== 'bigint') return undefined;
    return { value: a, constant: code === I64_ADD ? b.constant : -b.constant };
  }

  emit(to: ByteWriter): void {
    const { code } = this;
    if (this.a) this.a.emit(to);
    if (this.b) this.b.emit(to);
    if (this.c) this.c.emit(to);
    if (typeof code !== 'number') {
      to.bytes(code);
      return;
    }
    to.u8(code);
    if (code === LOCAL_GET || code === GLOBAL_GET) to.u32(this.index);
    else if (code === I32_CONST) to.s32(this.constant as number);
    else if (code === I64_CONST) to.s64(this.constant as bigint);
  }
}

/** A local variable of a function under construction. */
export class Local {
  /** Its value. */
  readonly value: Expr;
  constructor(
    readonly type: ValType,
    readonly index: number,
  ) {
    this.value = new Expr(type, LOCAL_GET, undefined, undefined, undefined, undefined, index);
  }
}

/** The value of an immutable i32 that the module imports. */
export const globalValue = ({ global }: { readonly global: number }): Expr =>
  new Expr('i32', GLOBAL_GET, undefined, undefined, undefined, undefined, global);

/** Constants up to here are made once. */
const KNOWN = 1024;
const known32: Expr[] = [];
const known64: Expr[] = [];

export function const32(value: number): Expr {
  const signed = value | 0;
  if (signed < 0 || signed >= KNOWN) return new Expr('i32', I32_CONST, undefined, undefined, undefined, signed);
  known32[signed] ??= new Expr('i32', I32_CONST, undefined, undefined, undefined, signed);
  return known32[signed];
}

export function const64(value: bigint | number): Expr {
  if (typeof value === 'number' && value >= 0 && value < KNOWN) {
    known64[value] ??= new Expr('i64', I64_CONST, undefined, undefined, undefined, BigInt(value));
    return known64[value];
  }
  return new Expr('i64', I64_CONST, undefined, undefined, undefined, BigInt.asIntN(64, BigInt(value)));
}
