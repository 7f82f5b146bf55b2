/**
 * Taking exceptions to EL1, returning from them, interrupts and reset. EL1 is the highest implemented EL.
 * Source: Arm Architecture Reference Manual (DDI 0487), pseudocode AArch64.TakeException and AArch64.ExceptionReturn.
 */
import { PSTATE_BIT } from '../isa/cpu-state';
import { debugExceptionsEnabled } from './debug-state';
import { CODE_TLB, CPU, MMU_INDEX, SLOT, TLB, WINDOW } from './layout';
import { topByteIgnored } from './pointer-fields';
import {
  EC,
  esr,
  ISS_BREAKPOINT,
  ISS_FP_TRAP,
  issDataAbort,
  issImmediate,
  issInstructionAbort,
  issMemoryOperation,
  issSoftwareStep,
  issSystem,
  issWatchpoint,
  issWfx,
} from './syndrome';
import { keyCRm, keyCRn, keyOp0, keyOp1, keyOp2 } from './sysregs/encoding';
import { CPACR, MDSCR, SCTLR, SCTLR_HI } from './sysregs/fields';
import { SYS } from './sysregs/storage';
import type { Vcpu } from './vcpu';

/** SPSR_EL1 bits. */
export const SPSR = {
  /** M[3:0]: EL in 3:2, bit 1 reserved, SP in bit 0; M[4] is AArch32. */
  M_SP: 1 << 0,
  M_RESERVED: 1 << 1,
  M_EL_SHIFT: 2,
  M_AARCH32: 1 << 4,
  F: 1 << 6,
  I: 1 << 7,
  A: 1 << 8,
  D: 1 << 9,
  BTYPE: 3 << 10,
  BTYPE_SHIFT: 10,
  DAIF: 0x3c0,
  SSBS: PSTATE_BIT.SSBS,
  IL: 1 << 20,
  SS: 1 << 21,
  PAN: 1 << 22,
  UAO: 1 << 23,
  DIT: PSTATE_BIT.DIT,
  NZCV: 0xf0000000,
} as const;

/** PSTATE bits kept in CPU.PSTATE_OTHER. TCO is not implemented, so it is RES0. */
const OTHER = SPSR.IL | SPSR.SS | SPSR.SSBS | SPSR.UAO | SPSR.DIT;
/** Those of them that the CPU has for software to set. */
const settable = ({ model }: Vcpu): number =>
  (model.has('FEAT_SSBS') ? SPSR.SSBS : 0) | (model.has('FEAT_UAO') ? SPSR.UAO : 0) | (model.has('FEAT_DIT') ? SPSR.DIT : 0);

/** Vector offsets from VBAR_EL1: from the current EL with SP_EL0, with SP_ELx, and from a lower EL in AArch64. */
const VECTOR = { CURRENT_SP0: 0x000, CURRENT_SPX: 0x200, LOWER_A64: 0x400 } as const;
const VECTOR_OFFSET = { sync: 0x000, irq: 0x080, fiq: 0x100, serror: 0x180 } as const;

export type ExceptionType = keyof typeof VECTOR_OFFSET;

export interface Exception {
  type: ExceptionType;
  /** Exception class and syndrome: for `sync` and `serror` only. */
  ec?: number;
  iss?: number;
  /** ESR_EL1.IL; true unless given. */
  il?: boolean;
  /** Written to FAR_EL1 if given. */
  far?: bigint;
  /** Preferred exception return address. */
  returnPc: bigint;
}

const MMU_INDICES = Object.keys(MMU_INDEX).length;

/**
 * Points CPU.DTLB, CPU.DTLB_UNPRIV, CPU.CTLB and CPU.WINDOW (absolute addresses) to the TLBs of the current EL, PAN and UAO. Those of EL0 are in
 * CPU.DTLB_EL0 and CPU.CTLB_EL0 (see mmu/user-spaces.ts); its window is always closed. Which of its own EL1 uses: mmu/kernel-spaces.ts.
 */
