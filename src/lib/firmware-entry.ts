/**
 * `dormouse/firmware`: PSCI and SMCCC as KVM answers them, as a pure function over plain data, without a machine; the table of versions; and the
 * pseudo-registers by which a VMM pins a version.
 */
import {
  affinityOfVcpu,
  applyPowerEffects,
  type CallRegisters,
  type Conduit,
  type Effect,
  FirmwareRegisters,
  type FirmwareServices,
  type FirmwareState,
  HOST_GENERATIONS,
  handleCall,
  hostGeneration,
  KVM_POLICY,
  makeHost,
  type Outcome,
  PSCI_FUNCTIONS,
  PSCI_VERSIONS,
  type PsciFunctionName,
  type PsciVersion,
  versionMatrix as psciMatrix,
  SPEC_POLICY,
} from '../psci';
import { requireChoice, requireOptions, requireWord, shown } from './check-values';

export {
  type CallRegisters,
  type Conduit,
  type Effect,
  FirmwareRegisters,
  type FirmwareServices,
  type FirmwareState,
  HOST_GENERATIONS,
  type HostGeneration,
  NEWEST_PSCI_VERSION,
  type Outcome,
  PSCI_VERSIONS,
  type PsciFunctionName,
  type PsciVersion,
  parseAssignment,
  type RegisterName,
  type RegisterView,
  type SavedRegister,
  type SystemEvent,
} from '../psci';

/** One function of PSCI, of whatever version. */
export interface FirmwareFunction {
  readonly name: PsciFunctionName;
  /** Function ids by calling convention, if it has them. */
  readonly smc32?: number;
  readonly smc64?: number;
  /** Its id where the version is 0.1, if it has one. */
  readonly id01?: number;
  /** Names of the arguments in x1, x2, x3. */
  readonly args: readonly string[];
  /** First version of the specification that has it. */
  readonly since: PsciVersion;
  readonly summary: string;
}

/** All functions that any version, or a draft of one, has. */
export const FIRMWARE_FUNCTIONS: readonly FirmwareFunction[] = PSCI_FUNCTIONS.map(
  ({ name, smc32, smc64, id01, args, since, summary }) => ({
    name,
    ...(smc32 === undefined ? {} : { smc32 }),
    ...(smc64 === undefined ? {} : { smc64 }),
    ...(id01 === undefined ? {} : { id01 }),
    args,
    since,
    summary,
  }),
);

/** Whether a function is there: `capability` only with SYSTEM_SUSPEND offered; `draft`: in no published version. */
export type Offered = 'yes' | 'no' | 'capability' | 'draft';

export interface VersionRow {
  readonly name: PsciFunctionName;
  readonly offered: Readonly<Record<PsciVersion, Offered>>;
  /** Why not, one sentence for each version that has it not. */
  readonly why: Readonly<Partial<Record<PsciVersion, string>>>;
}

const RULES = ['kvm', 'spec'] as const;
/** As many as KVM gives a VM: each has a redistributor of its GIC. */
const MOST_CPUS = 512;

function requireCpus(cpus: unknown): void {
  if (typeof cpus !== 'number' || !Number.isInteger(cpus) || cpus < 1 || cpus > MOST_CPUS)
    throw new Error(`${shown(cpus)} vCPUs are not possible: give a whole number from 1 to ${MOST_CPUS}.`);
}

/** Which functions a machine answers in each version. */
export function versionTable(options: { rules?: 'kvm' | 'spec' } = {}): readonly VersionRow[] {
  requireOptions(options, { what: 'options', names: ['rules'], example: "{ rules: 'spec' }" });
  const { rules = 'kvm' } = options;
  requireChoice(rules, 'rules', RULES);
  return psciMatrix(rules === 'spec' ? SPEC_POLICY : KVM_POLICY).map(({ fn, cells }) => ({
    name: fn.name,
    offered: Object.fromEntries(cells.map(({ version, answer }) => [version, answer])) as Record<PsciVersion, Offered>,
    why: Object.fromEntries(cells.filter(({ why }) => why !== '').map(({ version, why }) => [version, why])),
  }));
}

