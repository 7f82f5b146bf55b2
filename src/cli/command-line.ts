/** The command line as typed values. Every bad value is a UserError of one sentence that names it. */
import { parseArgs } from 'node:util';
import { HOST_GENERATIONS, hostGeneration, parseAssignment, parseVersion } from '../psci';
import {
  type ClockChoice,
  type Conduit,
  CPU_MODEL_NAMES,
  type CpuModelName,
  DEFAULT_GIC,
  type EngineChoice,
  GIC_VERSIONS,
  type GicVersion,
  type KernelFormat,
  LIMITS,
  PSCI_VERSIONS,
  type PsciVersion,
  VIRTIO_TRANSPORTS,
  type VirtioTransportName,
} from '../vm/api';
import { type DiskOption, parseDiskOption } from './file-disk';
import { UserError } from './user-error';

export type Rules = 'kvm' | 'spec';

/** A pseudo-register to be written while the machine runs. */
export interface TimedWrite {
  /** Host seconds after the start. */
  seconds: number;
  /** `name=value`, syntax checked. */
  assignment: string;
}

export interface RunOptions {
  /** `firmware`: what boots the kernel; firmware that boots by itself is the kernel. `saved`: a file of `--save`, from which the machine goes on instead of booting. */
  boot: { guest: string } | { kernel: string; firmware?: string } | { saved: string };
  /** `flat`: whatever the kernel looks like, it is code. */
  kernelFormat?: KernelFormat;
  /** The file that keeps the firmware's variables. */
  firmwareVariables?: string;
  initrd?: string;
  append?: string;
  dtbOut?: string;
  vcpus: number;
  /** Left out: what the guest wants. */
  memoryMiB?: number;
  disks: DiskOption[];
  psci?: PsciVersion;
  /** Name of a host generation; left out: the newest, or for a saved machine its own. */
  host?: string;
  systemSuspend: boolean;
  rules: Rules;
  /** `name=value`, syntax checked. */
  registers: string[];
  registerWrites: TimedWrite[];
  /** Leave the saved pseudo-registers where they are. */
  skipRegisters: boolean;
  conduit: Conduit;
  /** Left out: max. */
  cpu?: CpuModelName;
  gic: GicVersion;
  /** Left out: mmio. */
  virtio?: VirtioTransportName;
  /** Left out: auto, or for a saved machine its own. */
  engine?: EngineChoice;
  clock: ClockChoice;
  /** Where the machine is saved to when its person says so, and after that many host seconds. */
  save?: { path: string; afterSeconds?: number };
  exec?: string;
  verbose: boolean;
  /** Host seconds. */
  maxSeconds?: number;
  tracePsci: boolean;
  report?: string;
  noReboot: boolean;
  /** Boot although what sleeps on a disk would be destroyed. */
  wakeAnyway: boolean;
}

export interface RegsOptions {
  psci?: PsciVersion;
  host?: string;
  registers: string[];
}

export interface PsciOptions {
  rules: Rules;
}

export type Command =
  | { command: 'run'; options: RunOptions }
  | { command: 'regs'; options: RegsOptions }
  | { command: 'psci'; options: PsciOptions }
  | { command: 'guests' | 'hosts' | 'help' | 'version' };

const RUN_OPTIONS = {
  guest: { type: 'string' },
  kernel: { type: 'string' },
  flat: { type: 'boolean' },
  firmware: { type: 'string' },
  'firmware-variables': { type: 'string' },
  initrd: { type: 'string' },
  append: { type: 'string' },
  'dtb-out': { type: 'string' },
  smp: { type: 'string' },
  memory: { type: 'string' },
  disk: { type: 'string', multiple: true },
  psci: { type: 'string' },
  host: { type: 'string' },
  suspend: { type: 'boolean' },
  rules: { type: 'string' },
  reg: { type: 'string', multiple: true },
  'reg-at': { type: 'string', multiple: true },
  conduit: { type: 'string' },
  cpu: { type: 'string' },
  gic: { type: 'string' },
  virtio: { type: 'string' },
  engine: { type: 'string' },
  clock: { type: 'string' },
  save: { type: 'string' },
  'save-after': { type: 'string' },
  restore: { type: 'string' },
  'skip-registers': { type: 'boolean' },
  exec: { type: 'string' },
  verbose: { type: 'boolean' },
  'max-seconds': { type: 'string' },
  trace: { type: 'string' },
  report: { type: 'string' },
  'no-reboot': { type: 'boolean' },
  'wake-anyway': { type: 'boolean' },
  help: { type: 'boolean' },
  version: { type: 'boolean' },
} as const;

