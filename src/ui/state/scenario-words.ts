/**
 * What follows when the firmware below a guest is no longer the one it met at boot, in one sentence each: the scenario table of
 * docs/psci.md in the page's words. Pure: tables of the firmware in, sentences out.
 */
import { answerNow, assumedBelief, type Belief, LINUX_ASKS_FOR } from './belief';
import { type PsciVersion, versionAtLeast } from './psci-facts';

export interface FirmwareNow {
  version: PsciVersion;
  systemSuspend: boolean;
}

export interface Comparison {
  /** `PSCI version`, or a function's name. */
  what: string;
  /** What the guest was told when it asked. */
  guest: string;
  /** What the firmware would say now. */
  firmware: string;
  /** `same`; `harmless`: the guest misses something new; `loss`: it will call what is no longer there. */
  kind: 'same' | 'harmless' | 'loss';
  /** One sentence; empty for `same`. */
  consequence: string;
}

const NOT_SUPPORTED = -1;
const HIBERNATE_OFF = 1;
const STANDARD_IDS = 'CPU_ON, SYSTEM_OFF, SYSTEM_RESET';

function answerWords(name: string, answer: number | undefined): string {
  if (answer === undefined) return 'did not ask';
  if (answer === NOT_SUPPORTED) return 'NOT_SUPPORTED';
  if (name === 'SYSTEM_OFF2' && answer & HIBERNATE_OFF) return 'HIBERNATE_OFF';
  return answer === 0 ? 'there' : `there, flags 0x${answer.toString(16)}`;
}

/** What it means that a function the guest counts on answers NOT_SUPPORTED now. */
function lossOf(name: string, believed: PsciVersion, now: PsciVersion): string {
  switch (name) {
    case 'SYSTEM_OFF2':
      return `The guest believes ${believed} and will call SYSTEM_OFF2 when it hibernates; the firmware at ${now} answers NOT_SUPPORTED. Who falls back to SYSTEM_OFF then, as Linux does, hibernates without the host being told.`;
    case 'SYSTEM_RESET2':
      return 'A warm reboot calls SYSTEM_RESET2 and gets NOT_SUPPORTED; Linux (with reboot=warm) halts there, because it has no second try. A cold reboot still works.';
    case 'SYSTEM_SUSPEND':
      return 'Suspend to RAM is still on offer in the guest, and fails when it is used: the call answers NOT_SUPPORTED.';
    default:
      return `The guest may still call ${name}, and gets NOT_SUPPORTED.`;
  }
}

/** Calls of the machine at hand, by function name. */
export type Called = Readonly<Record<string, number>>;

/** What it means that a function is there now which the guest did not find. */
function gainOf(name: string, believed: PsciVersion, asked: boolean, called: Called): string {
  // Linux never calls what it did not find.
  if (called[name]) return `The guest calls ${name} whatever it was told: its next call finds the function there.`;
  if (name === 'SYSTEM_OFF2') {
    return asked || !versionAtLeast(believed, '1.3')
      ? 'A guest that looks for SYSTEM_OFF2 once, when it boots, as Linux does, found none and goes on hibernating by SYSTEM_OFF: harmless, but the host does not learn of it.'
      : 'This guest never asked for SYSTEM_OFF2 (Linux does from 6.13 on): if it hibernates, then by SYSTEM_OFF, and the host does not learn of it.';
  }
  if (name === 'SYSTEM_RESET2')
    return 'The guest goes on resetting by SYSTEM_RESET, also when a warm reboot is asked for: harmless.';
  if (name === 'SYSTEM_SUSPEND') return 'The guest offers no suspend to RAM until it boots anew: harmless.';
  return `The guest does not look for ${name} until it boots anew: harmless.`;
}

const isThere = (answer: number | undefined): boolean => answer !== undefined && answer !== NOT_SUPPORTED;

function compareFunction(name: string, belief: Belief, now: FirmwareNow, called: Called): Comparison {
  const told = belief.features[name];
  const offered = answerNow(name, now.version, now.systemSuspend);
  const words = { what: name, guest: answerWords(name, told), firmware: answerWords(name, offered) };
  if (isThere(told) && !isThere(offered)) {
    return { ...words, kind: 'loss', consequence: lossOf(name, belief.version, now.version) };
  }
  if (!isThere(told) && isThere(offered)) {
    return { ...words, kind: 'harmless', consequence: gainOf(name, belief.version, told !== undefined, called) };
  }
  return { ...words, kind: 'same', consequence: '' };
}

