/**
 * What each PSCI function does, by name. Dispatch by version has happened before; see availability.ts.
 *
 * Semantics: KVM (`arch/arm64/kvm/psci.c`), and DEN0022 where the policy says `spec`.
 */
import { AFFINITY_LEVEL_MASKS, isValidAffinity } from './affinity';
import { returnValue } from './answers';
import { availability, versionPhrase } from './availability';
import { type CallArguments, formatResult, type PsciFunction, type PsciFunctionName, type Words } from './functions';
import { AFFINITY_INFO, MIGRATE_INFO_TYPE_MP, PSCI_RET, type PsciReturnName, toRegister } from './results';
import {
  type Answer,
  type Caller,
  type CallRegisters,
  type Effect,
  type FirmwareState,
  type Lazy,
  RESET_FLAG_PSCI_RESET2,
  SHUTDOWN_FLAG_PSCI_OFF2,
  type SystemEvent,
} from './state';
import { encodeVersion, versionAtLeast } from './versions';
import { hex, number, vcpuByAffinity } from './words';

/** SMCCC_VERSION: PSCI_FEATURES answers for it from 1.0 on, which is how guests find SMCCC 1.1. */
export const ARM_SMCCC_VERSION_FUNC_ID = 0x8000_0000;

/** SYSTEM_RESET2 types: 0 is the architectural warm reset, bit 31 marks the vendor's own. */
export const PSCI_1_1_RESET_TYPE_SYSTEM_WARM_RESET = 0;
export const PSCI_1_1_RESET_TYPE_VENDOR_START = 0x8000_0000;

/** power_state word, original format. */
export const PSCI_0_2_POWER_STATE_TYPE_POWER_DOWN = 1n << 16n;
const POWER_STATE_RESERVED = 0xfcfe_0000n;

export interface PsciCall {
  readonly fn: PsciFunction;
  readonly state: FirmwareState;
  readonly caller: Caller;
  /** x0..x3 at the call; x1..x3 truncated for an SMC32 id. */
  readonly regs: CallRegisters;
  readonly args: CallArguments;
  readonly words: Words;
}

type Handler = (call: PsciCall) => Answer;

const u32 = (value: bigint): bigint => BigInt.asUintN(32, value);

const fail = (code: PsciReturnName, why: Lazy): Answer => returnValue(PSCI_RET[code], code, why);

/** A value ≥ 0, worded by the function's own row of the table. */
const succeed = (call: PsciCall, value: number, why: Lazy, effects: readonly Effect[] = []): Answer =>
  returnValue(value, () => formatResult(call.fn, BigInt(value), call.args, call.words), why, effects);

/** INVALID_ADDRESS exists from 1.0; older versions say INVALID_PARAMETERS for the same mistake. */
const addressError = (state: FirmwareState): PsciReturnName =>
  versionAtLeast(state.version, '1.0') ? 'INVALID_ADDRESS' : 'INVALID_PARAMETERS';

/** What is wrong with an entry address under the `spec` rules, or undefined. */
function entryProblem(state: FirmwareState, entry: bigint): string | undefined {
  if ((entry & 3n) !== 0n) return `entry ${hex(entry)} is not aligned to 4 bytes`;
  const { ram } = state;
  if (ram && (entry < ram.base || entry >= ram.base + ram.size)) return `entry ${hex(entry)} is outside RAM`;
  return undefined;
}

/** Registers a caller finds if the VMM re-runs it after a system event: INTERNAL_FAILURE, as the call cannot return. */
const afterEvent = (rest: readonly [bigint, bigint, bigint] = [0n, 0n, 0n]): CallRegisters => [
  toRegister(PSCI_RET.INTERNAL_FAILURE),
  ...rest,
];

function systemEvent(
  call: PsciCall,
  type: SystemEvent['type'],
  data: bigint[],
  regs: CallRegisters,
  resultText: string,
  why: Lazy,
): Answer {
  const event: SystemEvent = { type, ndata: data.length, data, flags: data[0] ?? 0n };
  const stops: Effect[] = type === 'suspend' ? [] : call.state.vcpus.map((_, vcpu) => ({ type: 'stop-cpu', vcpu }));
  return {
    regs,
    effects: [...stops, { type: 'system-event', vcpu: call.caller.vcpu, event }],
    resultText,
    why,
    outcome: 'event',
  };
}

