import { CNTFRQ_EL0 } from '../cpu/impdef';
import { TIMER, type TimerRegister } from '../cpu/sysregs/timer-registers';
import type { Apply, DeviceState, IrqLine, Persistent } from './device';
import { SavedState } from './saved-state';

/** Ticks of the system counter per second. One tick is 16 ns. */
export const COUNTER_FREQUENCY = Number(CNTFRQ_EL0);

/** CNTP_CTL_EL0 and CNTV_CTL_EL0. */
const CTL = { ENABLE: 1 << 0, IMASK: 1 << 1, ISTATUS: 1 << 2 } as const;

const TWO_32 = 2 ** 32;
/** Counts of this and more are not exact as a number; the counter needs four years to get there. */
const MAX_EXACT = 2 ** 53;

/** A timer for people. */
export interface TimerView {
  /** CTL.ENABLE and CTL.IMASK. */
  enabled: boolean;
  masked: boolean;
  /** CTL.ISTATUS: it is enabled, and the counter has come to its value. */
  met: boolean;
  /** CVAL. */
  compare: bigint;
  /** Ticks until the counter has come to it, negative: since then. Undefined where the counter never gets. */
  due?: number;
  /** The wire to the interrupt controller. */
  asserted: boolean;
}

/** One of the two timers: compares the counter with a 64-bit value and drives a wire. */
class CompareTimer {
  control = 0;
  compareLow = 0;
  compareHigh = 0;
  asserted = false;
  /** The compare value as a number for comparisons; Infinity where the counter never gets. */
  compare = 0;

  constructor(private readonly line: IrqLine) {}

  /** Sets CVAL from two 32-bit halves. */
  setCompare(low: number, high: number): void {
    this.compareLow = low >>> 0;
    this.compareHigh = high >>> 0;
    const value = this.compareHigh * TWO_32 + this.compareLow;
    this.compare = value < MAX_EXACT ? value : Number.POSITIVE_INFINITY;
  }

  /** TVAL is a signed 32-bit distance from now; before zero it wraps to a value of 64 bits that is far ahead. */
  setTimerValue(value: number, counter: number): void {
    const sum = counter + (value | 0);
    this.setCompare(sum, Math.floor(sum / TWO_32));
  }

  timerValue(counter: number): number {
    return (this.compareLow - counter) >>> 0;
  }

  readControl(counter: number): number {
    const met = (this.control & CTL.ENABLE) !== 0 && counter >= this.compare;
    return met ? this.control | CTL.ISTATUS : this.control;
  }

  view(counter: number): TimerView {
    const { control, compare, asserted } = this;
    return {
      enabled: (control & CTL.ENABLE) !== 0,
      masked: (control & CTL.IMASK) !== 0,
      met: (this.readControl(counter) & CTL.ISTATUS) !== 0,
      compare: (BigInt(this.compareHigh) << 32n) | BigInt(this.compareLow),
      ...(compare !== Number.POSITIVE_INFINITY && { due: compare - counter }),
      asserted,
    };
  }

  get unmasked(): boolean {
    return (this.control & (CTL.ENABLE | CTL.IMASK)) === CTL.ENABLE;
  }

  update(counter: number): void {
    const asserted = this.unmasked && counter >= this.compare;
    if (asserted === this.asserted) return;
    this.asserted = asserted;
    this.line.set(asserted);
  }

  /** The counter value at which the wire will rise of itself. */
  deadline(): number {
    return this.unmasked && !this.asserted ? this.compare : Number.POSITIVE_INFINITY;
  }

  reset(): void {
    this.control = 0;
    this.setCompare(0, 0);
    this.asserted = false;
    this.line.set(false);
  }

  save(): DeviceState {
    return { control: this.control, compareLow: this.compareLow, compareHigh: this.compareHigh, asserted: this.asserted };
  }

  check(owner: string, state: DeviceState): Apply {
    const saved = new SavedState(owner, state);
    const control = saved.number('control', CTL.ENABLE | CTL.IMASK);
    const [low, high] = [saved.number('compareLow'), saved.number('compareHigh')];
    const asserted = saved.boolean('asserted');
    return () => {
      this.control = control;
      this.setCompare(low, high);
      this.asserted = asserted;
      this.line.set(asserted);
    };
  }
}

/** Registers that say how a timer stands, with the timer. */
const LOOKED_AT: { readonly [Register in TimerRegister]?: 'physical' | 'virtual' } = {
  [TIMER.CNTP_TVAL_EL0]: 'physical',
  [TIMER.CNTP_CTL_EL0]: 'physical',
  [TIMER.CNTV_TVAL_EL0]: 'virtual',
  [TIMER.CNTV_CTL_EL0]: 'virtual',
};

