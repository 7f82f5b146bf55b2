import type { Engine } from '../cpu/engine';
import { resetVcpu } from '../cpu/vcpu-state';
import {
  affinityOfVcpu,
  type CallReply,
  type Conduit,
  type FirmwareRegisters,
  type FirmwareState,
  handleCall,
  type Policy,
  type PowerState,
  type SystemEvent,
  wakeUpPoint,
} from '../psci';
import type { Apply, DeviceState } from './device';
import { SavedState } from './saved-state';

const POWER_STATES = ['runnable', 'stopped', 'suspended'] as const satisfies readonly PowerState[];
/** More than any board has; that their number is another than here is a sentence of its own. */
const MAX_VCPUS = 512;
const MAX_U64 = 0xffff_ffff_ffff_ffffn;

export interface PowerOptions {
  registers: FirmwareRegisters;
  policy: Policy;
  /** The VM-wide SYSTEM_SUSPEND capability. */
  systemSuspend: boolean;
  entropy: (bytes: Uint8Array) => void;
  ptp?(counter: 'virtual' | 'physical'): { wall: bigint; counter: bigint } | undefined;
  /** Every call, after its effects. */
  onCall: (reply: CallReply) => void;
  onSystemEvent: (event: SystemEvent, reply: CallReply) => void;
  /** What belongs to a vCPU outside the CPU core, reset when it is started or goes off: its timers, and its interface to the interrupt controller. */
  resetVcpuDevices: (vcpu: number) => void;
  write: (address: bigint, bytes: Uint8Array) => void;
  /** Guest RAM in bytes: the `spec` rules check entry addresses against it. */
  ram: { base: bigint; size: bigint };
}

/** The firmware's hands: applies what the pure function decides to vCPUs. Power states live here. */
export class PowerController {
  readonly states: PowerState[];
  /** Where suspended vCPUs go on when they wake. */
  private readonly wakeUp = new Map<number, { entry: bigint; contextId: bigint }>();
  /** vCPUs that were switched on and have not run yet: under the `spec` rules they are ON_PENDING. */
  private readonly pending = new Set<number>();
  policy: Policy;
  /** What calls are a function of: made anew only after a change, and never changed, because the words for a call are made from it later. */
  private current: FirmwareState | undefined;
  private currentRegisters: unknown;

  constructor(
    private readonly engine: Engine,
    private readonly options: PowerOptions,
  ) {
    this.states = engine.vcpus.map((_, index) => (index === 0 ? 'runnable' : 'stopped'));
    this.policy = options.policy;
  }

  reset(): void {
    this.wakeUp.clear();
    this.pending.clear();
    this.states.forEach((_, index) => {
      this.states[index] = index === 0 ? 'runnable' : 'stopped';
    });
  }

  private state(): FirmwareState {
    const registers = this.options.registers.state();
    const { current, pending, states } = this;
    if (
      current &&
      this.currentRegisters === registers &&
      current.policy === this.policy &&
      current.vcpus.every((vcpu, index) => vcpu.power === states[index] && vcpu.pending === pending.has(index))
    )
      return current;
    this.currentRegisters = registers;
    this.current = {
      ...registers,
      policy: this.policy,
      systemSuspend: this.options.systemSuspend,
      vcpus: states.map((power, index) => ({ affinity: affinityOfVcpu(index), power, pending: pending.has(index) })),
      ram: this.options.ram,
    };
    return this.current;
  }

  /** A vCPU was switched on and has not run yet. */
  isPending(vcpu: number): boolean {
    return this.pending.has(vcpu);
  }

  /** A vCPU gets its turn. */
  runs(vcpu: number): void {
    if (this.pending.size) this.pending.delete(vcpu);
  }

