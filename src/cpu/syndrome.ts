/**
 * Exception syndromes: ESR_EL1's exception classes, and builders for the ISS field of each class we raise.
 * Source: Arm Architecture Reference Manual (DDI 0487), ESR_EL1. An ISS is an unsigned number of at most 25 bits.
 */

/** ESR_ELx.EC, with the manual's meaning. */
export const EC = {
  UNKNOWN: 0x00,
  WFX: 0x01,
  SVE_SIMD_FP: 0x07,
  BRANCH_TARGET: 0x0d,
  ILLEGAL_STATE: 0x0e,
  SVC64: 0x15,
  HVC64: 0x16,
  SMC64: 0x17,
  SYSTEM: 0x18,
  INSTRUCTION_ABORT_LOWER: 0x20,
  INSTRUCTION_ABORT_SAME: 0x21,
  PC_ALIGNMENT: 0x22,
  DATA_ABORT_LOWER: 0x24,
  DATA_ABORT_SAME: 0x25,
  SP_ALIGNMENT: 0x26,
  MEMORY_OPERATION: 0x27,
  SERROR: 0x2f,
  BREAKPOINT_LOWER: 0x30,
  BREAKPOINT_SAME: 0x31,
  SOFTWARE_STEP_LOWER: 0x32,
  SOFTWARE_STEP_SAME: 0x33,
  WATCHPOINT_LOWER: 0x34,
  WATCHPOINT_SAME: 0x35,
  BRK64: 0x3c,
} as const;

/** ESR_ELx.EC is bits 31:26, IL bit 25. */
export const ESR_EC_SHIFT = 26;
export const ESR_IL = 1 << 25;
export const ESR_ISS_MASK = 0x1ffffff;

/** Fault status codes (DFSC, IFSC and PAR_EL1.FST). Those marked +level take the lookup level 0..3 in bits 1:0. */
export const FSC = {
  /** +level */
  ADDRESS_SIZE: 0b000000,
  /** +level */
  TRANSLATION: 0b000100,
  /** +level */
  ACCESS_FLAG: 0b001000,
  /** +level */
  PERMISSION: 0b001100,
  SYNC_EXTERNAL: 0b010000,
  /** Unsupported atomic hardware update fault. */
  UNSUPPORTED_ATOMIC_UPDATE: 0b110001,
  /** +level: synchronous External abort on a translation table walk. */
  SYNC_EXTERNAL_ON_WALK: 0b010100,
  ALIGNMENT: 0b100001,
} as const;

/** Set in every fault code that functions return, so that 0 can mean "no fault"; the low six bits are the FSC. */
export const FAULT = 0x40;
export const faultOf = (fsc: number, level = 0): number => FAULT | fsc | level;
export const fscOf = (fault: number): number => fault & 0x3f;

/** ISS bits of data aborts. */
export const ISS_WNR = 1 << 6;
export const ISS_CM = 1 << 8;

/** Data Abort without instruction syndrome (ISV = 0, as always for stage 1). Cache maintenance sets WnR, too (manual). */
export const issDataAbort = (fault: number, write: boolean, cacheMaintenance = false): number =>
  fscOf(fault) | (write || cacheMaintenance ? ISS_WNR : 0) | (cacheMaintenance ? ISS_CM : 0);

export const issInstructionAbort = (fault: number): number => fscOf(fault);

/** SVC, HVC, SMC and BRK: the 16-bit immediate. */
export const issImmediate = (imm16: number): number => imm16 & 0xffff;

/** CV = 1, COND = 0b1110: what A64 always reports where the ISS has a condition. */
const CONDITION_ALWAYS = (1 << 24) | (0xe << 20);

/** Trapped WFI (TI 0) or WFE (TI 1); WFIT (2) or WFET (3) with the number of its register, 0..31, in RN, which RV says is valid. */
export const issWfx = (isWfe: boolean, rn?: number): number =>
  CONDITION_ALWAYS | (isWfe ? 1 : 0) | (rn === undefined ? 0 : 0b110 | (rn << 5));

/** IFSC and DFSC of debug exceptions. */
const DEBUG_EVENT = 0b100010;

export const ISS_BREAKPOINT: number = DEBUG_EVENT;

/** Watchpoint: WnR and CM as a data abort has them. */
export const issWatchpoint = (write: boolean, cacheMaintenance: boolean): number =>
  DEBUG_EVENT | (write ? ISS_WNR : 0) | (cacheMaintenance ? ISS_CM : 0);

/** Software Step: ISV says that an instruction was stepped, EX that it was a load-exclusive. IFSC is "debug exception". */
export const issSoftwareStep = (stepped: boolean, loadExclusive: boolean): number =>
  (stepped ? 1 << 24 : 0) | (loadExclusive ? 1 << 6 : 0) | DEBUG_EVENT;

/**
 * Memory Copy and Memory Set exception, by the instruction's word: MemInst, Options, FromEpilogue, WrongOption (which is why), OptionA (which is not this
 * CPU's), and the registers. SET has no source of options for reads: its two are Options[1:0].
 */
export function issMemoryOperation(word: number): number {
  const isSet = ((word >>> 22) & 3) === 3;
  const options = isSet ? (word >>> 12) & 3 : (word >>> 12) & 15;
  const fromEpilogue = isSet ? ((word >>> 14) & 3) === 2 : ((word >>> 22) & 3) === 2;
  const registers = ((word & 31) << 10) | (((word >>> 16) & 31) << 5) | ((word >>> 5) & 31);
  return (isSet ? 1 << 24 : 0) | (options << 19) | (fromEpilogue ? 1 << 18 : 0) | (1 << 17) | registers;
}

export const ISS_FP_TRAP: number = CONDITION_ALWAYS;

/** Trapped MSR, MRS or System instruction. `rt` is 0..31. The direction bit is 1 for reads (MRS, SYSL). */
export const issSystem = (op0: number, op1: number, crn: number, crm: number, op2: number, rt: number, isRead: boolean): number =>
  (op0 << 20) | (op2 << 17) | (op1 << 14) | (crn << 10) | (rt << 5) | (crm << 1) | (isRead ? 1 : 0);

/** ESR_ELx of an exception. IL is 1 for everything A64 can raise. */
export const esr = (ec: number, iss: number, il = true): number =>
  ((ec << ESR_EC_SHIFT) | (il ? ESR_IL : 0) | (iss & ESR_ISS_MASK)) >>> 0;