type Name = keyof typeof RUN_OPTIONS;
const PLAIN: readonly Name[] = ['help', 'version'];
const COMMANDS = {
  run: Object.keys(RUN_OPTIONS) as readonly Name[],
  regs: ['psci', 'host', 'reg', ...PLAIN] as readonly Name[],
  psci: ['rules', ...PLAIN] as readonly Name[],
  hosts: PLAIN,
  guests: PLAIN,
} as const;
const COMMAND_NAMES = 'run, guests, regs, hosts and psci';

/** What a saved machine brings along. */
const SAVED_WITH_THE_MACHINE: readonly Name[] = [
  'initrd',
  'append',
  'dtb-out',
  'smp',
  'memory',
  'psci',
  'suspend',
  'rules',
  'conduit',
  'cpu',
  'gic',
  'virtio',
  'clock',
];

/** Longest time a host's timer takes, in seconds. */
const MAX_SECONDS = Math.floor((2 ** 31 - 1) / 1000);

/** Options as given: the last of each name, and all of the repeatable ones. */
class Given {
  private readonly values = new Map<Name, string[]>();

  add(name: Name, value: string): void {
    this.values.set(name, [...this.all(name), value]);
  }
  has(name: Name): boolean {
    return this.values.has(name);
  }
  all(name: Name): readonly string[] {
    return this.values.get(name) ?? [];
  }
  last(name: Name): string | undefined {
    return this.all(name).at(-1);
  }
  /** The option's value by `parse`, under a field's name; nothing if it was not given. */
  field<K extends string, T>(key: K, name: Name, parse: (text: string) => T): { [P in K]?: T } {
    const text = this.last(name);
    return text === undefined ? {} : ({ [key]: parse(text) } as { [P in K]?: T });
  }
}

/** Reads the arguments after the program's name. Throws a UserError. */
export function parseCommandLine(args: readonly string[]): Command {
  const [command, ...rest] = args;
  if (command === undefined) throw new UserError('There is nothing to do: say run, guests, regs, hosts or psci, or --help.');
  if (command === '--help' || command === '-h' || command === 'help') return { command: 'help' };
  if (command === '--version') return { command: 'version' };
  if (!Object.hasOwn(COMMANDS, command)) {
    throw new UserError(`“${command}” is not a command: the commands are ${COMMAND_NAMES}.`);
  }
  const name = command as keyof typeof COMMANDS;
  const given = readTokens(name, rest);
  if (given.has('help')) return { command: 'help' };
  if (given.has('version')) return { command: 'version' };
  switch (name) {
    case 'run':
      return { command: 'run', options: runOptions(given) };
    case 'regs':
      return {
        command: 'regs',
        options: { ...firmwareFields(given), registers: given.all('reg').map((text) => assignment('reg', text)) },
      };
    case 'psci':
      return { command: 'psci', options: { rules: rules(given) } };
    default:
      return { command: name };
  }
}

function readTokens(command: keyof typeof COMMANDS, args: readonly string[]): Given {
  // Not strict: the parser's own messages are several sentences long.
  const { tokens } = parseArgs({
    args: [...args],
    options: { ...RUN_OPTIONS, h: { type: 'boolean' } },
    strict: false,
    tokens: true,
    allowPositionals: true,
  });
  const given = new Given();
  for (const token of tokens) {
    if (token.kind === 'positional') throw new UserError(`“${token.value}” is not an option of dormouse ${command}.`);
    if (token.kind === 'option-terminator') continue;
    if (token.name === 'h') {
      given.add('help', '');
      continue;
    }
    const name = token.name as Name;
    if (!(COMMANDS[command] as readonly string[]).includes(name)) {
      throw new UserError(`${token.rawName} is not an option of dormouse ${command}.`);
    }
    const { value } = token;
    if (RUN_OPTIONS[name].type === 'boolean') {
      if (value !== undefined) throw new UserError(`The option --${name} takes no value, so “${value}” is one too many.`);
      given.add(name, '');
    } else if (value === undefined || (!token.inlineValue && value.startsWith('--'))) {
      throw new UserError(`The option --${name} needs a value${value === undefined ? '' : `, and ${value} is an option`}.`);
    } else given.add(name, value);
  }
  return given;
}