  /** HVC or SMC by a vCPU: always answered. */
  call(vcpu: number, conduit: Conduit, immediate: number): boolean {
    const { engine, options } = this;
    const v = engine.vcpus[vcpu]!;
    const reply = handleCall(
      this.state(),
      { vcpu, conduit, immediate, regs: [v.x(0), v.x(1), v.x(2), v.x(3)], bigEndian: false },
      options,
    );
    for (let register = 0; register < reply.regs.length; register++) v.setX(register, reply.regs[register]!);
    let event: SystemEvent | undefined;
    for (const effect of reply.effects) {
      switch (effect.type) {
        case 'start-cpu':
          this.states[effect.vcpu] = 'runnable';
          this.pending.add(effect.vcpu);
          this.startAfresh(effect.vcpu, effect.entry, effect.contextId);
          // Whoever starts another CPU usually waits for it.
          engine.slice.requestYield();
          break;
        case 'stop-cpu':
          this.states[effect.vcpu] = 'stopped';
          this.pending.delete(effect.vcpu);
          // What is off has no timer that could go off: a later CPU_ON resets it all the same.
          options.resetVcpuDevices(effect.vcpu);
          engine.slice.requestStop();
          break;
        case 'wait':
          if (!v.interruptLines) v.waiting = true;
          break;
        case 'system-event':
          event = effect.event;
          engine.slice.requestStop();
          break;
        case 'init-stolen-time':
          options.write(effect.address, new Uint8Array(64));
          break;
        case 'forward':
          break;
      }
    }
    options.onCall(reply);
    if (event?.type === 'suspend') {
      this.states[vcpu] = 'suspended';
      this.wakeUp.set(vcpu, wakeUpPoint(reply.regs));
    }
    if (event) options.onSystemEvent(event, reply);
    return true;
  }

  /** Suspended to RAM: a vCPU that called SYSTEM_SUSPEND sleeps, and no other runs. */
  get suspended(): boolean {
    return this.states.includes('suspended') && !this.states.includes('runnable');
  }

  /** Wakes every suspended vCPU. */
  wakeAll(): void {
    this.states.forEach((_, vcpu) => {
      this.wake(vcpu);
    });
  }

  /** Wakes a suspended vCPU: it starts anew at the address it gave to SYSTEM_SUSPEND. */
  wake(vcpu: number): void {
    const point = this.wakeUp.get(vcpu);
    if (!point || this.states[vcpu] !== 'suspended') return;
    this.wakeUp.delete(vcpu);
    this.states[vcpu] = 'runnable';
    this.startAfresh(vcpu, point.entry, point.contextId);
  }

  private startAfresh(vcpu: number, entry: bigint, contextId: bigint): void {
    resetVcpu(this.engine.vcpus[vcpu]!, { pc: entry, x0: contextId });
    this.options.resetVcpuDevices(vcpu);
  }

  save(): DeviceState {
    const points = [...this.wakeUp].map(([vcpu, { entry, contextId }]) => ({ vcpu, entry, contextId }));
    return { states: [...this.states], wakeUp: points, pending: [...this.pending] };
  }

  check(state: DeviceState): Apply {
    const owner = 'the firmware';
    const saved = new SavedState(owner, state);
    const powers = saved.values('states', MAX_VCPUS);
    const count = powers.length;
    if (count !== this.states.length) throw new Error(`The saved machine has ${count} vCPUs, this one ${this.states.length}.`);
    const states = this.states.map((_, vcpu) =>
      new SavedState(owner, { [`state of vCPU ${vcpu}`]: powers[vcpu]! }).word(`state of vCPU ${vcpu}`, POWER_STATES),
    );
    const pending = saved.numbers('pending', saved.values('pending', count).length, count - 1);
    const points = saved.list('wakeUp', count).map((each, index) => {
      const point = new SavedState(`${owner}'s wake-up point ${index}`, each);
      return {
        vcpu: point.number('vcpu', count - 1),
        entry: point.bigint('entry', MAX_U64),
        contextId: point.bigint('contextId', MAX_U64),
      };
    });
    states.forEach((power, vcpu) => {
      const found = points.filter((point) => point.vcpu === vcpu).length;
      const wanted = power === 'suspended' ? 1 : 0;
      if (found !== wanted) throw new Error(`The saved vCPU ${vcpu} is ${power} and has ${found} wake-up points, not ${wanted}.`);
    });
    return () => {
      this.reset();
      states.forEach((power, vcpu) => {
        this.states[vcpu] = power;
      });
      for (const vcpu of pending) this.pending.add(vcpu);
      for (const { vcpu, entry, contextId } of points) this.wakeUp.set(vcpu, { entry, contextId });
    };
  }
}