export function setMmuIndex(vcpu: Vcpu): void {
  const windows = vcpu.base + CPU.WINDOWS;
  const userData = vcpu.get32(CPU.DTLB_EL0);
  vcpu.set32(CPU.DTLB_UNPRIV, userData);
  if (vcpu.get32(CPU.EL) === 0) {
    vcpu.set32(CPU.DTLB, userData);
    vcpu.set32(CPU.CTLB, vcpu.get32(CPU.CTLB_EL0));
    vcpu.set32(CPU.WINDOW, windows + WINDOW.OF_EL0 * WINDOW.SIZE);
    return;
  }
  const space = vcpu.get32(CPU.KERNEL_SPACE);
  const index = space * MMU_INDICES + mmuIndexOfEl1(vcpu);
  const data = vcpu.base + CPU.DTLBS + index * TLB.SIZE;
  vcpu.set32(CPU.DTLB, data);
  if (unprivilegedOverridden(vcpu)) vcpu.set32(CPU.DTLB_UNPRIV, data);
  vcpu.set32(CPU.CTLB, vcpu.base + CPU.CTLBS + space * CODE_TLB.SIZE);
  vcpu.set32(CPU.WINDOW, windows + index * WINDOW.SIZE);
}

/** PSTATE.UAO at EL1: what LDTR, STTR and their like access, they access as the EL itself does. */
export const unprivilegedOverridden = (vcpu: Vcpu): boolean =>
  (vcpu.get32(CPU.PSTATE_OTHER) & SPSR.UAO) !== 0 && vcpu.get32(CPU.EL) !== 0;

export const mmuIndexOfEl1 = (vcpu: Vcpu): number => (vcpu.get32(CPU.PAN) ? MMU_INDEX.EL1_PAN : MMU_INDEX.EL1);

const bankOf = (el: number, spsel: number): number => (el === 1 && spsel === 1 ? SYS.SP_EL1 : SYS.SP_EL0);

/** Saves the selected stack pointer to its bank, selects the one for (el, spsel), and sets PSTATE.EL and PSTATE.SP. */
export function switchStackPointer(vcpu: Vcpu, el: number, spsel: number): void {
  const from = bankOf(vcpu.get32(CPU.EL), vcpu.get32(CPU.SPSEL));
  const to = bankOf(el, spsel);
  if (from !== to) {
    vcpu.setLoHi(from, vcpu.lo(CPU.SP), vcpu.hi(CPU.SP));
    vcpu.setLoHi(CPU.SP, vcpu.lo(to), vcpu.hi(to));
  }
  vcpu.set32(CPU.EL, el);
  vcpu.set32(CPU.SPSEL, spsel);
}

/** PSTATE.BTYPE of an SPSR value. */
const btypeIn = ({ model }: Vcpu, spsr: number): number => (model.has('FEAT_BTI') ? (spsr & SPSR.BTYPE) >>> SPSR.BTYPE_SHIFT : 0);

/** PSTATE in the format of SPSR_EL1, unsigned. */
export function pstate(vcpu: Vcpu): number {
  const el = vcpu.get32(CPU.EL);
  return (
    (vcpu.nzcv |
      vcpu.get32(CPU.DAIF) |
      (vcpu.get32(CPU.PAN) ? SPSR.PAN : 0) |
      (vcpu.get32(CPU.PSTATE_OTHER) & OTHER) |
      (vcpu.get32(CPU.BTYPE) << SPSR.BTYPE_SHIFT) |
      (el << SPSR.M_EL_SHIFT) |
      (el === 1 ? vcpu.get32(CPU.SPSEL) : 0)) >>>
    0
  );
}

/** Sets PSTATE from an SPSR value that is known to be legal (the debugger's, a test's). */
export function setPstate(vcpu: Vcpu, spsr: number): void {
  vcpu.nzcv = spsr & SPSR.NZCV;
  vcpu.set32(CPU.DAIF, spsr & SPSR.DAIF);
  vcpu.set32(CPU.PAN, spsr & SPSR.PAN && vcpu.model.has('FEAT_PAN') ? 1 : 0);
  vcpu.set32(CPU.PSTATE_OTHER, spsr & (SPSR.IL | SPSR.SS | settable(vcpu)));
  vcpu.set32(CPU.BTYPE, btypeIn(vcpu, spsr));
  switchStackPointer(vcpu, (spsr >>> SPSR.M_EL_SHIFT) & 1, spsr & SPSR.M_SP);
  setMmuIndex(vcpu);
}