function firmwareFields(given: Given): Pick<RunOptions, 'psci' | 'host'> {
  return { ...given.field('psci', 'psci', psciVersion), ...given.field('host', 'host', hostName) };
}

const rules = (given: Given): Rules => oneOf('rules', given.last('rules') ?? 'kvm', ['kvm', 'spec']);

function runOptions(given: Given): RunOptions {
  return {
    boot: whatToBoot(given),
    ...flat(given),
    ...firmwareVariables(given),
    ...given.field('initrd', 'initrd', file('initrd')),
    ...given.field('append', 'append', (text) => text),
    ...given.field('dtbOut', 'dtb-out', file('dtb-out')),
    vcpus: inRange('smp', given.last('smp') ?? '1', 'vCPUs', LIMITS.minVcpus, LIMITS.maxVcpus),
    ...given.field('memoryMiB', 'memory', (text) => inRange('memory', text, 'MiB', LIMITS.minMemoryMiB, LIMITS.maxMemoryMiB)),
    disks: given.all('disk').map(disk),
    ...firmwareFields(given),
    systemSuspend: given.has('suspend'),
    rules: rules(given),
    registers: given.all('reg').map((text) => assignment('reg', text)),
    registerWrites: given.all('reg-at').map(timedWrite),
    skipRegisters: skipRegisters(given),
    conduit: oneOf('conduit', given.last('conduit') ?? 'hvc', ['hvc', 'smc']),
    ...given.field('cpu', 'cpu', (text) => oneOf('cpu', text, CPU_MODEL_NAMES)),
    gic: gicVersion(given.last('gic') ?? String(DEFAULT_GIC)),
    ...given.field('virtio', 'virtio', (text) => oneOf('virtio', text, VIRTIO_TRANSPORTS)),
    ...given.field('engine', 'engine', (text) => oneOf('engine', text, ['interpreter', 'jit', 'auto'])),
    clock: oneOf('clock', given.last('clock') ?? 'realtime', ['realtime', 'virtual']),
    ...given.field('exec', 'exec', command),
    verbose: given.has('verbose'),
    ...given.field('maxSeconds', 'max-seconds', (text) => seconds('max-seconds', text)),
    ...saving(given),
    tracePsci: given.all('trace').map((text) => oneOf('trace', text, ['psci'])).length > 0,
    ...given.field('report', 'report', file('report')),
    noReboot: given.has('no-reboot'),
    wakeAnyway: given.has('wake-anyway'),
  };
}

function whatToBoot(given: Given): RunOptions['boot'] {
  const names = ['guest', 'kernel', 'firmware', 'restore'] as const;
  // Firmware boots a kernel.
  const named = names.filter((name) => given.has(name) && !(name === 'firmware' && given.has('kernel')));
  if (named.length > 1) {
    const [one, other] = named.map((name) => `--${name} ${given.last(name)}`);
    throw new UserError(`A machine begins either with ${one} or with ${other}, not both.`);
  }
  const [guest, kernel, saved] = [given.last('guest'), given.last('kernel'), given.last('restore')];
  const firmware = given.last('firmware');
  if (kernel !== undefined) return { kernel: file('kernel')(kernel), ...given.field('firmware', 'firmware', file('firmware')) };
  if (firmware !== undefined) return { kernel: file('firmware')(firmware) };
  if (guest !== undefined) return { guest };
  if (saved === undefined)
    throw new UserError('There is nothing to boot: name a --guest, a --kernel, a --firmware, or a machine to --restore.');
  const extra = SAVED_WITH_THE_MACHINE.find((name) => given.has(name));
  if (extra === 'psci') {
    throw new UserError(
      '--psci does not go with --restore, whose machine brings its version along: --reg psci_version=… writes another.',
    );
  }
  if (extra !== undefined) throw new UserError(`--${extra} does not go with --restore: the saved machine brings its own along.`);
  return { saved: file('restore')(saved) };
}