const HANDLERS: Partial<Record<PsciFunctionName, Handler>> = {
  PSCI_VERSION(call) {
    return succeed(
      call,
      encodeVersion(call.state.version),
      () => `The version is a choice of the VMM: ${versionPhrase(call.state)}.`,
    );
  },

  CPU_SUSPEND(call) {
    const { state, caller } = call;
    const [powerState, entry] = call.args;
    const powerDown = (powerState & PSCI_0_2_POWER_STATE_TYPE_POWER_DOWN) !== 0n;
    if (state.policy.rules === 'spec') {
      if ((powerState & ~0xffff_ffffn) !== 0n || (powerState & POWER_STATE_RESERVED) !== 0n) {
        return fail('INVALID_PARAMETERS', () => `The power state ${hex(powerState)} has reserved bits set.`);
      }
      const problem = powerDown ? entryProblem(state, entry) : undefined;
      if (problem) return fail(addressError(state), () => `The ${problem}, and a power-down state needs a valid one.`);
    }
    const kind = powerDown ? 'A power-down request is honoured as standby' : 'Standby';
    return succeed(
      call,
      PSCI_RET.SUCCESS,
      () => `${kind}: the CPU waits as for WFI, then goes on after the call with its registers kept.`,
      [{ type: 'wait', vcpu: caller.vcpu }],
    );
  },

  CPU_OFF({ caller }) {
    return {
      regs: [toRegister(PSCI_RET.SUCCESS), 0n, 0n, 0n],
      effects: [{ type: 'stop-cpu', vcpu: caller.vcpu }],
      resultText: 'off',
      why: 'CPU_OFF always switches the caller off, even the last running CPU, and does not return.',
      outcome: 'ok',
    };
  },

  CPU_ON(call) {
    const { state, caller, words } = call;
    const { version, policy } = state;
    const [target, entry, contextId] = call.args;
    if (!isValidAffinity(target)) {
      return fail(
        'INVALID_PARAMETERS',
        () =>
          `Only the affinity fields may be set in a target CPU, and ${hex(target)} has other bits (MPIDR_EL1's bit 31 is one).`,
      );
    }
    const vcpu = vcpuByAffinity(state.vcpus, target);
    if (vcpu < 0) return fail('INVALID_PARAMETERS', () => `No CPU of this machine has affinity ${hex(target)}.`);
    const { power, pending } = state.vcpus[vcpu]!;
    if (power !== 'stopped') {
      const who = vcpu === caller.vcpu ? `${words.cpu(target)} is the caller itself` : `${words.cpu(target)} is not off`;
      if (version === '0.1')
        return fail('INVALID_PARAMETERS', () => `${who}; PSCI 0.1 has no ALREADY_ON, so it says INVALID_PARAMETERS.`);
      if (policy.rules === 'spec' && pending) {
        return fail('ON_PENDING', () => `An earlier CPU_ON of ${words.cpu(target)} was accepted and it has not started yet.`);
      }
      return fail('ALREADY_ON', () => `${who}, and CPU_ON needs a CPU that is off.`);
    }
    if (policy.denyCpuOn.includes(vcpu)) return refusedByVmm(state, words.cpu(target));
    if (policy.rules === 'spec') {
      const problem = entryProblem(state, entry);
      if (problem) return fail(addressError(state), () => `The ${problem}.`);
    }
    return succeed(
      call,
      PSCI_RET.SUCCESS,
      () => `${words.cpu(target)} was off and starts at ${hex(entry)} with x0 = ${hex(contextId)}.`,
      [{ type: 'start-cpu', vcpu, entry, contextId, bigEndian: caller.bigEndian }],
    );
  },

  AFFINITY_INFO(call) {
    const { state } = call;
    const [target, level] = call.args;
    if (!isValidAffinity(target)) {
      return fail(
        'INVALID_PARAMETERS',
        () => `Only the affinity fields may be set in a target, and ${hex(target)} has other bits.`,
      );
    }
    const mask = level < BigInt(AFFINITY_LEVEL_MASKS.length) ? AFFINITY_LEVEL_MASKS[Number(level)]! : undefined;
    if (mask === undefined) return fail('INVALID_PARAMETERS', () => `The lowest affinity level is 0 to 3, not ${number(level)}.`);
    const matching = state.vcpus.filter((vcpu) => (vcpu.affinity & mask) === (target & mask));
    if (matching.length === 0) {
      return fail('INVALID_PARAMETERS', () => `No CPU of this machine matches affinity ${hex(target)} at level ${level}.`);
    }
    const running = matching.filter((vcpu) => vcpu.power !== 'stopped');
    if (running.length === 0) {
      return succeed(call, AFFINITY_INFO.OFF, () => `All of the ${matching.length} matching CPUs are off.`);
    }
    if (state.policy.rules === 'spec' && running.every((vcpu) => vcpu.pending)) {
      return succeed(call, AFFINITY_INFO.ON_PENDING, 'CPU_ON was accepted and the CPU has not started yet.');
    }
    return succeed(
      call,
      AFFINITY_INFO.ON,
      () =>
        `${running.length} of ${matching.length} matching CPUs are not off; a CPU counts as on as soon as CPU_ON was accepted.`,
    );
  },

  MIGRATE_INFO_TYPE(call) {
    return succeed(call, MIGRATE_INFO_TYPE_MP, 'There is no Trusted OS that would need migration.');
  },

  SYSTEM_OFF(call) {
    return systemEvent(call, 'shutdown', [0n], afterEvent(), 'power off', 'SYSTEM_OFF stops every CPU and always succeeds.');
  },

  SYSTEM_RESET(call) {
    return systemEvent(call, 'reset', [0n], afterEvent(), 'reset', 'SYSTEM_RESET stops every CPU and always succeeds.');
  },

  PSCI_FEATURES(call) {
    return psciFeatures(call);
  },

  SYSTEM_SUSPEND(call) {
    const { state, caller, regs, args } = call;
    if (state.policy.rules === 'spec') {
      const other = state.vcpus.findIndex((vcpu, index) => index !== caller.vcpu && vcpu.power !== 'stopped');
      if (other >= 0) return fail('DENIED', () => `All other CPUs must be off for SYSTEM_SUSPEND, and cpu${other} is not.`);
      const problem = entryProblem(state, args[0]);
      if (problem) return fail(addressError(state), () => `The ${problem}.`);
    }
    return systemEvent(
      call,
      'suspend',
      [],
      regs,
      'asks to suspend',
      'The VM has the system-suspend capability, so the VMM decides: it wakes the caller at the entry address, or writes an error to x0.',
    );
  },

  SYSTEM_RESET2(call) {
    const [type, cookie] = call.args;
    const kind = Number(u32(type));
    if (kind !== PSCI_1_1_RESET_TYPE_SYSTEM_WARM_RESET && kind < PSCI_1_1_RESET_TYPE_VENDOR_START) {
      return fail(
        'INVALID_PARAMETERS',
        () => `Reset type ${number(kind)} is neither 0 (warm reset) nor a vendor's (bit 31 set).`,
      );
    }
    const isWarm = kind === PSCI_1_1_RESET_TYPE_SYSTEM_WARM_RESET;
    return systemEvent(
      call,
      'reset',
      [RESET_FLAG_PSCI_RESET2],
      afterEvent([type, cookie, call.args[2]]),
      isWarm ? 'warm reset' : 'vendor reset',
      () =>
        `Type ${number(kind)} is ${isWarm ? 'the architectural warm reset' : "a vendor's"}; x1 to x3 keep the arguments for the VMM.`,
    );
  },

  SYSTEM_OFF2(call) {
    return systemOff2(call);
  },
};

