import type { HostTime } from '../machine/clock';
import type { Machine } from '../machine/machine';
import type { VmStats } from './api';
import type { Shares } from './view';

/** Host milliseconds between two reports. */
const PERIOD_MS = 250;
/** The same while the machine waits, and was reported to: hardly more than its time changes. */
const WAITING_PERIOD_MS = 2000;
/** A machine that runs for less of a period than this waits. */
const MOST_WAITING = 0.1;

interface Reading {
  instructions: number;
  /** Cost by vCPU and exception level, and what others spent while the vCPU waited for its turn. */
  spent: number[][];
  waited: number[];
  /** Counters of compiled instructions, modulo 2^32. */
  compiled: number[];
}

/** Measures speed and where the time goes, over periods of a quarter of a second, or of two seconds while the machine waits. */
export class Meter {
  shares: Shares[];
  stats: Omit<VmStats, 'engine'>;
  private periodStart: number;
  private runningMs = 0;
  /** It did so in the period that was reported last. */
  private waited = false;
  private atStart: Reading;

  constructor(
    private readonly machine: Machine,
    private readonly time: HostTime,
  ) {
    this.periodStart = time.monotonic();
    this.atStart = this.read();
    this.shares = this.atStart.spent.map(() => ({ el0: 0, el1: 0, ready: 0 }));
    this.stats = { time: 0, instructions: 0, mips: 0, jitShare: 0 };
  }

  private read(): Reading {
    const { machine } = this;
    return {
      instructions: machine.instructions,
      spent: machine.shares.spent.map((levels) => [...levels]),
      waited: [...machine.shares.waited],
      compiled: machine.engine.vcpus.map((vcpu) => vcpu.compiledInstructions),
    };
  }

  /** The machine ran for `ms` host milliseconds. */
  ran(ms: number): void {
    this.runningMs += ms;
  }

  /** The machine is at another time than it was: nothing can be said of this period. */
  jumped(): void {
    this.atStart = this.read();
    this.runningMs = 0;
  }

  private get elapsedMs(): number {
    return (this.time.monotonic() - this.periodStart) / 1e6;
  }

  /** The machine waited in the period that was reported last, and has done next to nothing since. */
  get waits(): boolean {
    return this.waited && this.runningMs < this.elapsedMs * MOST_WAITING;
  }

  due(): boolean {
    return this.elapsedMs >= (this.waits ? WAITING_PERIOD_MS : PERIOD_MS);
  }

  /** Ends a period: `shares` and `stats` describe it. */
  close(): void {
    const now = this.time.monotonic();
    const elapsed = (now - this.periodStart) / 1e6;
    const reading = this.read();
    const { instructions, spent, waited, compiled } = reading;
    const retired = instructions - this.atStart.instructions;
    const mips = this.runningMs > 0 ? retired / this.runningMs / 1000 : 0;
    const inCompiled = compiled.reduce((sum, count, index) => sum + ((count - this.atStart.compiled[index]!) >>> 0), 0);
    const jitShare = retired > 0 ? Math.min(1, inCompiled / retired) : 0;
    // Of the period, this much was spent running; of that, each vCPU and EL had its part of the cost.
    const busy = elapsed > 0 ? Math.min(1, this.runningMs / elapsed) : 0;
    const costs = spent.map((levels, index) => levels.map((cost, el) => cost - this.atStart.spent[index]![el]!));
    const total = costs.flat().reduce((sum, cost) => sum + cost, 0);
    const part = (cost: number): number => (total > 0 ? (cost / total) * busy : 0);
    this.shares = costs.map((levels, index) => ({
      el0: part(levels[0]!),
      el1: part(levels[1]!),
      ready: part(waited[index]! - this.atStart.waited[index]!),
    }));
    this.stats = { time: this.machine.clock.ns, instructions, mips, jitShare };
    this.waited = busy < MOST_WAITING;
    this.periodStart = now;
    this.runningMs = 0;
    this.atStart = reading;
  }
}
