/**
 * The firmware: one function from (state, caller) to (registers, effects, words for people).
 */
import type { CallArguments, Words } from './functions';
import { anyPsciFunction, dispatch, narrowsArguments } from './smccc';
import { serviceById, serviceName } from './smccc-services';
import type {
  Answer,
  Caller,
  CallRegisters,
  CallReply,
  Conduit,
  Effect,
  FirmwareServices,
  FirmwareState,
  Lazy,
  Outcome,
  VcpuPowerState,
} from './state';
import { cpuName, hex } from './words';

/** Names of what the caller's numbers mean in this state. */
class StateWords implements Words {
  constructor(private readonly state: FirmwareState) {}

  cpu(affinity: bigint): string {
    return cpuName(this.state.vcpus, affinity);
  }
  func(id: number): string {
    return anyPsciFunction(id)?.name ?? serviceName(id) ?? hex(id);
  }
}

const textOf = (words: Lazy): string => (typeof words === 'string' ? words : words());

/** An answer and who asked; its words are made when they are asked for. The state they speak of is the call's, which nobody changes. */
class Reply implements CallReply {
  readonly regs: CallRegisters;
  readonly effects: readonly Effect[];
  readonly result?: bigint;
  readonly outcome: Outcome;
  readonly name: string;

  constructor(
    private readonly answer: Answer,
    readonly vcpu: number,
    readonly conduit: Conduit,
    readonly id: number,
    readonly args: [bigint, bigint, bigint],
    private readonly words: Words,
  ) {
    this.regs = answer.regs;
    this.effects = answer.effects;
    if (answer.result !== undefined) this.result = answer.result;
    this.outcome = answer.outcome;
    this.name = anyPsciFunction(id)?.name ?? serviceName(id) ?? 'unknown';
  }

  get resultText(): string {
    return textOf(this.answer.resultText);
  }
  get why(): string {
    return textOf(this.answer.why);
  }
  get argsText(): string {
    return describeArguments(this.id, this.args, this.words);
  }
}

/** Argument text of any call, known or not. `args` are x1..x3 as the guest passed them. */
function describeArguments(id: number, args: CallArguments, words: Words): string {
  const fn = anyPsciFunction(id);
  if (fn) {
    const [x1, x2, x3] = args;
    const u32 = (value: bigint): bigint => BigInt.asUintN(32, value);
    return fn.formatArgs(narrowsArguments(id) ? [u32(x1), u32(x2), u32(x3)] : args, words);
  }
  const service = serviceById(id);
  return service ? (service.formatArgs?.(args) ?? '') : `id ${hex(id)}`;
}

/**
 * Answers one SMC or HVC. Nothing is changed: the caller of this function writes `regs` to x0..x3 and applies `effects`
 * in order. x4..x17 are never touched. `state` must not be changed afterwards: the reply's words are made from it when they are wanted.
 */
export function handleCall(state: FirmwareState, caller: Caller, services: FirmwareServices = {}): CallReply {
  const at = (index: number): bigint => BigInt.asUintN(64, caller.regs[index] ?? 0n);
  const regs: CallRegisters = [at(0), at(1), at(2), at(3)];
  const id = Number(BigInt.asUintN(32, regs[0]));
  const args: [bigint, bigint, bigint] = [regs[1], regs[2], regs[3]];
  const words = new StateWords(state);
  const answer = dispatch({ id, state, caller, services, regs, words });
  return new Reply(answer, caller.vcpu, caller.conduit, id, args, words);
}

/** Power states after `effects`. A started CPU is `pending` until the machine clears that when it first runs. */
export function applyPowerEffects(vcpus: readonly VcpuPowerState[], effects: readonly Effect[]): VcpuPowerState[] {
  const next = vcpus.map((vcpu) => ({ ...vcpu }));
  for (const effect of effects) {
    if (effect.type === 'start-cpu') next[effect.vcpu] = { ...next[effect.vcpu]!, power: 'runnable', pending: true };
    if (effect.type === 'stop-cpu') next[effect.vcpu] = { ...next[effect.vcpu]!, power: 'stopped', pending: false };
  }
  return next;
}

/** What the VMM writes to x0..x3 to refuse a SYSTEM_SUSPEND (or any forwarded call) with a PSCI code, before it re-runs the caller. */
export function refuse(code: number): CallRegisters {
  return [BigInt.asUintN(64, BigInt(code)), 0n, 0n, 0n];
}

/** Where a suspended machine wakes: entry and context id, read from the registers a SYSTEM_SUSPEND left. */
export function wakeUpPoint(regs: CallRegisters): { entry: bigint; contextId: bigint } {
  return { entry: regs[1], contextId: regs[2] };
}
