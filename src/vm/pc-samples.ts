import type { Machine } from '../machine/machine';

/** Somebody who has not looked for so many stretches of running looks no more. */
const PATIENCE = 500;
/** Samples after which all count half: what was hot long ago fades. */
const MOST_SAMPLES = 4000;

/**
 * Where the vCPUs were seen at the ends of stretches of running, some hundred times a second: what is hot, roughly. Taken only while somebody looks. Where slices end
 * the same instruction may come up often, so that it says more of functions than of instructions.
 */
export class PcSamples {
  private readonly counts = new Map<bigint, number>();
  private left = 0;
  total = 0;

  constructor(private readonly machine: Machine) {}

  /** Somebody looks. */
  watch(): void {
    this.left = PATIENCE;
  }

  /** A stretch of running is over. */
  take(): void {
    if (this.left === 0) return;
    if (--this.left === 0) {
      this.counts.clear();
      this.total = 0;
      return;
    }
    const { engine, power } = this.machine;
    for (const vcpu of engine.vcpus) {
      if (vcpu.waiting || power.states[vcpu.index] !== 'runnable') continue;
      this.counts.set(vcpu.pc, (this.counts.get(vcpu.pc) ?? 0) + 1);
      this.total++;
    }
    if (this.total > MOST_SAMPLES) this.fade();
  }

  /** Of all samples, those at an address: 0 to 1. */
  share(address: bigint): number {
    return this.total > 0 ? (this.counts.get(address) ?? 0) / this.total : 0;
  }

  private fade(): void {
    this.total = 0;
    for (const [address, count] of this.counts) {
      const half = count >> 1;
      if (half === 0) this.counts.delete(address);
      else this.counts.set(address, half);
      this.total += half;
    }
  }
}