export interface GenericTimerOptions {
  /** The system counter now: ticks of {@link COUNTER_FREQUENCY}, a non-negative integer below 2^53. */
  counter: () => number;
  /** To PPI 27. */
  virtualLine: IrqLine;
  /** To PPI 30. */
  physicalLine: IrqLine;
  /** Called after a write that may have changed {@link GenericTimer.nextDeadline}. */
  deadlineChanged?: () => void;
}

/**
 * The EL1 physical and virtual timers of one vCPU. Without EL2 there is no CNTVOFF, so both see the same counter.
 * Source: Arm ARM (DDI 0487), chapter D12 "The Generic Timer".
 *
 * Counts are numbers, 64-bit values two 32-bit halves: a guest reads the counter far too often for a BigInt each.
 */
export class GenericTimer implements Persistent {
  /** Bits 63 to 32 of the value of the last {@link read}. */
  high = 0;

  private readonly physical: CompareTimer;
  private readonly virtual: CompareTimer;
  private readonly counter: () => number;
  private readonly deadlineChanged: (() => void) | undefined;

  constructor({ counter, virtualLine, physicalLine, deadlineChanged }: GenericTimerOptions) {
    this.counter = counter;
    this.deadlineChanged = deadlineChanged;
    this.virtual = new CompareTimer(virtualLine);
    this.physical = new CompareTimer(physicalLine);
  }

  /** Returns bits 31 to 0 and leaves bits 63 to 32 in {@link high}. A guest that reads how a timer stands finds its wire telling the same. */
  read(register: TimerRegister): number {
    const looked = LOOKED_AT[register];
    if (looked !== undefined) this[looked].update(this.counter());
    return this.peek(register);
  }

  /** For an onlooker: the same, and no wire moves. */
  peek(register: TimerRegister): number {
    this.high = 0;
    switch (register) {
      case TIMER.CNTPCT_EL0:
      case TIMER.CNTVCT_EL0: {
        const now = this.counter();
        this.high = Math.floor(now / TWO_32);
        return now >>> 0;
      }
      case TIMER.CNTP_TVAL_EL0:
        return this.physical.timerValue(this.counter());
      case TIMER.CNTP_CTL_EL0:
        return this.physical.readControl(this.counter());
      case TIMER.CNTP_CVAL_EL0:
        this.high = this.physical.compareHigh;
        return this.physical.compareLow;
      case TIMER.CNTV_TVAL_EL0:
        return this.virtual.timerValue(this.counter());
      case TIMER.CNTV_CTL_EL0:
        return this.virtual.readControl(this.counter());
      case TIMER.CNTV_CVAL_EL0:
        this.high = this.virtual.compareHigh;
        return this.virtual.compareLow;
    }
  }

  /** Writes a value given as two 32-bit halves. The counters are read-only: writing them is ignored here. */
  write(register: TimerRegister, low: number, high: number): void {
    switch (register) {
      case TIMER.CNTP_TVAL_EL0:
        this.physical.setTimerValue(low, this.counter());
        break;
      case TIMER.CNTP_CTL_EL0:
        this.physical.control = low & (CTL.ENABLE | CTL.IMASK);
        break;
      case TIMER.CNTP_CVAL_EL0:
        this.physical.setCompare(low, high);
        break;
      case TIMER.CNTV_TVAL_EL0:
        this.virtual.setTimerValue(low, this.counter());
        break;
      case TIMER.CNTV_CTL_EL0:
        this.virtual.control = low & (CTL.ENABLE | CTL.IMASK);
        break;
      case TIMER.CNTV_CVAL_EL0:
        this.virtual.setCompare(low, high);
        break;
      default:
        return;
    }
    this.update();
    this.deadlineChanged?.();
  }

  /** Drives both wires as the counter now demands. To be called once the counter has reached {@link nextDeadline}. */
  update(): void {
    const now = this.counter();
    this.physical.update(now);
    this.virtual.update(now);
  }

  /**
   * The counter value at which a wire will next rise of itself; Infinity if none will. It may lie in the past: then
   * {@link update} is due.
   */
  nextDeadline(): number {
    return Math.min(this.physical.deadline(), this.virtual.deadline());
  }

  /** For people: unlike a guest's look it drives no wire. */
  view(): { virtual: TimerView; physical: TimerView } {
    const now = this.counter();
    return { virtual: this.virtual.view(now), physical: this.physical.view(now) };
  }

  reset(): void {
    this.physical.reset();
    this.virtual.reset();
    this.deadlineChanged?.();
  }

  save(): DeviceState {
    return { physical: this.physical.save(), virtual: this.virtual.save() };
  }

  /** The counter is not the timer's: whoever saves the machine saves it, and restores it first. */
  check(state: DeviceState): Apply {
    const saved = new SavedState('generic timer', state);
    const physical = this.physical.check('physical timer', saved.object('physical'));
    const virtual = this.virtual.check('virtual timer', saved.object('virtual'));
    return () => {
      physical();
      virtual();
      this.update();
      this.deadlineChanged?.();
    };
  }
}