/**
 * The pseudo-registers of a new VM. Throws one sentence if the host does not know the version, or there is no such host.
 * @param options.psci the version to pin; left out: the newest that the host knows
 * @param options.host name of a host generation, such as `linux-5.18`; left out: the newest
 */
export function firmwareRegisters(options: { psci?: PsciVersion; cpus?: number; host?: string } = {}): FirmwareRegisters {
  requireOptions(options, { what: 'options', names: ['psci', 'cpus', 'host'], example: "{ psci: '1.1' }" });
  return registersFor(options);
}

function registersFor({ psci, cpus = 1, host }: Pick<FirmwareOptions, 'psci' | 'cpus' | 'host'>): FirmwareRegisters {
  requireCpus(cpus);
  const generation = host === undefined ? undefined : hostGeneration(host);
  if (host !== undefined && !generation)
    throw new Error(
      `There is no host generation ${shown(host)}; there are ${HOST_GENERATIONS.map(({ name }) => name).join(', ')}.`,
    );
  if (psci !== undefined && !PSCI_VERSIONS.includes(psci))
    throw new Error(`${shown(psci)} is no version of PSCI: choose ${PSCI_VERSIONS.join(', ')}.`);
  const made = FirmwareRegisters.forVersion(psci, cpus, generation ? makeHost(generation) : makeHost());
  if (!made.ok) throw new Error(`PSCI ${psci} is refused with ${made.errno}: ${made.sentence}`);
  return made.value;
}

export interface FirmwareOptions {
  /** Number of vCPUs, up to 512; vCPU 0 runs, the others are off. Default 1. */
  cpus?: number;
  psci?: PsciVersion;
  /** See {@link firmwareRegisters}. */
  host?: string;
  rules?: 'kvm' | 'spec';
  systemSuspend?: boolean;
  /** Registers that were made and written before, instead of `psci` and `host`. */
  registers?: FirmwareRegisters;
}

const STATE_OPTIONS = {
  what: 'options',
  names: ['cpus', 'psci', 'host', 'rules', 'systemSuspend', 'registers'] satisfies (keyof FirmwareOptions)[],
  example: "{ cpus: 2, psci: '1.1' }",
};

/** What a call is a function of, at power-on. Throws one sentence for what is not possible. */
export function firmwareState(options: FirmwareOptions = {}): FirmwareState {
  requireOptions(options, STATE_OPTIONS);
  const { cpus = 1, rules = 'kvm', systemSuspend = false } = options;
  requireCpus(cpus);
  requireChoice(rules, 'rules', RULES);
  requireChoice(systemSuspend, 'systemSuspend', [true, false]);
  const registers = options.registers ?? registersFor(options);
  if (!(registers instanceof FirmwareRegisters))
    throw new Error(`${shown(registers)} cannot be the registers: give what firmwareRegisters() made.`);
  return {
    ...registers.state(),
    policy: rules === 'spec' ? SPEC_POLICY : KVM_POLICY,
    systemSuspend,
    vcpus: Array.from({ length: cpus }, (_, index) => ({
      affinity: affinityOfVcpu(index),
      power: index === 0 ? 'runnable' : 'stopped',
    })),
  };
}

/** An SMC or HVC. */
export interface FirmwareCallRequest {
  /** The function's name, or any 32-bit id. A name means its 64-bit form, if it has one, or what a machine of 0.1 has. */
  function: PsciFunctionName | number;
  /** x1, x2, x3; zero if left out. */
  args?: readonly bigint[];
  /** The caller's number. Default 0. */
  vcpu?: number;
  /** Default `hvc`. */
  conduit?: Conduit;
}

/** The whole answer: numbers, effects and words. Nothing was changed. */
export interface FirmwareReply {
  /** x0..x3 after the call. */
  readonly regs: CallRegisters;
  /** What the machine is to do now, in order. */
  readonly effects: readonly Effect[];
  /** x0, unless the call does not return. */
  readonly result?: bigint;
  readonly outcome: Outcome;
  readonly id: number;
  /** The function's name, or `unknown`. */
  readonly name: string;
  readonly argsText: string;
  /** `SUCCESS`, `NOT_SUPPORTED`, `1.3`… */
  readonly resultText: string;
  /** The rule, and the version, that decided it: one sentence. */
  readonly why: string;
}