/** Classes of exceptions that save PSTATE.BTYPE, beside interrupts; in what others save it is zero here (AArch64.TakeException leaves the choice). */
const BEFORE_AN_INSTRUCTION: ReadonlySet<number> = new Set([
  EC.BRANCH_TARGET,
  EC.ILLEGAL_STATE,
  EC.INSTRUCTION_ABORT_LOWER,
  EC.INSTRUCTION_ABORT_SAME,
  EC.PC_ALIGNMENT,
  EC.BREAKPOINT_LOWER,
  EC.BREAKPOINT_SAME,
  EC.SOFTWARE_STEP_LOWER,
  EC.SOFTWARE_STEP_SAME,
  EC.BRK64,
]);

/** Takes an exception to EL1. Afterwards CPU.PC is the vector and the engine must dispatch anew. */
export function takeException(vcpu: Vcpu, exception: Exception): void {
  const el = vcpu.get32(CPU.EL);
  const base = el === 0 ? VECTOR.LOWER_A64 : vcpu.get32(CPU.SPSEL) ? VECTOR.CURRENT_SPX : VECTOR.CURRENT_SP0;

  const kept = exception.type !== 'sync' || BEFORE_AN_INSTRUCTION.has(exception.ec ?? EC.UNKNOWN) ? ~0 : ~SPSR.BTYPE;
  vcpu.setLoHi(SYS.SPSR_EL1, (pstate(vcpu) & kept) >>> 0, 0);
  vcpu.set32(CPU.BTYPE, 0);
  vcpu.set64(SYS.ELR_EL1, exception.returnPc);
  if (exception.type === 'sync' || exception.type === 'serror')
    vcpu.setLoHi(SYS.ESR_EL1, esr(exception.ec ?? EC.UNKNOWN, exception.iss ?? 0, exception.il ?? true), 0);
  if (exception.far !== undefined) vcpu.set64(SYS.FAR_EL1, exception.far);

  if ((vcpu.lo(SYS.SCTLR_EL1) & SCTLR.SPAN) === 0 && vcpu.model.has('FEAT_PAN')) vcpu.set32(CPU.PAN, 1);
  vcpu.set32(CPU.DAIF, SPSR.DAIF);
  const ssbs = vcpu.hi(SYS.SCTLR_EL1) & SCTLR_HI.DSSBS ? SPSR.SSBS : 0;
  vcpu.set32(CPU.PSTATE_OTHER, ssbs | (vcpu.get32(CPU.PSTATE_OTHER) & SPSR.DIT));
  switchStackPointer(vcpu, 1, 1);
  setMmuIndex(vcpu);

  const vbarLo = vcpu.lo(SYS.VBAR_EL1) & ~0x7ff;
  vcpu.setLoHi(CPU.PC, vbarLo | base | VECTOR_OFFSET[exception.type], vcpu.hi(SYS.VBAR_EL1));
  for (const observer of vcpu.exceptionObservers) observer.exceptionTaken(vcpu, exception, el);
}

/** SPSR values ERET cannot return to from EL1: AArch32, EL2 and EL3, a reserved mode, EL0 with SP_EL1, or to a higher EL. */
function isIllegalReturn(vcpu: Vcpu, spsr: number): boolean {
  const target = (spsr >>> SPSR.M_EL_SHIFT) & 3;
  if (spsr & (SPSR.M_AARCH32 | SPSR.M_RESERVED)) return true;
  if (target > vcpu.get32(CPU.EL)) return true;
  return target === 0 && (spsr & SPSR.M_SP) !== 0;
}

/**
 * ERET at EL1 (at EL0 it is UNDEFINED: the caller checks). An illegal return keeps EL and SP and sets PSTATE.IL, so that the
 * next instruction raises an Illegal Execution State exception: see {@link illegalState}. `from`: where in the vCPU's state the address is.
 */
