import {
  CPU_MODEL_NAMES,
  DEFAULT_GIC,
  type DiskChoice,
  GIC_VERSIONS,
  PSCI_VERSIONS,
  type VariableChoice,
  VIRTIO_TRANSPORTS,
  type VmConfig,
} from '../vm/api';
import { makeFirmwareRegisters } from '../vm/firmware-registers';
import { checkConfig } from '../vm/vm-config';
import {
  requireChoice,
  requireNumber,
  requireObject,
  requireOptions,
  requireSignal,
  requireSource,
  requireString,
  shown,
} from './check-values';
import type { DiskOptions, Snapshot, Source, VariableOptions, VmOptions } from './public-types';

const KERNEL_MEMORY_MIB = 512;
const ASSEMBLY_MEMORY_MIB = 64;
const MAX_DISK_MIB = 1 << 20;

/** What a machine begins with, checked as far as that is possible without loading it. */
export type Beginning =
  | { from: 'guest'; guest: string; initrd?: Source; append?: string }
  | { from: 'kernel'; kernel: Source; firmware?: Source; initrd?: Source; append?: string }
  | { from: 'snapshot'; snapshot: Snapshot | Source };

export interface CheckedOptions {
  beginning: Beginning;
  /** Left out are those that the guest's defaults decide. */
  config: Omit<VmConfig, 'vcpus' | 'memoryMiB'> & Partial<VmConfig>;
  disk: DiskChoice | undefined;
  variables: VariableChoice | undefined;
  wakeAnyway: boolean;
  past: boolean;
}

const BEGINNINGS = ['guest', 'kernel', 'assembly', 'snapshot'] as const;
const BESIDE_SNAPSHOT: readonly string[] = ['snapshot', 'host', 'disk', 'worker', 'signal', 'assets'];

/** Every option there is; the compiler sees to that. */
const NAMES: Readonly<Record<keyof VmOptions, true>> = {
  guest: true,
  kernel: true,
  firmware: true,
  initrd: true,
  append: true,
  flat: true,
  assembly: true,
  snapshot: true,
  cpus: true,
  memory: true,
  cpu: true,
  gic: true,
  virtio: true,
  psci: true,
  conduit: true,
  host: true,
  rules: true,
  systemSuspend: true,
  registers: true,
  clock: true,
  engine: true,
  assets: true,
  disk: true,
  variables: true,
  past: true,
  wakeAnyway: true,
  worker: true,
  signal: true,
};

const CHOICES = {
  cpu: CPU_MODEL_NAMES,
  gic: GIC_VERSIONS,
  virtio: VIRTIO_TRANSPORTS,
  psci: PSCI_VERSIONS,
  conduit: ['hvc', 'smc'],
  rules: ['kvm', 'spec'],
  clock: ['realtime', 'virtual'],
  engine: ['auto', 'jit', 'interpreter'],
} as const satisfies { [Name in keyof VmOptions]?: readonly VmOptions[Name][] };

const EXAMPLE = "{ guest: 'lab' }";
const DISK = {
  what: 'options of the disk',
  names: ['name', 'sizeMiB', 'kind'] satisfies (keyof DiskOptions)[],
  example: "{ name: 'work', sizeMiB: 600 }",
};

const VARIABLES = {
  what: 'options of the variables',
  names: ['name', 'kind'] satisfies (keyof VariableOptions)[],
  example: "{ name: 'edk2', kind: 'kept' }",
};

const TYPES = {
  guest: 'string',
  append: 'string',
  assembly: 'string',
  host: 'string',
  flat: 'boolean',
  systemSuspend: 'boolean',
  past: 'boolean',
  wakeAnyway: 'boolean',
} as const satisfies { [Name in keyof VmOptions]?: 'string' | 'boolean' };

const NUMBERS = { cpus: 'number of vCPUs', memory: 'memory in MiB' } as const satisfies { [Name in keyof VmOptions]?: string };

