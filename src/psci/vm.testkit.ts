/**
 * A VMM in miniature for tests: registers, power states and exits, but no CPU emulation. The test plays the guest.
 */
import { affinityOfVcpu } from './affinity';
import { type CpuResetState, cpuOnReset } from './cpu-on-reset.testkit';
import { applyPowerEffects, handleCall } from './firmware';
import { FirmwareRegisters, type Host, makeHost } from './pseudo-registers';
import {
  type Caller,
  type CallReply,
  type FirmwareServices,
  type FirmwareState,
  KVM_POLICY,
  type Policy,
  type PowerState,
  type SystemEvent,
  type VcpuPowerState,
} from './state';
import type { PsciVersion } from './versions';

export interface TestVmOptions {
  readonly vcpus?: number;
  /** Left out: the host's default. */
  readonly version?: PsciVersion;
  readonly host?: Host;
  readonly systemSuspend?: boolean;
  readonly policy?: Partial<Policy>;
  readonly ram?: { base: bigint; size: bigint };
  readonly services?: FirmwareServices;
  readonly filter?: FirmwareState['filter'];
}

export const signed = (value: bigint): bigint => BigInt.asIntN(64, value);

/** Boot CPU running, all others off, as a VMM leaves them before it first runs the guest. */
export class TestVm {
  readonly registers: FirmwareRegisters;
  vcpus: VcpuPowerState[];
  readonly events: SystemEvent[] = [];
  /** State of CPUs started by CPU_ON, as the VMM would read it with GET_ONE_REG. */
  readonly started = new Map<number, CpuResetState>();

  constructor(private readonly options: TestVmOptions = {}) {
    const count = options.vcpus ?? 2;
    const made = FirmwareRegisters.forVersion(options.version, count, options.host ?? makeHost());
    if (!made.ok) throw new Error(made.sentence);
    this.registers = made.value;
    this.vcpus = Array.from({ length: count }, (_, i) => ({
      affinity: affinityOfVcpu(i),
      power: i === 0 ? 'runnable' : 'stopped',
    }));
  }

  state(): FirmwareState {
    const { systemSuspend, policy, ram, filter } = this.options;
    return {
      ...this.registers.state(),
      policy: { ...KVM_POLICY, ...policy },
      systemSuspend: systemSuspend ?? false,
      vcpus: this.vcpus,
      ...(ram ? { ram } : {}),
      ...(filter ? { filter } : {}),
    };
  }

  setPower(vcpu: number, power: PowerState): void {
    this.vcpus = this.vcpus.map((state, index) => (index === vcpu ? { ...state, power, pending: false } : state));
  }

  configure(vcpu: number, change: Partial<VcpuPowerState>): void {
    this.vcpus = this.vcpus.map((state, index) => (index === vcpu ? { ...state, ...change } : state));
  }

  /** One HVC #0 by `vcpu` (0, unless `from` says otherwise), with all effects applied. */
  call(regs: readonly (number | bigint)[], from: Partial<Omit<Caller, 'regs'>> = {}): CallReply {
    this.registers.markRun();
    const caller: Caller = { vcpu: 0, conduit: 'hvc', immediate: 0, bigEndian: false, ...from, regs: regs.map(BigInt) };
    const reply = handleCall(this.state(), caller, this.options.services);
    this.vcpus = applyPowerEffects(this.vcpus, reply.effects);
    for (const effect of reply.effects) {
      if (effect.type === 'start-cpu') this.started.set(effect.vcpu, cpuOnReset(effect));
      if (effect.type === 'system-event') this.events.push(effect.event);
    }
    return reply;
  }

  /** x0 as the guest would compare it: signed. */
  x0(...regs: (number | bigint)[]): bigint {
    return signed(this.call(regs).regs[0]);
  }
}