const REQUEST = {
  what: 'request',
  names: ['function', 'args', 'vcpu', 'conduit'] satisfies (keyof FirmwareCallRequest)[],
  example: "{ function: 'CPU_ON', args: [1n, 0x40080000n, 0n] }",
};
/** x1, x2, x3. */
const MOST_ARGS = 3;

function requireState(state: FirmwareState): void {
  if (!Array.isArray((state as Partial<FirmwareState> | null | undefined)?.vcpus))
    throw new Error(`${shown(state)} cannot be the state: give what firmwareState() made.`);
}

function requireArgs(args: readonly bigint[]): void {
  if (!Array.isArray(args) || args.length > MOST_ARGS)
    throw new Error(`${shown(args)} cannot be the args: give an array of up to ${MOST_ARGS} values, those of x1, x2, x3.`);
  for (const value of args as readonly unknown[]) {
    // A negative one means the bits it has in a register.
    if (typeof value !== 'bigint' || value < -(1n << 63n) || value >= 1n << 64n)
      throw new Error(`${shown(value)} cannot be an argument: give a BigInt of 64 bits, such as 1n.`);
  }
}

/**
 * Answers one firmware call. A pure function: the same state and request give the same reply, and neither is changed. Throws one sentence if the state has no such
 * vCPU, or the function has no id in its version.
 * @param services chance and time of day, for the few calls that ask for them; without them they answer that there are none
 */
export function callFirmware(state: FirmwareState, request: FirmwareCallRequest, services: FirmwareServices = {}): FirmwareReply {
  requireState(state);
  requireOptions(request, REQUEST);
  const { args = [], vcpu = 0, conduit = 'hvc' } = request;
  requireArgs(args);
  requireChoice(conduit, 'conduit', ['hvc', 'smc']);
  if (!state.vcpus[vcpu])
    throw new Error(`There is no vCPU ${shown(vcpu)}: the state has ${state.vcpus.length}, counted from 0.`);
  const id = typeof request.function === 'number' ? wordOf(request.function) : idOf(request.function, state.version);
  const regs = [BigInt(id), ...[0, 1, 2].map((index) => args[index] ?? 0n)];
  const reply = handleCall(state, { vcpu, conduit, immediate: 0, regs, bigEndian: false }, services);
  return {
    regs: reply.regs,
    effects: reply.effects,
    ...(reply.result === undefined ? {} : { result: reply.result }),
    outcome: reply.outcome,
    id: reply.id,
    name: reply.name,
    argsText: reply.argsText,
    resultText: reply.resultText,
    why: reply.why,
  };
}

function wordOf(id: number): number {
  requireWord(id, 'function');
  return id >>> 0;
}

function idOf(name: PsciFunctionName, version: PsciVersion): number {
  const found = PSCI_FUNCTIONS.find((fn) => fn.name === name);
  if (!found)
    throw new Error(`${shown(name)} is no function of PSCI; there are ${PSCI_FUNCTIONS.map((fn) => fn.name).join(', ')}.`);
  const id = (version === '0.1' ? found.id01 : undefined) ?? found.smc64 ?? found.smc32;
  if (id === undefined) throw new Error(`The function ${name} has no id in PSCI ${version}.`);
  return id;
}

/** The state after a reply's effects on which vCPUs are on. */
export function afterEffects(state: FirmwareState, reply: Pick<FirmwareReply, 'effects'>): FirmwareState {
  requireState(state);
  const effects: unknown = (reply as Partial<FirmwareReply> | undefined)?.effects;
  if (!Array.isArray(effects)) throw new Error(`${shown(reply)} cannot be the reply: give what callFirmware() returned.`);
  return { ...state, vcpus: applyPowerEffects(state.vcpus, reply.effects) };
}
