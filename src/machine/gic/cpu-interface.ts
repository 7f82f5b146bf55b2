import { ICC, type IccRegister } from '../../cpu/sysregs/icc-registers';
import type { Apply, DeviceState } from '../device';
import { SavedState } from '../saved-state';
import type { CpuInterfaceView } from './gic-view';
import { ICC_CTLR } from './icc-fields';
import { IDLE_PRIORITY, INTID_SPURIOUS, PRIORITY_BITS, PRIORITY_MASK } from './mmio-registers';

/** The lowest binary point that five bits of priority allow; that of Non-secure group 1 counts one further. */
const MIN_BPR0 = 7 - PRIORITY_BITS;
const MIN_BPR1 = MIN_BPR0 + 1;
const MAX_BPR = 7;

/** 24 bits of INTID, affinity 3 supported, as QEMU. */
const CTLR_FIXED = ICC_CTLR.A3V | (1 << ICC_CTLR.IDbitsShift) | ((PRIORITY_BITS - 1) << ICC_CTLR.PRIbitsShift);
const CTLR_WRITABLE = ICC_CTLR.CBPR | ICC_CTLR.EOImode;

/**
 * The CPU interface of one vCPU: priority masking, preemption and active priorities.
 * It is told the highest priority pending interrupt and decides whether that interrupt is signalled.
 * Source: IHI 0069, sections 4.8 (prioritization) and 12.2 (registers); one Security state, Non-secure.
 */
export class CpuInterface {
  pmr = 0;
  bpr0 = MIN_BPR0;
  bpr1 = MIN_BPR1;
  enableGroup0 = false;
  enableGroup1 = false;
  /** CBPR and EOImode. */
  control = 0;
  /** A bit for each priority level that has an active interrupt: bit 0 is the highest. */
  activePriorities0 = 0;
  activePriorities1 = 0;

  /** The highest priority pending interrupt of the enabled groups: {@link INTID_SPURIOUS} if there is none. */
  pendingIntid = INTID_SPURIOUS;
  pendingPriority = IDLE_PRIORITY;
  pendingGroup1 = false;

  reset(): void {
    this.pmr = 0;
    this.bpr0 = MIN_BPR0;
    this.bpr1 = MIN_BPR1;
    this.enableGroup0 = false;
    this.enableGroup1 = false;
    this.control = 0;
    this.activePriorities0 = 0;
    this.activePriorities1 = 0;
    this.pendingIntid = INTID_SPURIOUS;
    this.pendingPriority = IDLE_PRIORITY;
    this.pendingGroup1 = false;
  }

  get splitEoi(): boolean {
    return (this.control & ICC_CTLR.EOImode) !== 0;
  }

  /** The priority of what the PE is handling (ICC_RPR_EL1). */
  get runningPriority(): number {
    const active = this.activePriorities0 | this.activePriorities1;
    return active === 0 ? IDLE_PRIORITY : lowestBit(active) << (8 - PRIORITY_BITS);
  }

  /** Whether the pending interrupt is to be signalled: unmasked, and of a higher group priority than what runs. */
  get signals(): boolean {
    if (this.pendingIntid === INTID_SPURIOUS || this.pendingPriority >= this.pmr) return false;
    const running = this.runningPriority;
    if (running === IDLE_PRIORITY) return true;
    const mask = this.groupPriorityMask(this.pendingGroup1);
    return (this.pendingPriority & mask) < (running & mask);
  }

  /** The INTID that IAR returns for a group, without the acknowledgement. */
  acknowledgeable(group1: boolean): number {
    return this.pendingGroup1 === group1 && this.signals ? this.pendingIntid : INTID_SPURIOUS;
  }

  /** Marks the pending interrupt's group priority active. */
  raisePriority(): void {
    const priority = this.pendingPriority & this.groupPriorityMask(this.pendingGroup1);
    const bit = 1 << (priority >>> (8 - PRIORITY_BITS));
    if (this.pendingGroup1) this.activePriorities1 = (this.activePriorities1 | bit) >>> 0;
    else this.activePriorities0 = (this.activePriorities0 | bit) >>> 0;
  }

  /**
   * The priority drop of an EOIR write. Returns false, and does nothing, if the highest active priority is not of that
   * group: then the write is not for what is running and is ignored.
   */
  dropPriority(group1: boolean): boolean {
    const active = this.activePriorities0 | this.activePriorities1;
    if (active === 0) return false;
    const bit = active & -active;
    if (group1) {
      if ((this.activePriorities1 & bit) === 0 || (this.activePriorities0 & bit) !== 0) return false;
      this.activePriorities1 = (this.activePriorities1 & ~bit) >>> 0;
    } else {
      if ((this.activePriorities0 & bit) === 0) return false;
      this.activePriorities0 = (this.activePriorities0 & ~bit) >>> 0;
    }
    return true;
  }