function skipRegisters(given: Given): boolean {
  if (!given.has('skip-registers')) return false;
  if (!given.has('restore'))
    throw new UserError('--skip-registers is about the registers of a saved machine, and there is no --restore.');
  return true;
}

function saving(given: Given): Pick<RunOptions, 'save'> {
  const [path, after] = [given.last('save'), given.last('save-after')];
  if (path === undefined) {
    if (after !== undefined) throw new UserError(`--save-after ${after} needs a --save FILE to save the machine to.`);
    return {};
  }
  const afterSeconds = after === undefined ? {} : { afterSeconds: seconds('save-after', after) };
  return { save: { path: file('save')(path), ...afterSeconds } };
}

function flat(given: Given): Pick<RunOptions, 'kernelFormat'> {
  if (given.has('firmware') && !given.has('flat') && !given.has('kernel')) return { kernelFormat: 'firmware' };
  if (!given.has('flat')) return {};
  if (!given.has('kernel')) throw new UserError('--flat is about the file of a --kernel, and there is none.');
  return { kernelFormat: 'flat' };
}

function firmwareVariables(given: Given): Pick<RunOptions, 'firmwareVariables'> {
  const path = given.last('firmware-variables');
  if (path === undefined) return {};
  if (given.has('guest'))
    throw new UserError(`--firmware-variables ${path} keeps what a --firmware stores, and the guest has none.`);
  return { firmwareVariables: file('firmware-variables')(path) };
}

const file =
  (name: Name) =>
  (text: string): string => {
    if (text === '') throw new UserError(`The option --${name} names no file.`);
    return text;
  };

function inRange(name: Name, text: string, what: string, min: number, max: number): number {
  if (!/^[+-]?\d+$/.test(text)) throw new UserError(`The option --${name} takes a whole number of ${what}, not “${text}”.`);
  const value = Number(text);
  if (value < min || value > max) throw new UserError(`--${name} ${text} is not possible: choose ${min} to ${max} ${what}.`);
  return value;
}

function oneOf<const T extends string>(name: Name, text: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === text);
  if (found === undefined) {
    const known = choices.length === 1 ? `it can only be ${choices[0]}` : `choose ${choices.join(' or ')}`;
    throw new UserError(`--${name} “${text}” is not known: ${known}.`);
  }
  return found;
}

function gicVersion(text: string): GicVersion {
  const version = GIC_VERSIONS.find((known) => String(known) === text);
  if (version === undefined) throw new UserError(`--gic “${text}” is not implemented: choose ${GIC_VERSIONS.join(' or ')}.`);
  return version;
}

function psciVersion(text: string): PsciVersion {
  const version = parseVersion(text);
  if (version === undefined)
    throw new UserError(`--psci “${text}” is not a version of PSCI: choose ${PSCI_VERSIONS.join(', ')}.`);
  return version;
}

function hostName(text: string): string {
  if (hostGeneration(text) === undefined) {
    throw new UserError(`--host “${text}” is no host generation: choose ${HOST_GENERATIONS.map(({ name }) => name).join(', ')}.`);
  }
  return text;
}

function assignment(name: Name, text: string): string {
  const parsed = parseAssignment(text);
  if (!parsed.ok) throw new UserError(`--${name} “${text}” is refused with ${parsed.errno}: ${parsed.sentence}`);
  return text;
}

function timedWrite(text: string): TimedWrite {
  const colon = text.indexOf(':');
  if (colon < 0) throw new UserError(`--reg-at “${text}” is not of the form SECONDS:NAME=VALUE, such as 5:psci_version=1.1.`);
  return { seconds: seconds('reg-at', text.slice(0, colon)), assignment: assignment('reg-at', text.slice(colon + 1)) };
}

function disk(text: string): DiskOption {
  try {
    return parseDiskOption(text);
  } catch (error) {
    throw new UserError((error as Error).message);
  }
}

function command(text: string): string {
  if (text.trim() === '') throw new UserError('The option --exec needs a command, and this one is empty.');
  return text;
}

function seconds(name: Name, text: string): number {
  const value = Number(text);
  if (!/^\d*\.?\d+$/.test(text) || value <= 0 || value > MAX_SECONDS) {
    throw new UserError(`--${name} “${text}” is not a number of seconds above 0 and up to ${MAX_SECONDS}.`);
  }
  return value;
}
