/** What a run left behind: the firmware's calls and the console, with what was chosen for it. As a file it can be kept, sent, and compared later. */
import { PSCI_FUNCTIONS } from '../../../psci';
import { PSCI_VERSIONS, type PsciVersion } from '../../../vm/api';
import { HOST_NAMES, hostByName } from '../../state/psci-facts';

/** What one side differs in. Empty: the host's default version, the newest host. */
export interface SideChoice {
  readonly psci: PsciVersion | '';
  readonly host: string;
  readonly suspend: boolean;
  /** Pseudo-registers to write before the start, as `name=value`. */
  readonly registers: readonly string[];
}

export interface RecordedCall {
  readonly vcpu: number;
  readonly name: string;
  readonly args: string;
  readonly result: string;
  readonly why: string;
}

export interface RunRecord {
  readonly guest: string;
  readonly side: SideChoice;
  readonly script: readonly string[];
  readonly calls: readonly RecordedCall[];
  /** Calls that were only counted, because the guest made too many. */
  readonly dropped: number;
  /** Lines, without control sequences and the kernel's time stamps. */
  readonly console: readonly string[];
  /** How the machine went down by itself. */
  readonly end?: string;
}

const FORMAT = 'dormouse-run';
const VERSION = 1;
/** Entries of a list in a file that are taken; a run of ours keeps fewer. */
const MOST_ENTRIES = 20_000;

/** `PSCI 1.1`, `Linux 5.18 to 6.12 (1.1)`, with what else was chosen. */
export function sideWords({ psci, host, suspend, registers }: SideChoice): string {
  const generation = hostByName(host);
  const parts = [psci ? `PSCI ${psci}` : `PSCI ${generation.newest}, default`];
  if (host) parts.push(`Linux ${generation.kernels}`);
  if (suspend) parts.push('SYSTEM_SUSPEND');
  return [...parts, ...registers].join(' · ');
}

/** The calls of the power interface: without entropy, stolen time, and other services. */
export const isPsciCall = ({ name }: RecordedCall): boolean => PSCI_FUNCTIONS.some((fn) => fn.name === name);

const TIME_STAMP = /^\[ *\d+\.\d+\](?:\[ *[TC]\d+\])? ?/;

/** Lines that can be compared: what only tells the time is left out. */
export const comparableLines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.replace(TIME_STAMP, '').trimEnd())
    .filter((line) => line !== '');

/** Arguments that are addresses, as `psci/functions.ts` names them. Small ones are what a guest makes up to see them refused. */
const ADDRESS = /\b(entry|context|base) 0x[0-9a-f]{6,}/gi;

/**
 * What two calls must have in common to be the same call: where code and data lie differs from build to build,
 * and so does on which vCPU a thread of the guest was at work; neither says anything of the firmware. Other numbers, such as power states and ids of functions, are what is asked for. */
export const callKey = ({ name, args }: RecordedCall): string => `${name} ${args.replace(ADDRESS, '$1 address')}`;

/** Repeats of one call in a row as one: how often is a matter of time. */
export const withoutRepeats = (calls: readonly RecordedCall[]): RecordedCall[] =>
  calls.filter((call, index) => {
    const before = calls[index - 1];
    return !before || callKey(before) !== callKey(call) || before.result !== call.result;
  });

export const runAsFile = (run: RunRecord): string => JSON.stringify({ format: FORMAT, version: VERSION, ...run }, null, 1);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string';
const isList = <T>(value: unknown, is: (each: unknown) => each is T): value is T[] =>
  Array.isArray(value) && value.length <= MOST_ENTRIES && value.every(is);

export const isSideChoice = (value: unknown): value is SideChoice =>
  isRecord(value) &&
  (value.psci === '' || PSCI_VERSIONS.some((version) => version === value.psci)) &&
  (value.host === '' || HOST_NAMES.some((name) => name === value.host)) &&
  typeof value.suspend === 'boolean' &&
  isList(value.registers, isText);

const isCall = (value: unknown): value is RecordedCall =>
  isRecord(value) && typeof value.vcpu === 'number' && [value.name, value.args, value.result, value.why].every(isText);

/** Reads a run's file. Throws one sentence for what is none. */
export function runFromFile(text: string, fileName: string): RunRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error(`“${fileName}” is no run of this lab: it is no JSON.`);
  }
  if (!isRecord(value) || value.format !== FORMAT)
    throw new Error(`“${fileName}” is no run of this lab: choose a file that was saved here.`);
  if (value.version !== VERSION)
    throw new Error(`“${fileName}” is of version ${String(value.version)}, and this page reads ${VERSION}.`);
  const { guest, side, script, calls, dropped, console, end } = value;
  const whole =
    isText(guest) &&
    isSideChoice(side) &&
    isList(script, isText) &&
    isList(calls, isCall) &&
    typeof dropped === 'number' &&
    isList(console, isText) &&
    (end === undefined || isText(end));
  if (!whole) throw new Error(`“${fileName}” is damaged: something in it is not what a run has.`);
  return { guest, side, script, calls, dropped, console, ...(end === undefined ? {} : { end }) };
}
