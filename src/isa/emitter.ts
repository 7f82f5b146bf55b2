import type { Expr, LoadKind, StoreKind } from '../wasm';

/** A register operand: a slot number known now (JIT) or a byte of the record (interpreter). Only emitters look inside. */
export interface Reg {
  readonly byte: number;
  readonly slot: number | undefined;
}

/** Services of TypeScript that a meaning may ask for. The record's immediate usually carries the instruction word. */
export const SERVICE = {
  /** Memory accesses that missed the TLB: LOAD + size, STORE + size (bytes), bit 8 set when unprivileged. Address in SLOW_VA, data in SCRATCH. */
  LOAD: 0x1000,
  STORE: 0x2000,
  UNPRIVILEGED: 0x100,
  UNDEFINED: 1,
  SVC: 2,
  HVC: 3,
  SMC: 4,
  BRK: 5,
  HLT: 6,
  ERET: 7,
  WFI: 8,
  WFE: 9,
  SEV: 10,
  /** MRS, MSR, SYS, SYSL with a register: imm is the instruction word. */
  SYSREG: 11,
  MSR_IMMEDIATE: 12,
  FP_TRAP: 13,
  /** DC ZVA at EL0 while SCTLR_EL1.DZE forbids it, and the like. */
  SYS_TRAP: 14,
  /** An access that must be aligned is not: address in SLOW_VA; the second for stores. */
  ALIGNMENT: 15,
  ALIGNMENT_STORE: 17,
  YIELD: 16,
  /** The base of an access is SP, which is not a multiple of 16. */
  SP_ALIGNMENT: 18,
  /** WFET and WFIT: the register with the time is the record's `n`. */
  WFET: 19,
  WFIT: 20,
  /** ERET to the address in CPU_STATE.RETURN_ADDRESS. */
  ERET_AUTHENTICATED: 21,
  /** A piece of CPYM, CPYE, SETM or SETE: see {@link Emitter.moveMemory}. The record's immediate is the instruction word. */
  MOVE_MEMORY: 22,
  /** The same on registers that no prologue of this CPU has left. */
  MOVE_MISMATCH: 23,
} as const;

/** A scalar, or lanes. */
export type FloatType = 'f32' | 'f64' | 'f32x4' | 'f64x2';

/**
 * An operation whose result decides PSTATE.N, Z, C and V (Arm ARM, AddWithCarry()). Operands and result have the width of `sf` and stay as
 * they are: constants, or bound by {@link Emitter.let}.
 */
export type FlagSource =
  /** N and Z of the result; C and V are cleared. */
  | { readonly op: 'logical'; readonly sf: number; readonly result: Expr }
  /** a + b, a - b, a + b + PSTATE.C: SBC adds the inverse of its second operand. */
  | { readonly op: 'add' | 'sub' | 'adc'; readonly sf: number; readonly a: Expr; readonly b: Expr; readonly result: Expr }
  /** A comparison of singles (`sf` 0) or doubles (pseudocode FPCompare). */
  | { readonly op: 'fcmp'; readonly sf: number; readonly a: Expr; readonly b: Expr };

/** A piece of memory that is copied or set, inside one page at each end. */
export interface MemoryMove {
  /** Lowest addresses (i64). Without `from`, the low byte of `value` (i64) is stored. */
  readonly to: Expr;
  readonly from?: Expr;
  readonly value?: Expr;
  /** Bytes, 1 to 4096 (i64). */
  readonly size: Expr;
  readonly readUnprivileged: boolean;
  readonly writeUnprivileged: boolean;
}

/**
 * What meanings are written over. An emitter for the interpreter makes code that fetches operands from the decoded record;
 * an emitter for the JIT knows them. All values are Wasm expressions; see ../wasm.
 */
export interface Emitter {
  /** Binds a value to a local: needed when it is used more than once or must be read before something is written. */
  let(value: Expr): Expr;
  /** `rare`: the condition hardly ever holds. */
  if(condition: Expr, then: () => void, otherwise?: () => void, rare?: 'rare'): void;
  /** The value of the way taken: of `then` if the condition holds. A value as `otherwise` is computed before the condition is looked at. */
  choose(condition: Expr, then: () => Expr, otherwise: Expr | (() => Expr), rare?: 'rare'): Expr;

