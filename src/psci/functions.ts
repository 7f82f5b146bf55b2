/**
 * Every PSCI function, once: ids, arguments, versions, what KVM does with it, and how people read a call.
 * The firmware, the docs' tables, the page's matrix and the tests all read this table.
 *
 * Sources: DEN0022 as cited by Linux `include/uapi/linux/psci.h`, `arch/arm64/kvm/psci.c`, `drivers/firmware/psci/psci.c`.
 */
import { AFFINITY_INFO, MIGRATE_INFO_TYPE_MP, psciReturnName, SYSTEM_OFF2_FEATURES } from './results';
import { formatVersion, type PsciVersion } from './versions';
import { hex, number } from './words';

/** Function id = base + n. Bit 30 marks the SMC64 form. */
export const PSCI_FN_BASE_SMC32 = 0x8400_0000;
export const PSCI_FN_BASE_SMC64 = 0xc400_0000;
export const SMCCC_64BIT = 0x4000_0000;
/** Function numbers 0..0x1f of owner 4 belong to PSCI. */
export const PSCI_FN_LAST = 0x1f;

/** KVM's ids in a PSCI 0.1 VM, where the device tree tells the guest (`KVM_PSCI_FN_BASE`). */
export const PSCI_0_1_FN_BASE = 0x95c1_ba5e;
export const PSCI_0_1_FN_LAST = 0x95c1_ba61;

/** What formatters need to know of the world around the call. */
export interface Words {
  /** `cpu1`, or `affinity 0x…` if there is no such CPU. */
  cpu(affinity: bigint): string;
  /** Name of the function with this id, or the id in hexadecimal. */
  func(id: number): string;
}

/** x1..x3, already truncated to 32 bits for an SMC32 call. */
export type CallArguments = readonly [bigint, bigint, bigint];

export interface PsciFunction {
  /** Function number n. */
  readonly n: number;
  readonly name: PsciFunctionName;
  readonly smc32?: number;
  readonly smc64?: number;
  /** Id in a PSCI 0.1 VM. */
  readonly id01?: number;
  /** Names of the arguments in x1, x2, x3. */
  readonly args: readonly string[];
  /** First version of the specification that has the function; 0.1 had it under a per-platform id. */
  readonly since: PsciVersion;
  readonly mandatory: boolean;
  /** Only in drafts of the specification, never in a published version. */
  readonly draft: boolean;
  /** The first version with which KVM answers the standard id; left out if KVM never does. */
  readonly kvmSince?: PsciVersion;
  /** The VM capability KVM asks for on top of the version. */
  readonly needs?: 'system-suspend';
  /** KVM answers the 0.1 id in a 0.1 VM. */
  readonly kvm01: boolean;
  /** What PSCI_FEATURES answers when the function is there. */
  readonly featureFlags: number;
  /** One line for people who meet the function for the first time. */
  readonly summary: string;
  formatArgs(args: CallArguments, words: Words): string;
  /** Puts a result ≥ 0 into words; errors are named by {@link formatResult}. */
  formatSuccess(result: number, args: CallArguments, words: Words): string;
}

export const PSCI_FUNCTION_NAMES = [
  'PSCI_VERSION',
  'CPU_SUSPEND',
  'CPU_OFF',
  'CPU_ON',
  'AFFINITY_INFO',
  'MIGRATE',
  'MIGRATE_INFO_TYPE',
  'MIGRATE_INFO_UP_CPU',
  'SYSTEM_OFF',
  'SYSTEM_RESET',
  'PSCI_FEATURES',
  'CPU_FREEZE',
  'CPU_DEFAULT_SUSPEND',
  'NODE_HW_STATE',
  'SYSTEM_SUSPEND',
  'PSCI_SET_SUSPEND_MODE',
  'PSCI_STAT_RESIDENCY',
  'PSCI_STAT_COUNT',
  'SYSTEM_RESET2',
  'MEM_PROTECT',
  'MEM_PROTECT_CHECK_RANGE',
  'SYSTEM_OFF2',
  'CLEAN_INV_MEMREGION',
  'CLEAN_INV_MEMREGION_ATTRIBUTES',
] as const;
export type PsciFunctionName = (typeof PSCI_FUNCTION_NAMES)[number];

interface Row {
  readonly widths: '32' | '64' | 'both';
  readonly id01?: number;
  readonly args?: readonly string[];
  readonly since: PsciVersion;
  readonly optional?: true;
  readonly draft?: true;
  readonly kvmSince?: PsciVersion;
  readonly needs?: 'system-suspend';
  readonly kvm01?: true;
  readonly featureFlags?: number;
  readonly summary: string;
  readonly formatArgs?: PsciFunction['formatArgs'];
  readonly formatSuccess?: PsciFunction['formatSuccess'];
}

const plainArgs =
  (names: readonly string[]): PsciFunction['formatArgs'] =>
  (args) =>
    names.map((name, i) => `${name.replaceAll('_', ' ')} ${number(args[i]!)}`).join(', ');

const entryAndContext = (entry: bigint, context: bigint): string =>
  context === 0n ? `entry ${hex(entry)}` : `entry ${hex(entry)} context ${hex(context)}`;