function compareVersions(belief: Belief, now: FirmwareNow): Comparison {
  const words = { what: 'PSCI version', guest: belief.version, firmware: now.version };
  if (belief.version === now.version) return { ...words, kind: 'same', consequence: '' };
  return {
    ...words,
    kind: 'harmless',
    consequence: `A guest that asks once, when it boots, as Linux does, sees ${now.version} only when it boots again; one that asks twice sees its version change in mid-life.`,
  };
}

/** 0.1 has other function ids than all later versions, so a guest that crosses that border calls into the void. */
function compareIds(belief: Belief, now: FirmwareNow): Comparison | undefined {
  if ((belief.version === '0.1') === (now.version === '0.1')) return undefined;
  const ids = (version: PsciVersion): string => (version === '0.1' ? 'ids of 0.1' : 'standard ids');
  return {
    what: STANDARD_IDS,
    guest: ids(belief.version),
    firmware: ids(now.version),
    kind: 'loss',
    consequence: `The guest calls ${ids(belief.version)}, which the firmware at ${now.version} does not answer: its other CPUs stay off, and it can neither power off nor reboot.`,
  };
}

/** What bites first, and hibernation before all else: it is what the newest version is for. */
const KIND_RANK = { loss: 0, harmless: 10, same: 20 } as const;
const FIRST_TOLD: readonly string[] = ['SYSTEM_OFF2', 'SYSTEM_RESET2', 'SYSTEM_SUSPEND'];
const rank = ({ kind, what }: Comparison): number =>
  KIND_RANK[kind] + (kind !== 'same' && FIRST_TOLD.includes(what) ? FIRST_TOLD.indexOf(what) : FIRST_TOLD.length);

/** The guest's beliefs beside the firmware's answers of today, row by row. `called`: what it called without having found it, it calls again. */
export function compare(belief: Belief, now: FirmwareNow, called: Called = {}): Comparison[] {
  const ids = compareIds(belief, now);
  // Where no id means the same there is nothing left to compare.
  if (ids) return [compareVersions(belief, now), ids];
  const names = new Set([...Object.keys(belief.features), ...LINUX_ASKS_FOR.filter((name) => name !== 'CPU_SUSPEND')]);
  const rows = [...names].map((name) => compareFunction(name, belief, now, called));
  // What neither asked for nor offered is no news.
  const told = rows.filter((row) => row.what in belief.features || row.kind !== 'same');
  return [compareVersions(belief, now), ...told.sort((a, b) => rank(a) - rank(b))];
}

