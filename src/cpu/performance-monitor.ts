import { CPU } from './layout';
import type { Slice } from './slice';
import { PM_COUNTERS, PM_CYCLES, PM_EVENT, PMCR, PMEVTYPER } from './sysregs/fields';
import { SYS } from './sysregs/storage';
import type { Vcpu } from './vcpu';

/** Bit of the cycle counter in PMCNTENSET_EL0 and the like. */
const CYCLES_BIT = 2 ** PM_CYCLES;
const WORD = 2 ** 32;

const counterAt = (n: number): number => SYS.PMEVCNTR0_EL0 + n * 8;
const typeAt = (n: number): number => SYS.PMEVTYPER0_EL0 + n * 8;

/**
 * The Performance Monitors of one vCPU (PMUv3, Arm ARM D11): six event counters and the cycle counter. A cycle is an instruction, or a unit of what slow ones
 * cost (cost.ts), so that all counts are functions of the run. Nothing is counted while it happens: the counters catch up with the slice whenever they
 * are looked at, and before the EL is another.
 */
export class PerformanceMonitor {
  /** Of the slice in progress: what was counted already, and the EL at which the rest was spent. */
  private retired = 0;
  private charged = 0;
  private el = 0;

  /** `interrupt`: the wire to the interrupt controller. */
  constructor(
    private readonly vcpu: Vcpu,
    private readonly slice: Slice,
    private readonly interrupt: (asserted: boolean) => void,
  ) {}

  /** A slice of this vCPU begins. */
  begin(): void {
    this.retired = 0;
    this.charged = 0;
    this.enter();
  }

  /** What is retired and charged from here on is of the EL at hand. */
  enter(): void {
    this.el = this.vcpu.get32(CPU.EL);
  }

  /** The counters take in what has happened since they were looked at. */
  catchUp(): void {
    const { slice } = this;
    const retired = slice.retired - this.retired;
    const cycles = retired + slice.charged - this.charged;
    this.retired = slice.retired;
    this.charged = slice.charged;
    if (!this.isCounting || cycles === 0) return;
    for (let n = 0; n < PM_COUNTERS; n++) {
      const event = this.eventOf(n);
      if (event === PM_EVENT.INST_RETIRED) this.count(n, retired);
      else if (event === PM_EVENT.CPU_CYCLES) this.count(n, cycles);
    }
    this.countCycles(cycles);
  }

  /** PMSWINC_EL0: a bit for each counter. */
  countSoftware(mask: number): void {
    if (!this.isCounting) return;
    for (let n = 0; n < PM_COUNTERS; n++) if (mask & (1 << n) && this.eventOf(n) === PM_EVENT.SW_INCR) this.count(n, 1);
  }

  /** The registers were written, or the vCPU was reset. */
  changed(): void {
    const { vcpu } = this;
    const enabled = (vcpu.lo(SYS.PMCR_EL0) & PMCR.E) !== 0;
    this.interrupt(enabled && (vcpu.lo(SYS.PMOVSSET_EL0) & vcpu.lo(SYS.PMINTENSET_EL1)) !== 0);
  }

  /** Instructions and charges that may pass before a counter overflows whose overflow interrupts. */
  untilInterrupt(): number {
    if (!this.isCounting) return Number.POSITIVE_INFINITY;
    const { vcpu } = this;
    const wanted = vcpu.lo(SYS.PMINTENSET_EL1);
    let least = Number.POSITIVE_INFINITY;
    for (let n = 0; n < PM_COUNTERS; n++) {
      // The counter behind it may be chained.
      if ((wanted & (3 << n)) === 0 || !this.counts(n, vcpu.lo(typeAt(n)))) continue;
      const event = this.eventOf(n);
      if (event === PM_EVENT.INST_RETIRED || event === PM_EVENT.CPU_CYCLES) least = Math.min(least, WORD - vcpu.lo(counterAt(n)));
    }
    const nearEnd = vcpu.hi(SYS.PMCCNTR_EL0) === WORD - 1;
    if (nearEnd && wanted & CYCLES_BIT && this.counts(PM_CYCLES, vcpu.lo(SYS.PMCCFILTR_EL0)))
      least = Math.min(least, WORD - vcpu.lo(SYS.PMCCNTR_EL0));
    return least;
  }

  private get isCounting(): boolean {
    const { vcpu } = this;
    return (vcpu.lo(SYS.PMCR_EL0) & PMCR.E) !== 0 && vcpu.lo(SYS.PMCNTENSET_EL0) !== 0;
  }

  private eventOf(n: number): number {
    return this.vcpu.lo(typeAt(n)) & PMEVTYPER.EVENT;
  }

  /** Whether a counter is enabled, and its filter lets the EL through. */
  private counts(n: number, type: number): boolean {
    const excluded = this.el === 0 ? PMEVTYPER.U : PMEVTYPER.P;
    return (this.vcpu.lo(SYS.PMCNTENSET_EL0) & (1 << n)) !== 0 && (type & excluded) === 0;
  }

  private count(n: number, events: number): void {
    const { vcpu } = this;
    if (!this.counts(n, vcpu.lo(typeAt(n)))) return;
    const value = vcpu.lo(counterAt(n)) + events;
    vcpu.setLoHi(counterAt(n), value % WORD, 0);
    if (value < WORD) return;
    this.overflowed(n);
    // CHAIN: an odd counter counts the overflows of the even one before it.
    if ((n & 1) === 0 && this.eventOf(n + 1) === PM_EVENT.CHAIN) this.count(n + 1, 1);
  }

  private countCycles(cycles: number): void {
    const { vcpu } = this;
    if (!this.counts(PM_CYCLES, vcpu.lo(SYS.PMCCFILTR_EL0))) return;
    const low = vcpu.lo(SYS.PMCCNTR_EL0) + cycles;
    const high = vcpu.hi(SYS.PMCCNTR_EL0) + (low < WORD ? 0 : 1);
    vcpu.setLoHi(SYS.PMCCNTR_EL0, low % WORD, high % WORD);
    if (high >= WORD) this.overflowed(PM_CYCLES);
  }

  private overflowed(n: number): void {
    const { vcpu } = this;
    vcpu.setLoHi(SYS.PMOVSSET_EL0, vcpu.lo(SYS.PMOVSSET_EL0) | (1 << n), 0);
    this.changed();
  }
}
