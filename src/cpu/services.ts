import { SERVICE } from '../isa/emitter';
import { COST } from './cost';
import {
  brk,
  dataAbort,
  exceptionReturn,
  fpTrap,
  memoryCopyMismatch,
  pendingInterrupt,
  spAlignment,
  svc,
  systemTrap,
  trapWfx,
  undefinedInstruction,
  wfxTrap,
} from './exceptions';
import type { GuestBreakpoints } from './guest-breakpoints';
import { CPU, RECORD } from './layout';
import type { Mmu } from './mmu/mmu';
import type { SoftTlb } from './mmu/tlb';
import type { PerformanceMonitor } from './performance-monitor';
import type { Records } from './records';
import type { Slice } from './slice';
import { FSC, faultOf } from './syndrome';
import { executeSystem } from './sysregs/access';
import { EFFECT, type GicCpuPort, SystemContext, type TimerPort } from './sysregs/context';
import { keyCRm, keyCRn, keyOp0, sysregKeyOfInstruction } from './sysregs/encoding';
import { SYS } from './sysregs/storage';
import { TIMER } from './sysregs/timer-registers';
import type { MemoryViews, Vcpu } from './vcpu';

/** What the CPU asks of the rest of the machine. */
export interface SystemPorts {
  /** None: the ICC_* registers are UNDEFINED. */
  gic?: GicCpuPort;
  timer: TimerPort;
  /** Fills with random bytes. None: RNDR has no number to give. */
  entropy?: (into: Uint8Array) => void;
  /** The overflow interrupt of a vCPU's Performance Monitors. */
  pmuInterrupt(vcpuIndex: number, asserted: boolean): void;
  /** HVC or SMC at EL1: results go to the vCPU's registers. `immediate` is the instruction's. False: UNDEFINED. */
  firmwareCall(vcpuIndex: number, conduit: 'hvc' | 'smc', immediate: number): boolean;
}

/** What services work on. */
interface ServiceParts {
  readonly views: MemoryViews;
  readonly vcpus: readonly Vcpu[];
  readonly slice: Slice;
  readonly mmu: Mmu;
  readonly tlb: SoftTlb;
  readonly records: Records;
  readonly guestBreakpoints: GuestBreakpoints;
  readonly pmus: readonly PerformanceMonitor[];
}

/** SYS, SYSL, MRS: bit 21 says that a register is read. */
const READ_BIT = 1 << 21;

/** CRm of the first TLBI that are for one vCPU alone: 1 to 5 are for a shareability domain. */
const LOCAL_TLBI_CRM = 6;

/** TLBI: op0 1, CRn 8. */
const isTlbMaintenance = (key: number): boolean => keyOp0(key) === 1 && keyCRn(key) === 8;

/** Instructions that TypeScript carries out. */
export class SystemServices {
  private readonly contexts: SystemContext[];

  constructor(
    private readonly parts: ServiceParts,
    private readonly ports: SystemPorts,
  ) {
    this.contexts = parts.vcpus.map(
      (vcpu) => new SystemContext(vcpu, ports.gic, ports.timer, parts.tlb, parts.mmu, parts.pmus[vcpu.index]!, ports.entropy),
    );
  }

  /** True: leave, CPU.PC says where to go on. False: the handler goes on with the next instruction. */
  run(record: number, code: number): boolean {
    const leave = this.carryOut(record, code);
    // Where it goes on, PSTATE.BTYPE is zero, as after an exception.
    if (leave && code !== SERVICE.ERET && code !== SERVICE.ERET_AUTHENTICATED) this.parts.slice.running.set32(CPU.BTYPE, 0);
    return leave;
  }

  private carryOut(record: number, code: number): boolean {
    const { slice, views, vcpus } = this.parts;
    const { u32 } = views;
    const immediate = u32[(record + RECORD.IMM) >>> 2]!;
    switch (code) {
      case SERVICE.SYSREG:
      case SERVICE.MSR_IMMEDIATE:
        return this.system(record, immediate);
      case SERVICE.WFI:
        return this.wait(record, false);
      case SERVICE.WFE:
        return this.wait(record, true);
      case SERVICE.WFET:
        return this.wait(record, true, views.u8[record + RECORD.N]!);
      case SERVICE.WFIT:
        return this.wait(record, false, views.u8[record + RECORD.N]!);
      case SERVICE.YIELD:
        if (vcpus.length > 1) slice.requestYield();
        return false;
      case SERVICE.SEV:
        for (const vcpu of vcpus) vcpu.set32(CPU.EVENT, 1);
        return false;
      default:
        this.exception(record, code, immediate);
        return true;
    }
  }