function list(parts: string[]): string {
  return parts.length < 2 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} and ${parts[parts.length - 1]}`;
}

const LOSSES: Record<string, string> = {
  SYSTEM_OFF2: 'its next hibernation will fall back to SYSTEM_OFF',
  SYSTEM_RESET2: 'a warm reboot will halt it',
  SYSTEM_SUSPEND: 'suspend to RAM will fail',
};
const GAINS: Record<string, string> = {
  SYSTEM_OFF2: 'its next hibernation will use SYSTEM_OFF, though SYSTEM_OFF2 is there now; harmless',
  SYSTEM_RESET2: 'it goes on resetting by SYSTEM_RESET; harmless',
  SYSTEM_SUSPEND: 'it offers no suspend to RAM until it boots anew; harmless',
};

/** The clause after “the guest still believes 1.3: ”, and whether it is a warning. */
export function consequenceInShort(belief: Belief, now: FirmwareNow, called: Called = {}): { words: string; loses: boolean } {
  if ((belief.version === '0.1') !== (now.version === '0.1')) {
    return {
      words: 'it calls ids that are gone, so its other CPUs stay off and it can neither power off nor reboot',
      loses: true,
    };
  }
  const rows = compare(belief, now);
  const losses = rows.flatMap((row) => (row.kind === 'loss' && LOSSES[row.what] ? [LOSSES[row.what]!] : []));
  if (losses.length > 0) return { words: list(losses), loses: true };
  const gain = rows.find((row) => row.kind === 'harmless' && GAINS[row.what]);
  if (gain && called[gain.what]) return { words: `it calls ${gain.what} all the same, and finds it there now`, loses: false };
  if (gain) return { words: GAINS[gain.what]!, loses: false };
  return { words: 'nothing but the number differs', loses: false };
}

export interface Said {
  sentence: string;
  tone: 'info' | 'warning';
}

/** The amber line of a machine that is woken under `now`, behind how far that has come; `host` is added if it is another one. */
export function wakeWords(belief: Belief, now: FirmwareNow, host?: string): Said {
  const where = `under PSCI ${now.version}${host ? ` on ${host}` : ''}`;
  if (belief.version === now.version && compare(belief, now).every((row) => row.kind !== 'loss')) {
    return { sentence: `${where}, as it slept: guest and firmware agree`, tone: 'info' };
  }
  const { words, loses } = consequenceInShort(belief, now);
  return {
    sentence: `${where} · the guest still believes ${belief.version}: ${words}`,
    tone: loses ? 'warning' : 'info',
  };
}

/** The same for the choice before it is made. */
export function wakeQuestion(belief: Belief, now: FirmwareNow): Said {
  if (belief.version === now.version && compare(belief, now).every((row) => row.kind !== 'loss')) {
    return { sentence: `Under PSCI ${now.version}, what the guest believes and what the firmware offers agree.`, tone: 'info' };
  }
  const { words, loses } = consequenceInShort(belief, now);
  return {
    sentence: `Under PSCI ${now.version} the guest goes on believing ${belief.version}: ${words}.`,
    tone: loses ? 'warning' : 'info',
  };
}

/** What a hibernation by `call` at `version` means for the host: rows 8 and 9. */
export function sleepWords(call: 'SYSTEM_OFF' | 'SYSTEM_OFF2', version: PsciVersion, believed: PsciVersion = version): string {
  if (call === 'SYSTEM_OFF2') {
    return 'The host was told by SYSTEM_OFF2 that this is hibernation, so it knows to keep the machine as it is, its PSCI version included: that is not on the guest’s disk.';
  }
  if (!versionAtLeast(version, '1.3') && versionAtLeast(believed, '1.3')) {
    return `The host saw a plain SYSTEM_OFF: the guest believes ${believed} and tried SYSTEM_OFF2 first, but PSCI ${version} has none. Only the disk knows that it sleeps.`;
  }
  if (!versionAtLeast(version, '1.3')) {
    return `The host saw a plain SYSTEM_OFF, because PSCI ${version} has no SYSTEM_OFF2: only the disk knows that it sleeps.`;
  }
  return versionAtLeast(believed, '1.3')
    ? `The host saw a plain SYSTEM_OFF, although PSCI ${version} has SYSTEM_OFF2: the guest did not use it (Linux does from 6.13 on).`
    : `The host saw a plain SYSTEM_OFF, although PSCI ${version} has SYSTEM_OFF2: the guest still believes ${believed}, so it never looked for it.`;
}

/** What may go wrong if `psci_version` becomes `to` while the guest runs: row 15. Never empty. */
export function writeWarnings(
  belief: Belief | undefined,
  from: PsciVersion,
  to: PsciVersion,
  systemSuspend: boolean,
  called: Called = {},
): string[] {
  const warnings = [
    `KVM permits this: PSCI ${to} counts from the guest's next call on. A guest that asked when it booted and not again, as Linux does, goes on believing ${belief?.version ?? from}.`,
  ];
  const rows = compare(belief ?? assumedBelief(from, undefined, systemSuspend), { version: to, systemSuspend }, called);
  for (const row of rows) if (row.kind === 'loss') warnings.push(row.consequence);
  if (warnings.length === 1) {
    const gains = rows.filter((row) => row.kind === 'harmless' && row.what !== 'PSCI version');
    warnings.push(
      gains.length > 0 ? gains[0]!.consequence : 'No function differs between the two for this guest, only the number.',
    );
  }
  return warnings;
}

/** A refused restore with what helps: row 3. Other failures stay as they are. */
export function restoreHint(sentence: string): string {
  if (/EINVAL.*psci_version/s.test(sentence)) {
    return `${sentence} A VMM that moves guests to older hosts pins at first boot a version that all of them know; or restore onto a newer host.`;
  }
  return sentence;
}
