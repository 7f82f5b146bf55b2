/** Version × function as the page draws it: the firmware's own matrix, with what differs in behaviour marked. */
import { answerNow } from './belief';
import { hexShort } from './format';
import { KVM_POLICY, type PsciFunction, type PsciVersion, SPEC_POLICY, versionAtLeast, versionMatrix } from './psci-facts';

/** `differs`: it is there, but not as in other versions. `capability`: it would be, with the VM's capability. */
export type Mark = 'yes' | 'no' | 'differs' | 'capability' | 'draft';

export interface MatrixViewCell {
  version: PsciVersion;
  mark: Mark;
  /** What a screen reader says. */
  text: string;
  why: string;
}

export interface MatrixViewRow {
  fn: PsciFunction;
  cells: MatrixViewCell[];
  /** KVM answers it in some version. */
  everThere: boolean;
}

export interface MatrixOptions {
  rules: 'kvm' | 'spec';
  systemSuspend: boolean;
}

export const MARK_WORDS: Record<Mark, string> = {
  yes: 'available',
  no: 'NOT_SUPPORTED',
  differs: 'available, with a difference',
  capability: 'needs the system-suspend capability',
  draft: 'only in a draft',
};

/** How a function that is there behaves in `version` and not in the others. */
function behaviour(fn: PsciFunction, version: PsciVersion, { rules, systemSuspend }: MatrixOptions): string | undefined {
  if (version === '0.1') {
    return fn.id01 === undefined
      ? undefined
      : `In 0.1 it has the id ${hexShort(fn.id01)}, which the device tree tells the guest.`;
  }
  if (fn.name === 'CPU_ON' && versionAtLeast(version, '1.2')) {
    return 'From 1.2 on CPU_ON may answer DENIED, so that a VMM can hold CPUs back; KVM never does so by itself.';
  }
  if (fn.name === 'CPU_ON' && rules === 'spec' && !versionAtLeast(version, '1.0')) {
    return 'Before 1.0 a bad entry address is INVALID_PARAMETERS; from 1.0 on it is INVALID_ADDRESS.';
  }
  const flags = answerNow(fn.name, version, systemSuspend);
  return flags > 0
    ? `PSCI_FEATURES answers ${hexShort(flags)}${fn.name === 'SYSTEM_OFF2' ? ', bit 0: HIBERNATE_OFF' : ''}.`
    : undefined;
}

/** The firmware speaks of “this VM”; in the matrix every column is a VM of its own. */
const ofAnyVm = (why: string): string => why.replace(/this VM is pinned to (\S+), so the answer/, 'in a VM at $1 the answer');

export function matrixView(options: MatrixOptions): MatrixViewRow[] {
  const policy = options.rules === 'spec' ? SPEC_POLICY : KVM_POLICY;
  return versionMatrix(policy).map(({ fn, cells }) => ({
    fn,
    everThere: cells.some(({ answer }) => answer === 'yes' || answer === 'capability'),
    cells: cells.map(({ version, answer, why }): MatrixViewCell => {
      const there = answer === 'yes' || (answer === 'capability' && options.systemSuspend);
      const special = there ? behaviour(fn, version, options) : undefined;
      const mark: Mark = there ? (special ? 'differs' : 'yes') : answer;
      return { version, mark, text: MARK_WORDS[mark], why: there ? (special ?? fn.summary) : ofAnyVm(why) };
    }),
  }));
}

/** Whether a function is not answered alike at two versions. */
export function differsBetween({ cells }: MatrixViewRow, one: PsciVersion, other: PsciVersion): boolean {
  const at = (version: PsciVersion): MatrixViewCell | undefined => cells.find((cell) => cell.version === version);
  const [a, b] = [at(one), at(other)];
  return a?.mark !== b?.mark || (a?.mark === 'differs' && a.why !== b?.why);
}