export function exceptionReturn(vcpu: Vcpu, from: number = SYS.ELR_EL1): void {
  const spsr = vcpu.lo(SYS.SPSR_EL1);
  const illegal = isIllegalReturn(vcpu, spsr);
  const stepping = returnStepBit(vcpu, spsr, illegal);
  // After an illegal return those that software sets are UNKNOWN: they stay.
  const others = (illegal ? SPSR.IL | vcpu.get32(CPU.PSTATE_OTHER) : spsr) & (SPSR.IL | settable(vcpu));
  vcpu.set32(CPU.PSTATE_OTHER, stepping | others);
  vcpu.set32(CPU.BTYPE, illegal ? 0 : btypeIn(vcpu, spsr));
  vcpu.nzcv = spsr & SPSR.NZCV;
  vcpu.set32(CPU.DAIF, spsr & SPSR.DAIF);
  vcpu.set32(CPU.PAN, spsr & SPSR.PAN && vcpu.model.has('FEAT_PAN') ? 1 : 0);
  if (!illegal) switchStackPointer(vcpu, (spsr >>> SPSR.M_EL_SHIFT) & 3, spsr & SPSR.M_SP);
  setMmuIndex(vcpu);
  clearExclusive(vcpu);
  vcpu.set32(CPU.EVENT, 1);
  vcpu.setLoHi(CPU.PC, vcpu.lo(from), branchAddressHi(vcpu, vcpu.hi(from)));
  for (const observer of vcpu.exceptionObservers) observer.exceptionReturned(vcpu);
}

/** PSTATE.SS after an ERET (pseudocode DebugExceptionReturnSS): SPSR's if stepping is asked for, not here but where the return leads. */
function returnStepBit(vcpu: Vcpu, spsr: number, illegal: boolean): number {
  if ((vcpu.lo(SYS.MDSCR_EL1) & MDSCR.SS) === 0) return 0;
  const el = vcpu.get32(CPU.EL);
  const target = illegal ? el : (spsr >>> SPSR.M_EL_SHIFT) & 1;
  const here = debugExceptionsEnabled(vcpu, el, (vcpu.get32(CPU.DAIF) & SPSR.D) !== 0);
  return !here && debugExceptionsEnabled(vcpu, target, (spsr & SPSR.D) !== 0) ? spsr & SPSR.SS : 0;
}

/** Opens the exclusive monitor (ERET, CLREX). */
export function clearExclusive(vcpu: Vcpu): void {
  vcpu.setLoHi(CPU.EXCL_ADDR, 0xffffffff, 0xffffffff);
}

/** PSTATE.IL: the next instruction must raise {@link illegalState} instead of running. Only an ERET can bring this about. */
export const illegalState = (vcpu: Vcpu): boolean => (vcpu.get32(CPU.PSTATE_OTHER) & SPSR.IL) !== 0;

/**
 * The high word of a branch target as it enters the PC (pseudocode AArch64.BranchAddr): where the top byte is ignored
 * (TCR_EL1.TBI0/1, TBID0/1), it becomes a copy of bit 55. BR, BLR, RET and ERET targets need this; PC-relative ones do not.
 */
export function branchAddressHi(vcpu: Vcpu, hi: number): number {
  const high = (hi & 0x00800000) !== 0;
  if (!topByteIgnored(vcpu.hi(SYS.TCR_EL1), high, true)) return hi >>> 0;
  return (high ? hi | 0xff000000 : hi & 0x00ffffff) >>> 0;
}

/** The interrupt to take now, if any: lines from the GIC that PSTATE does not mask. FIQ goes first. */
export function pendingInterrupt(vcpu: Vcpu): 'irq' | 'fiq' | undefined {
  const pending = vcpu.get32(CPU.IRQ_LINES) & ~vcpu.get32(CPU.DAIF);
  if (pending & SPSR.F) return 'fiq';
  if (pending & SPSR.I) return 'irq';
  return undefined;
}

/** CPACR_EL1.FPEN: true if FP and SIMD instructions are trapped at the current EL. */
export function fpAccessTrap(vcpu: Vcpu): boolean {
  const fpen = (vcpu.lo(SYS.CPACR_EL1) >>> CPACR.FPEN_SHIFT) & 3;
  return fpen === 3 ? false : fpen === 1 ? vcpu.get32(CPU.EL) === 0 : true;
}