const NAMES_OF_AFFINITY_INFO = Object.entries(AFFINITY_INFO);

const ROWS: Record<PsciFunctionName, Row> = {
  PSCI_VERSION: {
    widths: '32',
    since: '0.2',
    kvmSince: '0.2',
    summary: 'Tells which version of PSCI the firmware implements.',
    formatSuccess: (result) => formatVersion(result),
  },
  CPU_SUSPEND: {
    widths: 'both',
    id01: PSCI_0_1_FN_BASE,
    args: ['power_state', 'entry', 'context_id'],
    since: '0.1',
    kvmSince: '0.2',
    summary: 'Puts the calling CPU into a low-power state until an interrupt; KVM treats it as WFI.',
    formatArgs: ([state, entry, context]) => `power state ${hex(state)} ${entryAndContext(entry, context)}`,
  },
  CPU_OFF: {
    widths: '32',
    id01: PSCI_0_1_FN_BASE + 1,
    since: '0.1',
    kvmSince: '0.2',
    kvm01: true,
    summary: 'Switches the calling CPU off.',
  },
  CPU_ON: {
    widths: 'both',
    id01: PSCI_0_1_FN_BASE + 2,
    args: ['target_cpu', 'entry', 'context_id'],
    since: '0.1',
    kvmSince: '0.2',
    kvm01: true,
    summary: 'Switches another CPU on; it starts at the entry address with the context id in x0.',
    formatArgs: ([target, entry, context], words) => `${words.cpu(target)} ${entryAndContext(entry, context)}`,
  },
  AFFINITY_INFO: {
    widths: 'both',
    args: ['target_affinity', 'lowest_affinity_level'],
    since: '0.2',
    kvmSince: '0.2',
    summary: 'Tells whether a CPU, or any CPU of a group, is on.',
    formatArgs: ([target, level], words) => (level === 0n ? words.cpu(target) : `affinity ${hex(target)} level ${number(level)}`),
    formatSuccess: (result) => NAMES_OF_AFFINITY_INFO.find(([, value]) => value === result)?.[0] ?? number(result),
  },
  MIGRATE: {
    widths: 'both',
    id01: PSCI_0_1_FN_BASE + 3,
    args: ['target_cpu'],
    since: '0.1',
    optional: true,
    summary: 'Moves a uniprocessor Trusted OS to another CPU.',
    formatArgs: ([target], words) => words.cpu(target),
  },
  MIGRATE_INFO_TYPE: {
    widths: '32',
    since: '0.2',
    optional: true,
    kvmSince: '0.2',
    summary: 'Tells whether a Trusted OS must be migrated before its CPU goes off.',
    formatSuccess: (result) => (result === MIGRATE_INFO_TYPE_MP ? 'migration not required' : `type ${result}`),
  },
  MIGRATE_INFO_UP_CPU: {
    widths: 'both',
    since: '0.2',
    optional: true,
    summary: 'Tells on which CPU a uniprocessor Trusted OS lives.',
  },
  SYSTEM_OFF: { widths: '32', since: '0.2', kvmSince: '0.2', summary: 'Switches the whole machine off.' },
  SYSTEM_RESET: { widths: '32', since: '0.2', kvmSince: '0.2', summary: 'Cold-resets the whole machine.' },
  PSCI_FEATURES: {
    widths: '32',
    args: ['function_id'],
    since: '1.0',
    kvmSince: '1.0',
    summary: 'Tells whether a function is there, and with which options.',
    formatArgs: ([id], words) => words.func(Number(BigInt.asUintN(32, id))),
    formatSuccess: (result, [id], words) => {
      const queried = words.func(Number(BigInt.asUintN(32, id)));
      if (queried === 'SYSTEM_OFF2' && result & SYSTEM_OFF2_FEATURES.HIBERNATE_OFF) return 'supported: HIBERNATE_OFF';
      return result === 0 ? 'supported' : `supported: ${hex(result)}`;
    },
  },
  CPU_FREEZE: {
    widths: '32',
    since: '1.0',
    optional: true,
    summary: 'Puts the calling CPU into an implementation-defined low-power state.',
  },
  CPU_DEFAULT_SUSPEND: {
    widths: 'both',
    args: ['entry', 'context_id'],
    since: '1.0',
    optional: true,
    summary: 'Suspends the calling CPU into an implementation-defined state.',
    formatArgs: ([entry, context]) => entryAndContext(entry, context),
  },
  NODE_HW_STATE: {
    widths: 'both',
    args: ['target_cpu', 'power_level'],
    since: '1.0',
    optional: true,
    summary: 'Reads the true power state of a node from the power controller.',
    formatArgs: ([target, level], words) => `${words.cpu(target)} level ${number(level)}`,
  },
  SYSTEM_SUSPEND: {
    widths: 'both',
    args: ['entry', 'context_id'],
    since: '1.0',
    optional: true,
    kvmSince: '1.0',
    needs: 'system-suspend',
    summary: 'Suspends the machine to RAM; it wakes at the entry address.',
    formatArgs: ([entry, context]) => entryAndContext(entry, context),
  },
  PSCI_SET_SUSPEND_MODE: {
    widths: '32',
    args: ['mode'],
    since: '1.0',
    optional: true,
    summary: 'Chooses who coordinates CPU_SUSPEND: the platform or the OS.',
  },
  PSCI_STAT_RESIDENCY: {
    widths: 'both',
    args: ['target_cpu', 'power_state'],
    since: '1.0',
    optional: true,
    summary: 'Tells how many µs a CPU has spent in a power state.',
    formatArgs: ([target, state], words) => `${words.cpu(target)} power state ${hex(state)}`,
  },
  PSCI_STAT_COUNT: {
    widths: 'both',
    args: ['target_cpu', 'power_state'],
    since: '1.0',
    optional: true,
    summary: 'Tells how often a CPU has entered a power state.',
    formatArgs: ([target, state], words) => `${words.cpu(target)} power state ${hex(state)}`,
  },
  SYSTEM_RESET2: {
    widths: 'both',
    args: ['reset_type', 'cookie'],
    since: '1.1',
    optional: true,
    kvmSince: '1.1',
    summary: 'Resets the machine in a given way: 0 is a warm reset, types with bit 31 belong to the vendor.',
    formatArgs: ([type, cookie]) => `type ${number(type)}, cookie ${number(cookie)}`,
  },
  MEM_PROTECT: {
    widths: '32',
    args: ['enable'],
    since: '1.1',
    optional: true,
    summary: 'Asks for memory to be overwritten before the next boot.',
  },
  MEM_PROTECT_CHECK_RANGE: {
    widths: 'both',
    args: ['base', 'length'],
    since: '1.1',
    optional: true,
    summary: 'Tells whether MEM_PROTECT covers a range.',
  },
  SYSTEM_OFF2: {
    widths: 'both',
    args: ['type', 'cookie'],
    since: '1.3',
    optional: true,
    kvmSince: '1.3',
    featureFlags: SYSTEM_OFF2_FEATURES.HIBERNATE_OFF,
    summary: 'Switches the machine off and says that it hibernates, so the VMM can keep it as it is.',
    formatArgs: ([type, cookie]) => `type ${number(type)}, cookie ${number(cookie)}`,
  },
  CLEAN_INV_MEMREGION: {
    widths: '64',
    since: '1.3',
    optional: true,
    draft: true,
    summary: 'Cleans and invalidates caches for a region; in the alpha of 1.3 only.',
  },
  CLEAN_INV_MEMREGION_ATTRIBUTES: {
    widths: '32',
    since: '1.3',
    optional: true,
    draft: true,
    summary: 'Attributes of CLEAN_INV_MEMREGION; in the alpha of 1.3 only.',
  },
};

