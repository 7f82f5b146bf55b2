import type { Apply, DeviceState } from '../device';
import { SavedState } from '../saved-state';
import type { CpuInterfaceView } from './gic-view';
import { GICC, GICC_CTLR } from './gicv2-registers';
import { IDLE_PRIORITY, INTID_SPURIOUS } from './mmio-registers';

const CTLR_WRITABLE = Object.values(GICC_CTLR).reduce((all, bit) => all | bit, 0);
const MAX_BPR = 7;
/** The binary point of group 1 counts one further. */
const MIN_ABPR = 1;
/** Words of the active priorities: with eight bits of priority there are 128 group priorities. */
const APR_WORDS = 4;
const BITS_PER_WORD = 32;

/**
 * The CPU interface of one vCPU of a GICv2: priority masking, preemption and active priorities. It is told the highest priority pending interrupt and
 * decides whether that is signalled. Source: IHI 0048, sections 3.3 and 4.4; no Security Extensions.
 */
export class Gicv2Interface {
  control = 0;
  pmr = 0;
  private bpr = 0;
  private abpr = MIN_ABPR;
  /** By group: a bit for each group priority that has an active interrupt, the highest priority in bit 0 of the first word. */
  private readonly active: readonly [Uint32Array, Uint32Array] = [new Uint32Array(APR_WORDS), new Uint32Array(APR_WORDS)];

  /** The highest priority pending interrupt of the enabled groups: {@link INTID_SPURIOUS} if there is none. */
  pendingIntid = INTID_SPURIOUS;
  pendingPriority = IDLE_PRIORITY;
  pendingGroup1 = false;

  reset(): void {
    this.control = 0;
    this.pmr = 0;
    this.bpr = 0;
    this.abpr = MIN_ABPR;
    for (const words of this.active) words.fill(0);
    this.pendingIntid = INTID_SPURIOUS;
    this.pendingPriority = IDLE_PRIORITY;
    this.pendingGroup1 = false;
  }

  has(bit: number): boolean {
    return (this.control & bit) !== 0;
  }

  /** Whether the pending interrupt is to be signalled: unmasked, and of a higher group priority than what runs. */
  get signals(): boolean {
    if (this.pendingIntid === INTID_SPURIOUS || this.pendingPriority >= this.pmr) return false;
    const running = this.runningPriority;
    return running === undefined || (this.pendingPriority & this.groupPriorityMask(this.pendingGroup1)) < running;
  }

  /** The group priority of what is being handled, undefined if nothing is. */
  private get runningPriority(): number | undefined {
    const levels = this.active.map(lowestBit).filter((level) => level >= 0);
    return levels.length > 0 ? Math.min(...levels) << 1 : undefined;
  }

  /** Marks the pending interrupt's group priority active. */
  raisePriority(): void {
    const level = (this.pendingPriority & this.groupPriorityMask(this.pendingGroup1)) >>> 1;
    this.active[this.pendingGroup1 ? 1 : 0][level >>> 5]! |= 1 << (level & 31);
  }

  /** The priority drop of an EOIR write. Returns false, and does nothing, if no interrupt of that group is active. */
  dropPriority(group1: boolean): boolean {
    const words = this.active[group1 ? 1 : 0];
    const level = lowestBit(words);
    if (level < 0) return false;
    words[level >>> 5]! &= ~(1 << (level & 31));
    return true;
  }

  /** Reads one of the registers that are state of this interface alone. */
  read(offset: number): number {
    switch (offset) {
      case GICC.CTLR:
        return this.control;
      case GICC.PMR:
        return this.pmr;
      case GICC.BPR:
        return this.bpr;
      case GICC.ABPR:
        return this.abpr;
      case GICC.RPR:
        return this.runningPriority ?? IDLE_PRIORITY;
      default: {
        const word = this.activeWord(offset);
        return word ? word.words[word.index]! : 0;
      }
    }
  }

  /** Writes one of those registers. */
  write(offset: number, value: number): void {
    switch (offset) {
      case GICC.CTLR:
        this.control = value & CTLR_WRITABLE;
        break;
      case GICC.PMR:
        this.pmr = value & 0xff;
        break;
      case GICC.BPR:
        this.bpr = value & MAX_BPR;
        break;
      case GICC.ABPR:
        this.abpr = Math.max(value & MAX_BPR, MIN_ABPR);
        break;
      default: {
        const word = this.activeWord(offset);
        if (word) word.words[word.index] = value;
      }
    }
  }

  /** The active priorities behind a register GICC_APR<n> or GICC_NSAPR<n>. */
  private activeWord(offset: number): { words: Uint32Array; index: number } | undefined {
    for (const [group, first] of [GICC.APR, GICC.NSAPR].entries())
      if (offset >= first && offset < first + APR_WORDS * 4) return { words: this.active[group]!, index: (offset - first) >>> 2 };
    return undefined;
  }

  /** For people. The wires are the controller's. */
  view(): Omit<CpuInterfaceView, 'irq' | 'fiq'> {
    const { pmr, runningPriority, signals, pendingIntid, pendingPriority } = this;
    return {
      pmr,
      runningPriority: runningPriority ?? IDLE_PRIORITY,
      group0: this.has(GICC_CTLR.EnableGrp0),
      group1: this.has(GICC_CTLR.EnableGrp1),
      splitEoi: this.has(GICC_CTLR.EOImode),
      ...(pendingIntid !== INTID_SPURIOUS && {
        highest: { intid: pendingIntid, priority: pendingPriority, group: this.pendingGroup1 ? 1 : 0 },
      }),
      signals,
    };
  }

  save(): DeviceState {
    const [group0, group1] = this.active.map((words) => [...words]) as [number[], number[]];
    return { control: this.control, pmr: this.pmr, bpr: this.bpr, abpr: this.abpr, active0: group0, active1: group1 };
  }

  /** The pending interrupt is not saved: the owner finds it again. */
  check(owner: string, state: DeviceState): Apply {
    const saved = new SavedState(owner, state);
    const [control, pmr] = [saved.number('control', CTLR_WRITABLE), saved.number('pmr', 0xff)];
    const [bpr, abpr] = [saved.number('bpr', MAX_BPR), saved.number('abpr', MAX_BPR)];
    const active = [saved.numbers('active0', APR_WORDS), saved.numbers('active1', APR_WORDS)];
    return () => {
      this.control = control & CTLR_WRITABLE;
      this.pmr = pmr;
      this.bpr = bpr;
      this.abpr = Math.max(abpr, MIN_ABPR);
      active.forEach((words, group) => {
        this.active[group]!.set(words);
      });
    };
  }

  /** The bits of a priority that count for preemption, by the group's binary point: none at all if that is 7. */
  private groupPriorityMask(group1: boolean): number {
    const point = group1 && !this.has(GICC_CTLR.CBPR) ? this.abpr - 1 : this.bpr;
    return (0xff << (point + 1)) & 0xff;
  }
}

/** The number of the lowest bit that is set in any of the words, or -1. */
function lowestBit(words: Uint32Array): number {
  const index = words.findIndex((bits) => bits !== 0);
  if (index < 0) return -1;
  const bits = words[index]!;
  return index * BITS_PER_WORD + 31 - Math.clz32(bits & -bits);
}