function refusedByVmm(state: FirmwareState, cpu: string): Answer {
  if (versionAtLeast(state.version, '1.2')) {
    return fail('DENIED', () => `The VMM does not let ${cpu} start, and from PSCI 1.2 CPU_ON may answer DENIED.`);
  }
  if (state.version === '0.1') return fail('DENIED', () => `The VMM does not let ${cpu} start.`);
  return fail('INTERNAL_FAILURE', () => `The VMM does not let ${cpu} start, and before PSCI 1.2 CPU_ON may not answer DENIED.`);
}

function psciFeatures(call: PsciCall): Answer {
  const { state, caller, args } = call;
  const id = Number(u32(args[0]));
  if (id === ARM_SMCCC_VERSION_FUNC_ID) {
    return succeed(call, 0, 'SMCCC_VERSION is there, so the guest may use SMCCC 1.1 and later.');
  }
  const found = availability(id, state, caller.aarch32);
  if ('missing' in found) return fail('NOT_SUPPORTED', found.missing);
  const { fn } = found;
  let why: Lazy = () => `${fn.name} exists from PSCI ${fn.kvmSince ?? fn.since}, and ${versionPhrase(state)}.`;
  if (fn.name === 'CPU_SUSPEND') why = 'CPU_SUSPEND takes the original power_state format, without OS-initiated mode.';
  if (fn.name === 'SYSTEM_OFF2')
    why = () => `Bit 0 offers HIBERNATE_OFF: SYSTEM_OFF2 exists from PSCI 1.3, and ${versionPhrase(state)}.`;
  return succeed(call, fn.featureFlags, why);
}

function systemOff2(call: PsciCall): Answer {
  const [type, cookie] = call.args;
  const kind = Number(u32(type));
  const accepted = { both: [0, 1], 'only-0': [0], 'only-1': [1] }[call.state.policy.systemOff2Types];
  if (!accepted.includes(kind)) {
    const rule =
      accepted.length === 2
        ? 'HIBERNATE_OFF is type 0 or 1'
        : `this firmware is set to know HIBERNATE_OFF only as type ${accepted[0]} (final PSCI 1.3 takes 0 and 1)`;
    return fail('INVALID_PARAMETERS', () => `Off type ${number(kind)} is not known: ${rule}.`);
  }
  if (cookie !== 0n)
    return fail('INVALID_PARAMETERS', () => `The second argument of SYSTEM_OFF2 must be 0, not ${number(cookie)}.`);
  return systemEvent(
    call,
    'shutdown',
    [SHUTDOWN_FLAG_PSCI_OFF2],
    afterEvent(),
    'hibernated',
    () => `Type ${kind} is HIBERNATE_OFF: every CPU stops, and the event's flag tells the VMM to keep the machine as it is.`,
  );
}

/** True if there is an implementation; a test holds that against the table's `kvmSince`. */
export function isImplemented(name: PsciFunctionName): boolean {
  return HANDLERS[name] !== undefined;
}

/** Runs an available function. */
export function performCall(call: PsciCall): Answer {
  const handler = HANDLERS[call.fn.name];
  if (!handler) throw new Error(`PSCI function ${call.fn.name} is in the table but has no implementation.`);
  return handler(call);
}
