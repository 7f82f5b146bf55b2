import { SPSR } from '../../cpu/exceptions';
import { readField } from '../../cpu/vcpu-state';
import type { Machine } from '../../machine/machine';

/**
 * Notices that a machine waits for what will never come and has not said a word: a kernel that cannot run here parks its vCPUs (one for another page size,
 * or for EL2). Only looks.
 */
export class SilenceWatch {
  private done = false;

  constructor(private readonly machine: Machine) {}

  /** Whether to tell of it, which is true once at most. `hasPrinted`: the guest has written to a console. */
  look(hasPrinted: boolean): boolean {
    if (this.done) return false;
    this.done = hasPrinted || this.isDeaf();
    return this.done && !hasPrinted;
  }

  /** All vCPUs that are on wait with interrupts masked, and no timer will go off. */
  private isDeaf(): boolean {
    const { engine, power, timers } = this.machine;
    const on = engine.vcpus.filter(({ index }) => power.states[index] !== 'stopped');
    const masked = BigInt(SPSR.I | SPSR.F);
    const waits = on.every((vcpu) => vcpu.waiting && (readField(vcpu, 'PSTATE.DAIF') & masked) === masked);
    return on.length > 0 && waits && timers.every((timer) => timer.nextDeadline() === Number.POSITIVE_INFINITY);
  }
}