  private exception(record: number, code: number, immediate: number): void {
    const { slice, views } = this.parts;
    const v = slice.running;
    const pc = slice.pcOf(record);
    const el0 = v.get32(CPU.EL) === 0;
    switch (code) {
      case SERVICE.SVC:
        return svc(v, pc, immediate);
      case SERVICE.BRK:
        return brk(v, pc, immediate);
      case SERVICE.ERET:
      case SERVICE.ERET_AUTHENTICATED:
        if (el0) return undefinedInstruction(v, pc);
        return exceptionReturn(v, code === SERVICE.ERET ? SYS.ELR_EL1 : CPU.RETURN_ADDRESS);
      case SERVICE.HVC:
      case SERVICE.SMC:
        slice.charge(COST.FIRMWARE_CALL);
        if (!el0)
          for (const observer of v.exceptionObservers)
            observer.firmwareCalled?.(v, code === SERVICE.HVC ? 'hvc' : 'smc', pc, immediate);
        if (el0 || !this.ports.firmwareCall(v.index, code === SERVICE.HVC ? 'hvc' : 'smc', immediate))
          return undefinedInstruction(v, pc);
        v.pc = BigInt.asUintN(64, pc + 4n);
        return;
      case SERVICE.ALIGNMENT:
      case SERVICE.ALIGNMENT_STORE:
        return dataAbort(v, pc, v.lo(CPU.SLOW_VA), v.hi(CPU.SLOW_VA), faultOf(FSC.ALIGNMENT), code === SERVICE.ALIGNMENT_STORE);
      case SERVICE.MOVE_MISMATCH:
        return memoryCopyMismatch(v, pc, immediate);
      case SERVICE.SP_ALIGNMENT:
        return spAlignment(v, pc);
      case SERVICE.FP_TRAP:
        return fpTrap(v, pc);
      case SERVICE.SYS_TRAP:
        return systemTrap(v, pc, sysregKeyOfInstruction(immediate), views.u8[record + RECORD.N]!, false);
      default:
        return undefinedInstruction(v, pc);
    }
  }

  private system(record: number, word: number): boolean {
    const { slice, views } = this.parts;
    const v = slice.running;
    const isRead = (word & READ_BIT) !== 0;
    const slot = views.u8[record + (isRead ? RECORD.D : RECORD.N)]!;
    const pc = slice.pcOf(record);
    // An exception taken inside overwrites this with its vector.
    v.pc = BigInt.asUintN(64, pc + 4n);
    const key = sysregKeyOfInstruction(word);
    slice.charge(isTlbMaintenance(key) ? COST.TLB_MAINTENANCE * this.reachOf(key) : COST.SYSTEM_REGISTER);
    const effects = executeSystem(this.contexts[v.index]!, pc, key, slot, isRead);
    if ((effects & EFFECT.DEBUG) !== 0) this.parts.guestBreakpoints.changed(v);
    if ((effects & (EFFECT.REDISPATCH | EFFECT.DEBUG)) !== 0) return true;
    if ((effects & EFFECT.TRANSLATION) !== 0 && !this.isMapped(v, record)) return true;
    return (effects & EFFECT.INTERRUPTS) !== 0 && pendingInterrupt(v) !== undefined;
  }

  /** Whether the code TLB leads from the next instruction's address to the records at hand. */
  private isMapped(v: Vcpu, record: number): boolean {
    const { tlb, records } = this.parts;
    return tlb.codePage(v, v.lo(CPU.PC), v.hi(CPU.PC)) === records.baseOf(record);
  }

  /** How many vCPUs a TLBI is for: all of them, unless it is neither of the Inner nor of the Outer Shareable domain. */
  private reachOf(key: number): number {
    return keyCRm(key) < LOCAL_TLBI_CRM ? this.parts.vcpus.length : 1;
  }

  /** Whether CNTVCT_EL0 has come to the value of a register. */
  private hasPassed(v: Vcpu, slot: number): boolean {
    const { timer } = this.ports;
    const low = timer.read(v.index, TIMER.CNTVCT_EL0) >>> 0;
    return ((BigInt(timer.high >>> 0) << 32n) | BigInt(low)) >= v.get64(CPU.X + slot * 8);
  }

  /**
   * WFI waits for an interrupt; WFE for an event, which here means: until the other vCPUs have had their turn. `timeSlot` is the register with the
   * time until which WFIT and WFET wait: they may end sooner, and WFIT does, as WFE.
   */
  private wait(record: number, isWfe: boolean, timeSlot?: number): boolean {
    const { slice } = this.parts;
    const v = slice.running;
    if (isWfe && v.get32(CPU.EVENT)) {
      v.set32(CPU.EVENT, 0);
      return false;
    }
    if (!isWfe && v.interruptLines) return false;
    if (timeSlot !== undefined && this.hasPassed(v, timeSlot)) return false;
    const pc = slice.pcOf(record);
    if (wfxTrap(v, isWfe)) {
      trapWfx(v, pc, isWfe, timeSlot);
      return true;
    }
    v.pc = BigInt.asUintN(64, pc + 4n);
    if (isWfe || timeSlot !== undefined) slice.requestYield();
    else v.set32(CPU.WAITING, 1);
    return true;
  }
}