/** All functions in order of their number. */
export const PSCI_FUNCTIONS: readonly PsciFunction[] = PSCI_FUNCTION_NAMES.map((name, n) => {
  const row = ROWS[name];
  const args = row.args ?? [];
  return {
    n,
    name,
    ...(row.widths === '64' ? {} : { smc32: PSCI_FN_BASE_SMC32 + n }),
    ...(row.widths === '32' ? {} : { smc64: PSCI_FN_BASE_SMC64 + n }),
    ...(row.id01 === undefined ? {} : { id01: row.id01 }),
    args,
    since: row.since,
    mandatory: !row.optional,
    draft: row.draft ?? false,
    ...(row.kvmSince === undefined ? {} : { kvmSince: row.kvmSince }),
    ...(row.needs === undefined ? {} : { needs: row.needs }),
    kvm01: row.kvm01 ?? false,
    featureFlags: row.featureFlags ?? 0,
    summary: row.summary,
    formatArgs: row.formatArgs ?? plainArgs(args),
    formatSuccess: row.formatSuccess ?? ((result) => (result === 0 ? 'SUCCESS' : number(result))),
  };
});

const BY_ID = new Map<number, PsciFunction>();
const BY_ID_0_1 = new Map<number, PsciFunction>();
const BY_NAME = new Map<string, PsciFunction>();
for (const fn of PSCI_FUNCTIONS) {
  if (fn.smc32 !== undefined) BY_ID.set(fn.smc32, fn);
  if (fn.smc64 !== undefined) BY_ID.set(fn.smc64, fn);
  if (fn.id01 !== undefined) BY_ID_0_1.set(fn.id01, fn);
  BY_NAME.set(fn.name, fn);
}

/** The function with this standard (0.2 and later) id. */
export function psciFunctionById(id: number): PsciFunction | undefined {
  return BY_ID.get(id);
}

/** The function with this PSCI 0.1 id. */
export function psci01FunctionById(id: number): PsciFunction | undefined {
  return BY_ID_0_1.get(id);
}

export function psciFunction(name: PsciFunctionName): PsciFunction {
  return BY_NAME.get(name)!;
}

/** A result in words: an error by its name, a success as the function means it. `result` is x0, signed or not. */
export function formatResult(fn: PsciFunction, result: bigint, args: CallArguments, words: Words): string {
  const signed = Number(BigInt.asIntN(64, result));
  return signed < 0 ? (psciReturnName(signed) ?? String(signed)) : fn.formatSuccess(signed, args, words);
}
