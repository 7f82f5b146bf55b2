/** What the page's address may ask for. Values are checked here; what is wrong is told in one sentence and left out. */
import {
  type ClockChoice,
  type Conduit,
  CPU_MODEL_NAMES,
  type CpuModelName,
  type EngineChoice,
  LIMITS,
  PSCI_VERSIONS,
  type PsciVersion,
  type VmConfig,
} from '../../vm/api';
import { CLOCKS, CONDUITS, ENGINES, RULES } from './options';
import { HOST_NAMES, parseAssignment } from './psci-facts';

export interface QueryWishes {
  guest?: string;
  psci?: PsciVersion;
  cpus?: number;
  mem?: number;
  append?: string;
  engine?: EngineChoice;
  clock?: ClockChoice;
  conduit?: Conduit;
  /** The CPU model. */
  cpu?: CpuModelName;
  host?: string;
  rules?: 'kvm' | 'spec';
  /** The SYSTEM_SUSPEND capability. */
  suspend?: boolean;
  registers?: string[];
  autorun: boolean;
}

export interface ParsedQuery {
  wishes: QueryWishes;
  /** One sentence for each value that could not be used. */
  complaints: string[];
  /** Names nobody here knows. */
  unknown: string[];
}

const KNOWN = [
  'guest',
  'psci',
  'host',
  'rules',
  'suspend',
  'register',
  'cpus',
  'mem',
  'append',
  'engine',
  'clock',
  'conduit',
  'cpu',
  'autorun',
  'demo',
];

function oneOf<T extends string>(name: string, value: string, allowed: readonly T[], complaints: string[]): T | undefined {
  const found = allowed.find((entry) => entry === value);
  if (found === undefined) {
    complaints.push(`The address asks for ${name}=${value}, but ${name} can only be ${allowed.join(', ')}; the default is used.`);
  }
  return found;
}

function whole(name: string, value: string, low: number, high: number, complaints: string[]): number | undefined {
  const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (number >= low && number <= high) return number;
  complaints.push(
    `The address asks for ${name}=${value}, but ${name} must be a whole number from ${low} to ${high}; the default is used.`,
  );
  return undefined;
}

/** Reads `?guest=debian&psci=1.1&…`. The guest's name is only checked later, when the list of guests is known. */
export function parseQuery(search: string): ParsedQuery {
  const complaints: string[] = [];
  const parameters = new URLSearchParams(search);
  const wishes: QueryWishes = { autorun: false };
  const unknown = [...new Set(parameters.keys())].filter((key) => !KNOWN.includes(key));

  const guest = parameters.get('guest');
  if (guest) wishes.guest = guest;
  const append = parameters.get('append');
  if (append) wishes.append = append;

  const psci = parameters.get('psci');
  if (psci !== null) {
    const version = oneOf('psci', psci, PSCI_VERSIONS, complaints);
    if (version) wishes.psci = version;
  }
  const engine = parameters.get('engine');
  if (engine !== null) {
    const choice = oneOf('engine', engine, ENGINES, complaints);
    if (choice) wishes.engine = choice;
  }
  const clock = parameters.get('clock');
  if (clock !== null) {
    const choice = oneOf('clock', clock, CLOCKS, complaints);
    if (choice) wishes.clock = choice;
  }
  const conduit = parameters.get('conduit');
  if (conduit !== null) {
    const choice = oneOf('conduit', conduit, CONDUITS, complaints);
    if (choice) wishes.conduit = choice;
  }
  const cpu = parameters.get('cpu');
  if (cpu !== null) {
    const choice = oneOf('cpu', cpu, CPU_MODEL_NAMES, complaints);
    if (choice) wishes.cpu = choice;
  }
  const host = parameters.get('host');
  if (host !== null) {
    const choice = oneOf('host', host, HOST_NAMES, complaints);
    if (choice) wishes.host = choice;
  }
  const rules = parameters.get('rules');
  if (rules !== null) {
    const choice = oneOf('rules', rules, RULES, complaints);
    if (choice) wishes.rules = choice;
  }
  const suspend = parameters.get('suspend');
  if (suspend !== null) wishes.suspend = oneOf('suspend', suspend, ['1', '0'], complaints) === '1';
  for (const assignment of parameters.getAll('register')) {
    const parsed = parseAssignment(assignment);
    if (parsed.ok) wishes.registers = [...(wishes.registers ?? []), assignment];
    else complaints.push(`The address asks for register=${assignment}: ${parsed.sentence}`);
  }
  const cpus = parameters.get('cpus');
  if (cpus !== null) {
    const count = whole('cpus', cpus, LIMITS.minVcpus, LIMITS.maxVcpus, complaints);
    if (count !== undefined) wishes.cpus = count;
  }
  const mem = parameters.get('mem');
  if (mem !== null) {
    const size = whole('mem', mem, LIMITS.minMemoryMiB, LIMITS.maxMemoryMiB, complaints);
    if (size !== undefined) wishes.mem = size;
  }
  const autorun = parameters.get('autorun');
  if (autorun !== null) wishes.autorun = oneOf('autorun', autorun, ['1', '0'], complaints) === '1';
  return { wishes, complaints, unknown };
}

/** The address that brings someone else to the same machine; defaults are left out. */
export function linkFor(base: string, config: VmConfig): string {
  const parameters = new URLSearchParams({ guest: config.guest, cpus: String(config.vcpus), mem: String(config.memoryMiB) });
  if (config.psci) parameters.set('psci', config.psci);
  if (config.host) parameters.set('host', config.host);
  if (config.rules === 'spec') parameters.set('rules', 'spec');
  if (config.systemSuspend) parameters.set('suspend', '1');
  for (const assignment of config.registers ?? []) parameters.append('register', assignment);
  if (config.conduit !== 'hvc') parameters.set('conduit', config.conduit);
  if (config.cpu && config.cpu !== 'max') parameters.set('cpu', config.cpu);
  if (config.engine !== 'auto') parameters.set('engine', config.engine);
  if (config.clock !== 'realtime') parameters.set('clock', config.clock);
  const url = new URL(base);
  url.search = parameters.toString();
  url.hash = '';
  return url.href;
}