/** Checks what a person gave. Rejects with one sentence naming the value. */
export async function checkOptions(options: VmOptions): Promise<CheckedOptions> {
  requireObject(options, 'options', EXAMPLE);
  const given = (Object.keys(options) as (keyof VmOptions)[]).filter((name) => options[name] !== undefined);
  for (const name of given) {
    if (!Object.hasOwn(NAMES, name)) throw new Error(`There is no option “${name}”; there are ${Object.keys(NAMES).join(', ')}.`);
    if (options[name] === null) throw new Error(`The option ${name} cannot be null: leave it out.`);
  }
  for (const [name, choices] of Object.entries(CHOICES) as [keyof typeof CHOICES, readonly unknown[]][]) {
    const value = options[name];
    if (value !== undefined) requireChoice(value, name, choices);
  }
  for (const [name, type] of Object.entries(TYPES) as [keyof typeof TYPES, string][]) {
    const value: unknown = options[name];
    if (value !== undefined && typeof value !== type) throw new Error(`${name} must be a ${type}, not ${shown(value)}.`);
  }
  for (const [name, what] of Object.entries(NUMBERS) as [keyof typeof NUMBERS, string][]) {
    if (options[name] !== undefined) requireNumber(options[name], what);
  }
  checkObjects(options);
  const disk = options.disk === undefined ? undefined : checkDisk(options.disk);
  const variables = options.variables === undefined ? undefined : checkVariables(options.variables);
  const beginning = await beginningOf(options, given);
  const { wakeAnyway = false, past = false } = options;
  const config = configOf(options);
  if (beginning.from !== 'snapshot') {
    checkConfig({ ...config, vcpus: config.vcpus ?? 1, memoryMiB: config.memoryMiB ?? KERNEL_MEMORY_MIB });
    makeFirmwareRegisters(config.psci, 1, config.registers, config.host);
  }
  return { beginning, config, disk, variables, wakeAnyway, past };
}

/** Whatever is neither a word, a number nor a disk. */
function checkObjects(options: VmOptions): void {
  const { kernel, firmware, initrd, snapshot, registers, assets, worker, signal } = options;
  if (kernel !== undefined) requireSource(kernel, 'kernel');
  if (firmware !== undefined) requireSource(firmware, 'firmware');
  if (initrd !== undefined) requireSource(initrd, 'initrd');
  if (snapshot !== undefined && !isSnapshot(snapshot)) requireSource(snapshot, 'snapshot');
  if (registers !== undefined) {
    if (!Array.isArray(registers))
      throw new Error(`${shown(registers)} cannot be the registers: give an array such as ['psci_version=1.1'].`);
    for (const register of registers) requireString(register, 'assignment of a register');
  }
  if (assets !== undefined) requireAddressOf(assets, 'assets');
  requireWorker(worker);
  requireSignal(signal);
}

function requireAddressOf(value: unknown, what: string): void {
  if ((typeof value !== 'string' || value === '') && !(value instanceof URL))
    throw new Error(`${shown(value)} cannot be the ${what}: give an address (URL, string).`);
}

/** Of a browser. What Node has, it refuses itself. */
export function requireWorker(value: unknown): void {
  const isWorker = typeof Worker !== 'undefined' && value instanceof Worker;
  if (value !== undefined && !isWorker) requireAddressOf(value, 'worker');
}

/** Of this library: whatever else gives itself out as one has no bytes to read. */
export const isSnapshot = (given: unknown): given is Snapshot =>
  typeof given === 'object' && given !== null && 'blob' in given && typeof given.blob === 'function';

