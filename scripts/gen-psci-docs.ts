/**
 * Writes the tables of docs/psci.md between their markers, from the firmware's own data. Run it after a change in src/psci:
 *
 *     npx tsx scripts/gen-psci-docs.ts
 *
 * A unit test fails while the page is out of date.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { PSCI_FUNCTIONS, type PsciFunction } from '../src/psci/functions';
import { featuresAnswer, type MatrixCell, versionMatrix } from '../src/psci/matrix';
import { psciNode } from '../src/psci/psci-node';
import { FirmwareRegisters, formatRegister, makeHost } from '../src/psci/pseudo-registers';
import { PSCI_RET, psciReturnName } from '../src/psci/results';
import { BITMAP_REGISTER_NAMES, SERVICES, SMCCC_ID } from '../src/psci/smccc-services';
import { HOST_GENERATIONS, PSCI_VERSIONS, type PsciVersion } from '../src/psci/versions';
import { markdownTable, renewSections } from './generated-sections';

export const PSCI_DOC = fileURLToPath(new URL('../docs/psci.md', import.meta.url));

const id = (value: number | undefined): string => (value === undefined ? '–' : `\`${value.toString(16).toUpperCase()}\``);

const MARKS: Record<MatrixCell['answer'], string> = { yes: '✓', no: '·', capability: '(✓)', draft: '·' };

function versionTable(): string {
  const kind = (fn: PsciFunction): string => (fn.draft ? 'draft only' : fn.mandatory ? 'mandatory' : 'optional');
  return markdownTable(
    ['n', 'function', 'SMC32', 'SMC64', 'x1, x2, x3', 'specified', ...PSCI_VERSIONS],
    versionMatrix().map(({ fn, cells }) => [
      String(fn.n),
      fn.name,
      id(fn.smc32),
      id(fn.smc64),
      fn.args.join(', '),
      `${fn.draft ? '' : `${fn.since}, `}${kind(fn)}`,
      ...cells.map(({ answer, version }) => MARKS[answer] + (version === '0.1' && answer === 'yes' ? ` ${id(fn.id01)}` : '')),
    ]),
  );
}

function featuresTable(): string {
  const text = (answer: number): string => (answer < 0 ? psciReturnName(answer) : undefined) ?? String(answer);
  const answers = (fn: { smc32?: number; smc64?: number }, version: PsciVersion, suspend: boolean): string => {
    const all = [fn.smc32, fn.smc64].flatMap((one) => (one === undefined ? [] : [text(featuresAnswer(one, version, suspend))]));
    return [...new Set(all)].join(' / ').replaceAll('NOT_SUPPORTED', '·');
  };
  const rows: { name: string; smc32?: number; smc64?: number; suspend?: boolean }[] = PSCI_FUNCTIONS.flatMap((fn) =>
    fn.needs
      ? [
          { ...fn, name: `${fn.name}, capability off` },
          { ...fn, name: `${fn.name}, capability on`, suspend: true },
        ]
      : [fn],
  );
  rows.push({ name: 'SMCCC_VERSION', smc32: SMCCC_ID.SMCCC_VERSION });
  return markdownTable(
    ['queried function', ...PSCI_VERSIONS],
    rows.map((row) => [row.name, ...PSCI_VERSIONS.map((version) => answers(row, version, row.suspend ?? false))]),
  );
}

function registerTable(): string {
  const registers = new FirmwareRegisters(makeHost());
  registers.initVcpu(0, { psci02: true });
  return markdownTable(
    ['id', 'name', "KVM's name", 'default here', 'what it is'],
    registers
      .view()
      .map((row) => [
        `\`${row.id.toString(16)}\``,
        `\`${row.name}\``,
        row.kvmName,
        formatRegister(row.name, row.value),
        row.summary,
      ]),
  );
}

function hostTable(): string {
  return markdownTable(
    ['host kernel', 'default and newest', 'what changed'],
    HOST_GENERATIONS.map(({ kernels, newest, change }) => [kernels, newest, change]),
  );
}

function resultTable(): string {
  return markdownTable(
    ['code', 'name'],
    Object.entries(PSCI_RET).map(([name, code]) => [String(code), name]),
  );
}

function serviceTable(): string {
  return markdownTable(
    ['id', 'call', 'let through by', 'what it is'],
    SERVICES.map(({ id: service, name, gate, answer, summary }) => [
      id(service),
      name,
      gate ? `\`${BITMAP_REGISTER_NAMES[gate.register]}\` bit ${Math.log2(gate.bit)}` : answer ? 'always' : 'never',
      summary,
    ]),
  );
}

function deviceTreeTable(): string {
  const rows = PSCI_VERSIONS.map((version) => {
    const node = psciNode(version, 'hvc');
    const cell = (name: string): string => {
      const property = node.find((one) => one.name === name)!;
      return 'strings' in property ? property.strings.map((one) => `"${one}"`).join(', ') : property.u32s.map(id).join(' ');
    };
    return [version, ...['compatible', 'cpu_suspend', 'cpu_off', 'cpu_on', 'migrate'].map(cell)];
  });
  return markdownTable(['version', 'compatible', 'cpu_suspend', 'cpu_off', 'cpu_on', 'migrate'], rows);
}

/** Generated text by marker name. */
export const SECTIONS: Record<string, () => string> = {
  versions: versionTable,
  features: featuresTable,
  registers: registerTable,
  hosts: hostTable,
  results: resultTable,
  services: serviceTable,
  devicetree: deviceTreeTable,
};

/** `page` with every generated section renewed. Throws if a marker is missing or names no section. */
export const renew = (page: string): string =>
  renewSections(page, SECTIONS, { doc: 'docs/psci.md', script: 'scripts/gen-psci-docs.ts' });

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  writeFileSync(PSCI_DOC, renew(readFileSync(PSCI_DOC, 'utf8')));
}
