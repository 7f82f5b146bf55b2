/** Tables of the firmware for the pages about versions, asked of the firmware itself. */
import { versionMatrix } from '../../src/psci/matrix';
import { encodeVersion, HOST_GENERATIONS, PSCI_VERSIONS, type PsciVersion } from '../../src/psci/versions';
import { markdownTable } from './markdown-table';

const MARKS = { yes: '✓', no: '·', capability: '(✓)', draft: '·' } as const;

/** The functions that some version answers: the others are in the firmware reference. */
export function answeredTable(): string {
  const rows = versionMatrix()
    .filter(({ cells }) => cells.some(({ answer }) => answer === 'yes' || answer === 'capability'))
    .map(({ fn, cells }) => [fn.name, ...cells.map(({ answer }) => MARKS[answer])]);
  return markdownTable(['function', ...PSCI_VERSIONS], rows);
}

/** What a version answers that the one before it did not, with what each is for. */
export function addedTable(version: PsciVersion): string {
  const column = PSCI_VERSIONS.indexOf(version);
  const answers = (answer: string | undefined): boolean => answer === 'yes' || answer === 'capability';
  const added = versionMatrix().filter(({ cells }) => answers(cells[column]?.answer) && !answers(cells[column - 1]?.answer));
  if (added.length === 0) return 'No function is added.';
  const hex = (id: number | undefined): string => (id === undefined ? '–' : `\`${id.toString(16).toUpperCase()}\``);
  const rows = added.map(({ fn, cells }) => [
    fn.name + (cells[column]?.answer === 'capability' ? ' (with the capability)' : ''),
    version === '0.1' ? hex(fn.id01) : hex(fn.smc32),
    version === '0.1' ? '–' : hex(fn.smc64),
    fn.summary,
  ]);
  return markdownTable(['function', version === '0.1' ? 'id in the device tree' : 'SMC32', 'SMC64', 'what it is for'], rows);
}

/** The number that PSCI_VERSION answers, and the hosts that give it to whoever does not ask. */
export function versionNumbers(): string {
  const rows = PSCI_VERSIONS.map((version) => [
    version,
    version === '0.1' ? 'NOT_SUPPORTED' : `\`0x${encodeVersion(version).toString(16)}\``,
    HOST_GENERATIONS.filter(({ newest }) => newest === version)
      .map(({ kernels }) => `Linux ${kernels}`)
      .join(', ') || '–',
  ]);
  return markdownTable(['version', 'PSCI_VERSION answers', 'default of a KVM host with'], rows);
}

export function hostTable(): string {
  return markdownTable(
    ['host', 'default and newest', 'what changed'],
    HOST_GENERATIONS.map(({ kernels, newest, change }) => [`Linux ${kernels}`, newest, change]),
  );
}