  /** Reads one of the registers that are state of this interface alone. */
  read(register: IccRegister): number {
    switch (register) {
      case ICC.PMR:
        return this.pmr;
      case ICC.BPR0:
        return this.bpr0;
      case ICC.BPR1:
        return this.control & ICC_CTLR.CBPR ? Math.min(this.bpr0 + 1, MAX_BPR) : this.bpr1;
      case ICC.AP0R0:
        return this.activePriorities0;
      case ICC.AP1R0:
        return this.activePriorities1;
      case ICC.RPR:
        return this.runningPriority;
      case ICC.HPPIR0:
        return this.pendingGroup1 ? INTID_SPURIOUS : this.pendingIntid;
      case ICC.HPPIR1:
        return this.pendingGroup1 ? this.pendingIntid : INTID_SPURIOUS;
      case ICC.CTLR:
        return CTLR_FIXED | this.control;
      case ICC.IGRPEN0:
        return this.enableGroup0 ? 1 : 0;
      case ICC.IGRPEN1:
        return this.enableGroup1 ? 1 : 0;
      default:
        return 0;
    }
  }

  /** Writes one of those registers. */
  write(register: IccRegister, value: number): void {
    switch (register) {
      case ICC.PMR:
        this.pmr = value & PRIORITY_MASK;
        break;
      case ICC.BPR0:
        this.bpr0 = Math.max(value & 7, MIN_BPR0);
        break;
      case ICC.BPR1:
        if ((this.control & ICC_CTLR.CBPR) === 0) this.bpr1 = Math.max(value & 7, MIN_BPR1);
        break;
      case ICC.AP0R0:
        this.activePriorities0 = value >>> 0;
        break;
      case ICC.AP1R0:
        this.activePriorities1 = value >>> 0;
        break;
      case ICC.CTLR:
        this.control = value & CTLR_WRITABLE;
        break;
      case ICC.IGRPEN0:
        this.enableGroup0 = (value & 1) !== 0;
        break;
      case ICC.IGRPEN1:
        this.enableGroup1 = (value & 1) !== 0;
        break;
      default:
    }
  }

  /** For people. The wires are the controller's. */
  view(): Omit<CpuInterfaceView, 'irq' | 'fiq'> {
    const { pmr, runningPriority, enableGroup0, enableGroup1, splitEoi, signals, pendingIntid, pendingPriority } = this;
    return {
      pmr,
      runningPriority,
      group0: enableGroup0,
      group1: enableGroup1,
      splitEoi,
      ...(pendingIntid !== INTID_SPURIOUS && {
        highest: { intid: pendingIntid, priority: pendingPriority, group: this.pendingGroup1 ? 1 : 0 },
      }),
      signals,
    };
  }

  save(): DeviceState {
    return {
      pmr: this.pmr,
      bpr0: this.bpr0,
      bpr1: this.bpr1,
      enableGroup0: this.enableGroup0,
      enableGroup1: this.enableGroup1,
      control: this.control,
      activePriorities0: this.activePriorities0,
      activePriorities1: this.activePriorities1,
    };
  }

  /** The pending interrupt is not saved: the owner finds it again. */
  check(owner: string, state: DeviceState): Apply {
    const saved = new SavedState(owner, state);
    const [pmr, control] = [saved.number('pmr', 0xff), saved.number('control', CTLR_WRITABLE)];
    const [bpr0, bpr1] = [saved.number('bpr0', MAX_BPR), saved.number('bpr1', MAX_BPR)];
    const [group0, group1] = [saved.boolean('enableGroup0'), saved.boolean('enableGroup1')];
    const [active0, active1] = [saved.number('activePriorities0'), saved.number('activePriorities1')];
    return () => {
      this.pmr = pmr & PRIORITY_MASK;
      this.control = control;
      this.bpr0 = Math.max(bpr0, MIN_BPR0);
      this.bpr1 = Math.max(bpr1, MIN_BPR1);
      this.enableGroup0 = group0;
      this.enableGroup1 = group1;
      this.activePriorities0 = active0;
      this.activePriorities1 = active1;
    };
  }

  /** The bits of a priority that count for preemption, by the group's binary point: none at all if that is 7. */
  private groupPriorityMask(group1: boolean): number {
    const point = group1 && (this.control & ICC_CTLR.CBPR) === 0 ? this.bpr1 - 1 : this.bpr0;
    return (0xff << (point + 1)) & 0xff;
  }
}

/** The index of the lowest set bit; `bits` must not be zero. */
function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}