/** SCTLR_EL1.nTWI and nTWE: true if a WFI or WFE at EL0 that would wait is trapped to EL1. */
export function wfxTrap(vcpu: Vcpu, isWfe: boolean): boolean {
  return vcpu.get32(CPU.EL) === 0 && (vcpu.lo(SYS.SCTLR_EL1) & (isWfe ? SCTLR.NTWE : SCTLR.NTWI)) === 0;
}

/** SCTLR_EL1.DZE: true if DC ZVA at EL0 is trapped to EL1 (EC 0x18). */
export function dcZvaTrap(vcpu: Vcpu): boolean {
  return vcpu.get32(CPU.EL) === 0 && (vcpu.lo(SYS.SCTLR_EL1) & SCTLR.DZE) === 0;
}

/** SCTLR_EL1.MSCEn: true if CPYP and its like are UNDEFINED at EL0. */
export function memoryCopyTrap(vcpu: Vcpu): boolean {
  return vcpu.get32(CPU.EL) === 0 && (vcpu.hi(SYS.SCTLR_EL1) & SCTLR_HI.MSCEN) === 0;
}

/** The end, in bytes from a multiple of 16, up to which FEAT_LSE2 lets an atomic or an ordered access be unaligned: any with SCTLR_EL1.nAA. */
export function unalignedReach(vcpu: Vcpu, isOrdered: boolean): number {
  if (!vcpu.model.has('FEAT_LSE2')) return 0;
  return isOrdered && (vcpu.lo(SYS.SCTLR_EL1) & SCTLR.NAA) !== 0 ? 32 : 16;
}

/** SCTLR_EL1.SA and SA0: true if a load or store whose base is an SP that is not a multiple of 16 must fault. */
export function spAlignmentChecked(vcpu: Vcpu): boolean {
  return (vcpu.lo(SYS.SCTLR_EL1) & (vcpu.get32(CPU.EL) === 0 ? SCTLR.SA0 : SCTLR.SA)) !== 0;
}

const address = (lo: number, hi: number): bigint => (BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0);

/** Data abort at instruction `pc` for the faulting byte address; `fault` is a code of the MMU. */
export function dataAbort(
  vcpu: Vcpu,
  pc: bigint,
  vaLo: number,
  vaHi: number,
  fault: number,
  write: boolean,
  cacheMaintenance = false,
): void {
  takeException(vcpu, {
    type: 'sync',
    ec: vcpu.get32(CPU.EL) === 0 ? EC.DATA_ABORT_LOWER : EC.DATA_ABORT_SAME,
    iss: issDataAbort(fault, write, cacheMaintenance),
    far: address(vaLo, vaHi),
    returnPc: pc,
  });
}

/** Instruction abort for the instruction at `pc`. */
export function instructionAbort(vcpu: Vcpu, pc: bigint, fault: number): void {
  takeException(vcpu, {
    type: 'sync',
    ec: vcpu.get32(CPU.EL) === 0 ? EC.INSTRUCTION_ABORT_LOWER : EC.INSTRUCTION_ABORT_SAME,
    iss: issInstructionAbort(fault),
    far: pc,
    returnPc: pc,
  });
}

const synchronous = (vcpu: Vcpu, ec: number, iss: number, returnPc: bigint): void =>
  takeException(vcpu, { type: 'sync', ec, iss, returnPc });

/** `pc` is the address of the instruction that raises the exception, in all of these. */
export const undefinedInstruction = (vcpu: Vcpu, pc: bigint): void => synchronous(vcpu, EC.UNKNOWN, 0, pc);
/** An indirect branch has come to what is not marked for it, in a guarded page. */
export const branchTarget = (vcpu: Vcpu, pc: bigint): void => synchronous(vcpu, EC.BRANCH_TARGET, vcpu.get32(CPU.BTYPE), pc);
export const illegalExecutionState = (vcpu: Vcpu, pc: bigint): void => synchronous(vcpu, EC.ILLEGAL_STATE, 0, pc);
export const fpTrap = (vcpu: Vcpu, pc: bigint): void => synchronous(vcpu, EC.SVE_SIMD_FP, ISS_FP_TRAP, pc);
/** `timeSlot` is WFIT's and WFET's register. */
export const trapWfx = (vcpu: Vcpu, pc: bigint, isWfe: boolean, timeSlot?: number): void =>
  synchronous(vcpu, EC.WFX, issWfx(isWfe, timeSlot === undefined ? undefined : Math.min(timeSlot, SLOT.SP)), pc);
