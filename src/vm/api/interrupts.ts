/** Answers to the questions about interrupts and time. */
import type { CpuInterfaceView, GicView, InterruptView } from '../../machine/gic/gic-view';
import type { TimerView } from '../../machine/timer';

export type { CpuInterfaceView, InterruptView, TimerView };

export interface VcpuInterrupts extends CpuInterfaceView {
  /** PSTATE.I and PSTATE.F: IRQ and FIQ are masked. */
  maskedIrq: boolean;
  maskedFiq: boolean;
  /** What becomes of {@link CpuInterfaceView.highest}, in a sentence; else that nothing is pending. */
  next: string;
}

export interface InterruptRow extends InterruptView {
  /** What raises it, in words. */
  who: string;
  /** It is pending: why it was not taken yet, a sentence for each vCPU that could. */
  why?: string[];
}

export interface InterruptsAnswer extends Omit<GicView, 'cpus' | 'interrupts'> {
  cpus: VcpuInterrupts[];
  interrupts: InterruptRow[];
}

export interface TimersAnswer {
  /** The system counter (CNTPCT_EL0, and CNTVCT_EL0, which is the same here), and its ticks per second. */
  counter: number;
  frequency: number;
  /** Of each vCPU. One that is off has a timer that stands still. */
  vcpus: { virtual: TimerView; physical: TimerView }[];
  rtc: RtcView;
}

/** The PL031. */
export interface RtcView {
  /** What DR reads: seconds since 1970, as the guest has set it. */
  seconds: number;
  /** MR, the second for which an alarm is awaited; undefined: none is. */
  alarm?: number;
  /** RIS and IMSC: an alarm has gone off, and its interrupt is enabled. */
  raised: boolean;
  enabled: boolean;
}
