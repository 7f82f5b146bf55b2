/**
 * SMCCC dispatch, in KVM's order: conduit, filter, allow-list, then the service (Linux `arch/arm64/kvm/hypercalls.c`).
 */
import { returnValue } from './answers';
import { availability } from './availability';
import { performCall } from './calls';
import { filterAction } from './filter';
import {
  type CallArguments,
  PSCI_0_1_FN_BASE,
  PSCI_0_1_FN_LAST,
  PSCI_FN_LAST,
  type PsciFunction,
  psci01FunctionById,
  psciFunctionById,
  SMCCC_64BIT,
  type Words,
} from './functions';
import { PSCI_RET } from './results';
import { BITMAP_REGISTER_NAMES, type Service, serviceById } from './smccc-services';
import type { Answer, Caller, CallRegisters, FirmwareServices, FirmwareState, Lazy } from './state';
import { hex } from './words';

/** SMCCC owner field: bits 29:24 of the id. Owner 4 is the Standard Secure Service range, PSCI's. */
const ARM_SMCCC_OWNER_SHIFT = 24;
const ARM_SMCCC_OWNER_MASK = 0x3f;
const ARM_SMCCC_OWNER_STANDARD = 4;
const ARM_SMCCC_FUNC_MASK = 0xffff;

const ALL_ONES = (1n << 64n) - 1n;

/** True for ids that KVM hands to PSCI: function numbers 0..0x1f of owner 4, and the 0.1 ids. */
export function isPsciId(id: number): boolean {
  const owner = (id >>> ARM_SMCCC_OWNER_SHIFT) & ARM_SMCCC_OWNER_MASK;
  if (owner === ARM_SMCCC_OWNER_STANDARD && (id & ARM_SMCCC_FUNC_MASK) <= PSCI_FN_LAST) return true;
  return id >= PSCI_0_1_FN_BASE && id <= PSCI_0_1_FN_LAST;
}

/** The PSCI function an id names, in whatever version. */
export function anyPsciFunction(id: number): PsciFunction | undefined {
  return psciFunctionById(id) ?? psci01FunctionById(id);
}

/** KVM truncates x1..x3 of a standard SMC32 PSCI call; 0.1 ids and the other services are not narrowed. */
export function narrowsArguments(id: number): boolean {
  const fn = psciFunctionById(id);
  return fn !== undefined && (id & SMCCC_64BIT) === 0;
}

export interface SmcccCall {
  readonly id: number;
  readonly state: FirmwareState;
  readonly caller: Caller;
  readonly services: FirmwareServices;
  readonly regs: CallRegisters;
  readonly words: Words;
}

const notSupported = (why: Lazy): Answer => returnValue(PSCI_RET.NOT_SUPPORTED, 'NOT_SUPPORTED', why);

export function dispatch(call: SmcccCall): Answer {
  const { id, state, caller, regs } = call;
  if (caller.conduit === 'smc' && caller.immediate !== 0) {
    return {
      regs: [ALL_ONES, regs[1], regs[2], regs[3]],
      effects: [],
      result: ALL_ONES,
      resultText: 'NOT_SUPPORTED',
      why: `SMC carries no firmware call with immediate ${hex(caller.immediate)}: only SMC #0 does.`,
      outcome: 'error',
    };
  }
  const action = filterAction(state.filter, id);
  if (action === 'deny') return notSupported(() => `The VMM's SMCCC filter denies ${hex(id)}.`);
  if (action === 'forward') {
    return {
      regs,
      effects: [{ type: 'forward', vcpu: caller.vcpu, id, smc: caller.conduit === 'smc' }],
      resultText: 'forwarded to the VMM',
      why: `The VMM's SMCCC filter takes ${hex(id)}, so the VMM answers it.`,
      outcome: 'event',
    };
  }
  const service = serviceById(id);
  if (service)
    return service.answer ? answerService(service, call) : notSupported(() => `KVM does not let ${service.name} through.`);
  if (isPsciId(id)) return psciCall(call);
  return notSupported(() => `${hex(id)} belongs to no service of this firmware.`);
}

function answerService(service: Service, call: SmcccCall): Answer {
  const { gate } = service;
  if (gate && (call.state.bitmaps[gate.register] & gate.bit) === 0) {
    return notSupported(() => `${service.name} is switched off: ${BITMAP_REGISTER_NAMES[gate.register]} lacks ${hex(gate.bit)}.`);
  }
  return service.answer!(call);
}

function psciCall({ id, state, caller, regs, words }: SmcccCall): Answer {
  const found = availability(id, state, caller.aarch32);
  if ('missing' in found) return notSupported(found.missing);
  const narrow = narrowsArguments(id);
  const arg = (index: 1 | 2 | 3): bigint => (narrow ? BigInt.asUintN(32, regs[index]) : regs[index]);
  const args: CallArguments = [arg(1), arg(2), arg(3)];
  return performCall({ fn: found.fn, state, caller, regs: [regs[0], ...args], args, words });
}
