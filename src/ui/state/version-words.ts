/** What a PSCI version has that another has not, in words: read from the firmware's own table, so that nothing is written per version. */
import type { MatrixOptions } from './matrix-view';
import { KVM_POLICY, type PsciFunctionName, type PsciVersion, SPEC_POLICY, versionMatrix } from './psci-facts';

export interface VersionDifference {
  /** Functions that the guest has at the chosen version and not at the other. */
  gains: PsciFunctionName[];
  losses: PsciFunctionName[];
}

/** What a guest of `version` gains and loses against one of `other`, by function. What only a capability would bring is no difference without it. */
export function versionDifference(
  version: PsciVersion,
  other: PsciVersion,
  { rules, systemSuspend }: MatrixOptions,
): VersionDifference {
  const rows = versionMatrix(rules === 'spec' ? SPEC_POLICY : KVM_POLICY);
  const has = (row: (typeof rows)[number], at: PsciVersion): boolean => {
    const answer = row.cells.find((cell) => cell.version === at)?.answer;
    return answer === 'yes' || (answer === 'capability' && systemSuspend);
  };
  const only = (at: PsciVersion, notAt: PsciVersion): PsciFunctionName[] =>
    rows.filter((row) => has(row, at) && !has(row, notAt)).map(({ fn }) => fn.name);
  return { gains: only(version, other), losses: only(other, version) };
}

function list(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]}`;
}

/** So many functions are named; of more the number is told. */
const MOST_NAMED = 3;

const named = (names: readonly string[]): string =>
  names.length > MOST_NAMED ? `${names.slice(-MOST_NAMED).join(', ')} and ${names.length - MOST_NAMED} others` : list(names);

/** `without SYSTEM_OFF2`, `the newest`, `as 1.3, but for the number`: what choosing `version` means, where `newest` could be had. */
export function versionWords(version: PsciVersion, newest: PsciVersion, options: MatrixOptions): string {
  if (version === newest) return 'the newest';
  const { gains, losses } = versionDifference(version, newest, options);
  const parts = [
    ...(losses.length > 0 ? [`without ${named(losses)}`] : []),
    ...(gains.length > 0 ? [`with ${named(gains)} more`] : []),
  ];
  return parts.join(', ') || `as ${newest}, but for the number`;
}

/** The same as a sentence, with what the losses are for: `Against 1.3 it loses SYSTEM_OFF2: “Switches the machine off and says …”`. */
export function versionSentence(version: PsciVersion, newest: PsciVersion, options: MatrixOptions): string {
  if (version === newest) return `PSCI ${version} is the newest that this host knows: nothing is left out.`;
  const { gains, losses } = versionDifference(version, newest, options);
  if (losses.length + gains.length === 0) return `Against ${newest} nothing is missing at ${version}: only the number differs.`;
  const lost = losses.length > 0 ? `Against ${newest} a guest at ${version} loses ${named([...losses])}` : '';
  const gained =
    gains.length > 0 ? `${lost ? ', and gains ' : `Against ${newest} a guest at ${version} gains `}${named(gains)}` : '';
  const bites = losses.map((name) => LOSS_WORDS[name]).filter((words) => words !== undefined);
  return `${lost}${gained}.${bites.length > 0 ? ` So ${list(bites)}.` : ''}`;
}

/** What a guest cannot do without a function; those whose absence shows in nothing that a person does are left out. */
const LOSS_WORDS: Partial<Record<PsciFunctionName, string>> = {
  PSCI_FEATURES: 'it cannot ask what there is',
  SYSTEM_OFF: 'it cannot power off',
  SYSTEM_RESET: 'it cannot reboot',
  SYSTEM_SUSPEND: 'it cannot suspend to RAM',
  SYSTEM_RESET2: 'a warm reboot is a cold one',
  SYSTEM_OFF2: 'it hibernates without its host being told',
};
