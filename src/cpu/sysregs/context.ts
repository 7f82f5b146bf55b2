/** What system register accesses work on, and what they ask of the engine afterwards. */
import type { Vcpu } from '../vcpu';
import type { IccRegister } from './icc-registers';
import type { TimerRegister } from './timer-registers';

/** GICv3 CPU interface registers (ICC_*). Values are 32 bits except for the SGI registers' writes. */
export interface GicCpuPort {
  readIcc(vcpuIndex: number, register: IccRegister): number;
  writeIcc(vcpuIndex: number, register: IccRegister, lo: number, hi: number): void;
}

/** Generic timer registers (CNTV_*, CNTP_*, CNTVCT, CNTPCT). */
export interface TimerPort {
  /** High half of the last read. */
  readonly high: number;
  /** Returns the low half. */
  read(vcpuIndex: number, register: TimerRegister): number;
  write(vcpuIndex: number, register: TimerRegister, lo: number, hi: number): void;
}

/** The Performance Monitors behind their registers, which are in the vCPU's state; see performance-monitor.ts. */
export interface PmuPort {
  /** The counters take in what has happened since they were looked at. */
  catchUp(): void;
  /** PMSWINC_EL0. */
  countSoftware(mask: number): void;
  /** The registers were written. */
  changed(): void;
}

/** What system registers and SYS instructions need of the TLBs; see mmu/tlb.ts. ASID and address arguments are unsigned. */
export interface TlbMaintenance {
  /** TLBI VMALLE1, and changes of translation controls. */
  flushVcpu(vcpu: Vcpu): void;
  flushAll(): void;
  /** A TTBR of this half of the address space (VA bit 55) now names another table. */
  tableChanged(vcpu: Vcpu, high: boolean): void;
  /** The current ASID is another. */
  asidChanged(vcpu: Vcpu): void;
  /** TLBI ASIDE1. */
  dropAsid(vcpu: Vcpu, asid: number): void;
  /** TLBI VA(L)E1; `asid` -1 matches every ASID (VAA(L)E1). The address is VA[55:12] << 12, bits 63:56 ignored. */
  dropPage(vcpu: Vcpu, vaLo: number, vaHi: number, asid: number): void;
  /** TLBI by range: pages of 4 KiB from a page's number on, which is negative in the upper half of the address space; `asid` as above. */
  dropRange(vcpu: Vcpu, firstPage: number, pages: number, asid: number): void;
  /** All vCPUs of the Inner Shareable domain: all of them. */
  readonly vcpus: readonly Vcpu[];
}

/** The part of mmu/mmu.ts that cache maintenance and address translation instructions use. */
export interface SystemTranslator {
  /** Returns the word for a fault's status code (see mmu/faults.ts) or 0. */
  cacheMaintenance(vcpu: Vcpu, vaLo: number, vaHi: number, needsWrite: boolean): number;
  /** AT S1E<el><R|W>[P]: leaves the result in PAR_EL1 and returns 0, or returns the fault that is an exception: an External abort on the walk. */
  addressTranslation(vcpu: Vcpu, vaLo: number, vaHi: number, write: boolean, unprivileged: boolean, pan: boolean): number;
}

/** Bits an access returns. 0: done, nothing to do. */
export const EFFECT = {
  /** What the current instructions mean or where they are may have changed: leave to the dispatcher. */
  REDISPATCH: 1,
  /** Interrupt masks, priorities or timers may have changed: look for pending interrupts before going on. */
  INTERRUPTS: 2,
  /** Not done: the access is UNDEFINED at this EL. */
  UNDEFINED: 4,
  /** Not done: trapped to EL1 with EC 0x18. */
  TRAP: 8,
  /** Not done: trapped to EL1 with EC 0x07 (CPACR_EL1.FPEN). */
  FP_TRAP: 16,
  /** Not done: a cache maintenance or address translation instruction faulted; context.fault and context.faultLo/Hi say how. */
  ABORT: 32,
  /** Pages may be mapped in another way: leave to the dispatcher if the one at hand is not what it was. */
  TRANSLATION: 64,
  /** Not done: a watchpoint matches a cache maintenance instruction; context.faultLo/Hi is where. */
  WATCHPOINT: 128,
  /** Breakpoints or watchpoints that are enabled may have changed: leave to the dispatcher. */
  DEBUG: 256,
} as const;

export const FAILED = EFFECT.UNDEFINED | EFFECT.TRAP | EFFECT.FP_TRAP | EFFECT.ABORT | EFFECT.WATCHPOINT;

/** One per vCPU, made once: accesses allocate nothing. */
export class SystemContext {
  /** High word of the value the last handled read returned. */
  hi = 0;
  /** Fault code of the last ABORT, and address of the last ABORT or WATCHPOINT. */
  fault = 0;
  faultLo = 0;
  faultHi = 0;

  constructor(
    readonly vcpu: Vcpu,
    readonly gic: GicCpuPort | undefined,
    readonly timer: TimerPort,
    readonly tlb: TlbMaintenance,
    readonly translator: SystemTranslator,
    readonly pmu: PmuPort,
    /** Fills with random bytes. */
    readonly entropy?: (into: Uint8Array) => void,
  ) {}
}