export const brk = (vcpu: Vcpu, pc: bigint, imm16: number): void => synchronous(vcpu, EC.BRK64, issImmediate(imm16), pc);
export const spAlignment = (vcpu: Vcpu, pc: bigint): void => synchronous(vcpu, EC.SP_ALIGNMENT, 0, pc);
export const breakpoint = (vcpu: Vcpu, pc: bigint): void =>
  synchronous(vcpu, vcpu.get32(CPU.EL) === 0 ? EC.BREAKPOINT_LOWER : EC.BREAKPOINT_SAME, ISS_BREAKPOINT, pc);
/** At the access to the given address, which nothing else keeps from being made. */
export function watchpoint(vcpu: Vcpu, pc: bigint, vaLo: number, vaHi: number, write: boolean, cacheMaintenance = false): void {
  takeException(vcpu, {
    type: 'sync',
    ec: vcpu.get32(CPU.EL) === 0 ? EC.WATCHPOINT_LOWER : EC.WATCHPOINT_SAME,
    iss: issWatchpoint(write, cacheMaintenance),
    far: address(vaLo, vaHi),
    returnPc: pc,
  });
}
/** Before the instruction at `pc`; `loadExclusive` of the instruction that was stepped just now, if one was. */
export const softwareStep = (vcpu: Vcpu, pc: bigint, loadExclusive: boolean | undefined): void =>
  synchronous(
    vcpu,
    vcpu.get32(CPU.EL) === 0 ? EC.SOFTWARE_STEP_LOWER : EC.SOFTWARE_STEP_SAME,
    issSoftwareStep(loadExclusive !== undefined, loadExclusive === true),
    pc,
  );
/** SVC returns to the next instruction. HVC and SMC are the firmware's, or UNDEFINED: neither EL2 nor EL3 exists. */
export const svc = (vcpu: Vcpu, pc: bigint, imm16: number): void => {
  // It is stepped over (pseudocode SSAdvance): the step exception follows its return.
  vcpu.set32(CPU.PSTATE_OTHER, vcpu.get32(CPU.PSTATE_OTHER) & ~SPSR.SS);
  synchronous(vcpu, EC.SVC64, issImmediate(imm16), BigInt.asUintN(64, pc + 4n));
};

/** A branch went to an address that is not a multiple of 4: FAR_EL1 and ELR_EL1 hold it. */
export const pcAlignment = (vcpu: Vcpu, pc: bigint): void =>
  takeException(vcpu, { type: 'sync', ec: EC.PC_ALIGNMENT, iss: 0, far: pc, returnPc: pc });

/** CPYM, CPYE, SETM or SETE, by its word, whose registers are not as a prologue of this CPU leaves them. */
export const memoryCopyMismatch = (vcpu: Vcpu, pc: bigint, word: number): void =>
  synchronous(vcpu, EC.MEMORY_OPERATION, issMemoryOperation(word), pc);

/** MSR, MRS or SYS trapped to EL1. `slot` is a register slot; everything above x30 is Rt = 31. */
export const systemTrap = (vcpu: Vcpu, pc: bigint, key: number, slot: number, isRead: boolean): void =>
  synchronous(
    vcpu,
    EC.SYSTEM,
    issSystem(keyOp0(key), keyOp1(key), keyCRn(key), keyCRm(key), keyOp2(key), Math.min(slot, SLOT.SP), isRead),
    pc,
  );

/** Takes the pending interrupt, if any, before the instruction at CPU.PC. True if one was taken. */
export function takePendingInterrupt(vcpu: Vcpu): boolean {
  const type = pendingInterrupt(vcpu);
  if (type === undefined) return false;
  takeException(vcpu, { type, returnPc: vcpu.pc });
  return true;
}
