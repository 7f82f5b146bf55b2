import { CPU_MODEL_NAMES, type DiskChoice, PSCI_VERSIONS, type VmConfig } from '../vm/api';
import { makeFirmwareRegisters } from '../vm/firmware-registers';
import { checkConfig } from '../vm/vm-config';
import type { Snapshot, Source, VmOptions } from './public-types';

/** Where flat code is loaded and entered. */
const FLAT_ENTRY = 0x4008_0000n;
const KERNEL_MEMORY_MIB = 512;
const ASSEMBLY_MEMORY_MIB = 64;
const MAX_DISK_MIB = 1 << 20;

/** What a machine begins with, checked as far as that is possible without loading it. */
export type Beginning =
  | { from: 'guest'; guest: string; initrd?: Source; append?: string }
  | { from: 'kernel'; kernel: Source; initrd?: Source; append?: string }
  | { from: 'snapshot'; snapshot: Snapshot | Source };

export interface CheckedOptions {
  beginning: Beginning;
  /** Left out are those that the guest's defaults decide. */
  config: Omit<VmConfig, 'vcpus' | 'memoryMiB'> & Partial<VmConfig>;
  disk: DiskChoice | undefined;
  wakeAnyway: boolean;
}

const BEGINNINGS = ['guest', 'kernel', 'assembly', 'snapshot'] as const;
const BESIDE_SNAPSHOT: readonly string[] = ['snapshot', 'host', 'disk', 'worker', 'signal', 'assets'];

/** Every option there is; the compiler sees to that. */
const NAMES: Readonly<Record<keyof VmOptions, true>> = {
  guest: true,
  kernel: true,
  initrd: true,
  append: true,
  flat: true,
  assembly: true,
  snapshot: true,
  cpus: true,
  memory: true,
  cpu: true,
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
  wakeAnyway: true,
  worker: true,
  signal: true,
};

const CHOICES = {
  cpu: CPU_MODEL_NAMES,
  psci: PSCI_VERSIONS,
  conduit: ['hvc', 'smc'],
  rules: ['kvm', 'spec'],
  clock: ['realtime', 'virtual'],
  engine: ['auto', 'jit', 'interpreter'],
} as const satisfies { [Name in keyof VmOptions]?: readonly VmOptions[Name][] };

const TYPES = {
  guest: 'string',
  append: 'string',
  assembly: 'string',
  host: 'string',
  flat: 'boolean',
  systemSuspend: 'boolean',
  wakeAnyway: 'boolean',
} as const satisfies { [Name in keyof VmOptions]?: 'string' | 'boolean' };

/** Checks what a person gave. Rejects with one sentence naming the value. */
export async function checkOptions(options: VmOptions): Promise<CheckedOptions> {
  const given = (Object.keys(options) as (keyof VmOptions)[]).filter((name) => options[name] !== undefined);
  for (const name of given) {
    if (!Object.hasOwn(NAMES, name)) throw new Error(`There is no option “${name}”; there are ${Object.keys(NAMES).join(', ')}.`);
  }
  for (const [name, choices] of Object.entries(CHOICES) as [keyof typeof CHOICES, readonly unknown[]][]) {
    const value = options[name];
    if (value !== undefined && !choices.includes(value))
      throw new Error(`“${value}” cannot be the ${name}: choose ${choices.join(', ')}.`);
  }
  for (const [name, type] of Object.entries(TYPES) as [keyof typeof TYPES, string][]) {
    const value: unknown = options[name];
    if (value !== undefined && typeof value !== type) throw new Error(`${name} must be a ${type}, not “${value}”.`);
  }
  const disk = options.disk && checkDisk(options.disk);
  const beginning = await beginningOf(options, given);
  const wakeAnyway = options.wakeAnyway ?? false;
  const config = configOf(options);
  if (beginning.from !== 'snapshot') {
    checkConfig({ ...config, vcpus: config.vcpus ?? 1, memoryMiB: config.memoryMiB ?? KERNEL_MEMORY_MIB });
    makeFirmwareRegisters(config.psci, 1, config.registers, config.host);
  }
  return { beginning, config, disk, wakeAnyway };
}

async function beginningOf(options: VmOptions, given: readonly (keyof VmOptions)[]): Promise<Beginning> {
  const { guest, kernel, assembly, snapshot, initrd, append } = options;
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
  const more = { ...(initrd === undefined ? {} : { initrd }), ...(append === undefined ? {} : { append }) };
  if (guest !== undefined) {
    if (options.flat !== undefined) throw new Error('The option flat is for a kernel of your own; a guest has its own format.');
    return { from: 'guest', guest, ...more };
  }
  return { from: 'kernel', kernel: assembly === undefined ? kernel! : await assembled(assembly), ...more };
}

/** Loaded when it is needed: the assembler knows all instructions, and is larger than the rest of the library in a page. */
async function assembled(source: string): Promise<Uint8Array> {
  const { assemble } = await import('../isa/text/assemble');
  return assemble(source, { base: FLAT_ENTRY }).bytes;
}

function configOf(options: VmOptions): CheckedOptions['config'] {
  const { guest, assembly, cpus, memory, cpu, psci, host, rules, systemSuspend, registers } = options;
  const isOwn = guest === undefined;
  const vcpus = cpus ?? (isOwn ? 1 : undefined);
  const memoryMiB = memory ?? (isOwn ? (assembly === undefined ? KERNEL_MEMORY_MIB : ASSEMBLY_MEMORY_MIB) : undefined);
  return {
    guest: guest ?? (assembly === undefined ? 'kernel' : 'program'),
    conduit: options.conduit ?? 'hvc',
    gic: 3,
    engine: options.engine ?? 'auto',
    clock: options.clock ?? 'realtime',
    ...(vcpus === undefined ? {} : { vcpus }),
    ...(memoryMiB === undefined ? {} : { memoryMiB }),
    ...(cpu === undefined ? {} : { cpu }),
    ...(psci === undefined ? {} : { psci }),
    ...(host === undefined ? {} : { host }),
    ...(rules === undefined ? {} : { rules }),
    ...(systemSuspend === undefined ? {} : { systemSuspend }),
    ...(registers === undefined ? {} : { registers: [...registers] }),
    ...(options.flat || assembly !== undefined ? { kernelFormat: 'flat' as const } : {}),
  };
}

function checkDisk({ name, sizeMiB, kind = 'memory' }: NonNullable<VmOptions['disk']>): DiskChoice {
  if (typeof name !== 'string' || name === '') throw new Error(`“${name}” cannot be the name of a disk.`);
  if (!Number.isInteger(sizeMiB) || sizeMiB < 1 || sizeMiB > MAX_DISK_MIB)
    throw new Error(`A disk of ${sizeMiB} MiB is not possible: choose 1 to ${MAX_DISK_MIB}.`);
  if (kind !== 'memory' && kind !== 'kept') throw new Error(`“${kind}” cannot be the kind of a disk: choose memory or kept.`);
  return { name, sizeMiB, kind };
}