  /** General registers: 64 bits, or the low 32 bits; writing 32 bits clears the upper half. */
  x(reg: Reg): Expr;
  w(reg: Reg): Expr;
  /**
   * The base register of a load or store, read after the check of SP's alignment (pseudocode CheckSPAlignment) if it is SP. `isSp`: 1 or 0 if
   * the shape says so; without it the handler finds out.
   */
  base(reg: Reg, isSp?: number): Expr;
  setX(reg: Reg, value: Expr): void;
  setW(reg: Reg, value: Expr): void;
  /** The register number itself as i32: small immediates travel in register bytes. */
  byte(reg: Reg): Expr;

  /** Vector register `reg + plus` (modulo 32), whole or its low part (`i32_8u`, `i32_16u`, `i32`, `i64`, `f32`, `f64`). */
  v(reg: Reg, plus?: number): Expr;
  vLow(kind: LoadKind, reg: Reg, plus?: number): Expr;
  setV(reg: Reg, value: Expr, plus?: number): void;
  /** Writes the low part and clears the rest of the register. */
  setVLow(value: Expr, kind: StoreKind, reg: Reg, plus?: number): void;

  /** PSTATE.N, Z, C and V of an operation's result: an engine may put off computing them until they are asked for. */
  setFlagsOf(source: FlagSource): void;
  /** N, Z, C, V packed in bits 31..28 of an i32. */
  setNzcv(packed: Expr): void;
  nzcv(): Expr;
  carry(): Expr;
  /** 1 if the condition (0..15, a constant) holds, else 0. */
  condition(code: number): Expr;

  /** Guest memory at a virtual address (i64). A fault abandons the instruction: write no state before the last access that may fault. */
  load(kind: LoadKind, address: Expr, unprivileged?: boolean): Expr;
  store(kind: StoreKind, address: Expr, value: Expr, unprivileged?: boolean): void;

  /**
   * Copies or sets a piece of memory and charges what that costs. Returns how many bytes are done (i64): all, or from the end on that goes first as many as there are before a
   * watchpoint, or one of a device. A fault abandons the instruction.
   */
  moveMemory(move: MemoryMove): Expr;

  /**
   * Takes an alignment fault unless `address` is a multiple of `bytes`, or may be none (pseudocode AArch64.UnalignedAccessFaults): `kind` is
   * `atomic` for exclusives and atomics, `ordered` for acquire and release alone.
   */
  checkAligned(address: Expr, bytes: number, isStore: boolean, kind: 'atomic' | 'ordered'): void;

  /** Address of this instruction (i64). */
  pc(): Expr;
  /** Continues at pc + the record's immediate (a direct branch). Nothing after it runs. */
  branch(): void;
  /** Continues at a virtual address (i64). `btype`: what an indirect branch leaves in BTYPE_NEXT (i32, see cpu-state.ts); none: PSTATE.BTYPE is 0. */
  jump(target: Expr, btype?: Expr): void;

  /** Fields of the vCPU's state, by their offsets in cpu-state.ts. */
  get(kind: LoadKind, offset: number): Expr;
  put(kind: StoreKind, offset: number, value: Expr): void;
  /** A system register that is plain storage, by its place (i32) in the vCPU's state, which the decoder found. */
  sysreg(place: Expr): Expr;
  setSysreg(place: Expr, value: Expr): void;
  /** A table of tables.ts at a constant address. */
  table(kind: LoadKind, address: number, index: Expr): Expr;

  /** Calls TypeScript; if it changed the flow (exception, context) this instruction ends there, else the meaning goes on. */
  service(code: number): void;
  /** Leaves to TypeScript after this instruction, so that interrupts are looked at. Nothing after it runs. */
  leaveAfter(): void;
  /** Calls a helper of helpers/ and binds its result. The address of the vCPU's state is passed ahead of the arguments. */
  helper(name: string, ...args: Expr[]): Expr;
  /** a + n * m with one rounding, to nearest, on a scalar or on lanes, if the host has that: NaN results have any NaN's bits. */
  fusedMultiplyAdd(type: FloatType, a: Expr, n: Expr, m: Expr): Expr | undefined;
  /** 1 if rounding is plain, else 0: see pseudocode/fp-ordinary.ts. */
  roundsPlainly(): Expr;
  /** 1 if what Wasm's arithmetic made, a scalar or the low 64 or 128 bits of a vector, is right as it is; 0 if it has to be looked at. */
  isOrdinary(type: FloatType, value: Expr, bits?: number): Expr;
  /** Traps if CPACR_EL1 disables floating point and vectors. First thing in their meanings. */
  checkFp(): void;
}
