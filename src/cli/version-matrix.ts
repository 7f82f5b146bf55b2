import { KVM_POLICY, type MatrixCell, PSCI_VERSIONS, SPEC_POLICY, versionMatrix } from '../psci';
import type { PsciOptions } from './command-line';
import { tableLines } from './text-table';

const MARKS: Record<MatrixCell['answer'], string> = { yes: 'yes', no: '-', capability: '(yes)', draft: '-' };

const id = (value: number | undefined): string => (value === undefined ? '-' : `0x${value.toString(16)}`);

/** The lines of `dormouse psci`: which function a VM answers in each version. */
export function versionTable({ rules }: PsciOptions): string[] {
  const rows = versionMatrix(rules === 'spec' ? SPEC_POLICY : KVM_POLICY).map(({ fn, cells }) => [
    fn.name,
    id(fn.smc32),
    id(fn.smc64),
    ...cells.map(({ answer }) => MARKS[answer]),
  ]);
  return [
    ...tableLines([['function', 'SMC32', 'SMC64', ...PSCI_VERSIONS], ...rows]),
    '',
    `Rules: ${rules}. (yes): with --suspend. -: NOT_SUPPORTED. PSCI 0.1 has ids of its own, which the device tree tells.`,
  ];
}