async function beginningOf(options: VmOptions, given: readonly (keyof VmOptions)[]): Promise<Beginning> {
  const { guest, kernel, firmware, assembly, snapshot, initrd, append } = options;
  const chosen = BEGINNINGS.filter((name) => given.includes(name));
  if (chosen.length !== 1)
    throw new Error(
      `Give one of ${BEGINNINGS.join(', ')} to begin with, not ${chosen.length === 0 ? 'none' : chosen.join(' and ')}.`,
    );
  if (snapshot !== undefined) {
    const beside = given.find((name) => !BESIDE_SNAPSHOT.includes(name));
    if (beside) throw new Error(`The option ${beside} cannot stand beside a snapshot, which says itself what machine it is.`);
    return { from: 'snapshot', snapshot };
  }
  if (firmware !== undefined && kernel === undefined)
    throw new Error('The option firmware is what boots a kernel: firmware that boots by itself is given as the kernel.');
  const more = { ...(initrd === undefined ? {} : { initrd }), ...(append === undefined ? {} : { append }) };
  if (guest !== undefined) {
    if (options.flat !== undefined) throw new Error('The option flat is for a kernel of your own; a guest has its own format.');
    return { from: 'guest', guest, ...more };
  }
  if (firmware !== undefined) return { from: 'kernel', kernel: kernel!, firmware, ...more };
  return { from: 'kernel', kernel: assembly === undefined ? kernel! : await assembled(assembly), ...more };
}

/** Loaded when it is needed: the assembler knows all instructions, and is larger than the rest of the library in a page. */
async function assembled(source: string): Promise<Uint8Array> {
  const { assembleProgram } = await import('../vm/program');
  return assembleProgram(source);
}

function configOf(options: VmOptions): CheckedOptions['config'] {
  const { guest, assembly, cpus, memory, cpu, virtio, psci, host, rules, systemSuspend, registers } = options;
  const isOwn = guest === undefined;
  const vcpus = cpus ?? (isOwn ? 1 : undefined);
  const memoryMiB = memory ?? (isOwn ? (assembly === undefined ? KERNEL_MEMORY_MIB : ASSEMBLY_MEMORY_MIB) : undefined);
  return {
    guest: guest ?? (assembly === undefined ? 'kernel' : 'program'),
    conduit: options.conduit ?? 'hvc',
    gic: options.gic ?? DEFAULT_GIC,
    engine: options.engine ?? 'auto',
    clock: options.clock ?? 'realtime',
    ...(vcpus === undefined ? {} : { vcpus }),
    ...(memoryMiB === undefined ? {} : { memoryMiB }),
    ...(cpu === undefined ? {} : { cpu }),
    ...(virtio === undefined ? {} : { virtio }),
    ...(psci === undefined ? {} : { psci }),
    ...(host === undefined ? {} : { host }),
    ...(rules === undefined ? {} : { rules }),
    ...(systemSuspend === undefined ? {} : { systemSuspend }),
    ...(registers === undefined ? {} : { registers: [...registers] }),
    ...(options.flat || assembly !== undefined ? { kernelFormat: 'flat' as const } : {}),
  };
}

function checkVariables(variables: VariableOptions): VariableChoice {
  requireOptions(variables, VARIABLES);
  const { name, kind = 'memory' } = variables;
  if (typeof name !== 'string' || name === '')
    throw new Error(`${shown(name)} cannot be where variables are kept: give a string such as “edk2”.`);
  requireChoice(kind, 'kind of the variables', ['memory', 'kept']);
  return { name, kind };
}

function checkDisk(disk: DiskOptions): DiskChoice {
  requireOptions(disk, DISK);
  const { name, sizeMiB, kind = 'memory' } = disk;
  if (typeof name !== 'string' || name === '')
    throw new Error(`${shown(name)} cannot be the name of a disk: give a string such as “work”.`);
  requireNumber(sizeMiB, 'sizeMiB of a disk');
  if (!Number.isInteger(sizeMiB) || sizeMiB < 1 || sizeMiB > MAX_DISK_MIB)
    throw new Error(`A disk with a sizeMiB of ${shown(sizeMiB)} is not possible: choose 1 to ${MAX_DISK_MIB}.`);
  requireChoice(kind, 'kind of a disk', ['memory', 'kept']);
  return { name, sizeMiB, kind };
}
