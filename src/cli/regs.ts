import { makeFirmwareRegisters } from '../vm/firmware-registers';
import { UserError } from './errors';
import type { RegsOptions } from './options';

const HEADINGS = ['name', 'KVM id', 'value', 'set by', 'meaning'] as const;
const SETTERS = { default: 'default', vmm: 'you', restore: 'snapshot' } as const;

/** The lines of `dormouse regs`: the firmware pseudo-registers of a machine of one vCPU. */
export function registerTable({ psci, registers }: RegsOptions): string[] {
  let made: ReturnType<typeof makeFirmwareRegisters>;
  try {
    made = makeFirmwareRegisters(psci, 1, registers);
  } catch (error) {
    throw new UserError((error as Error).message);
  }
  const rows = made.view().map(({ name, id, value, text, setBy, summary }) => {
    const number = `0x${value.toString(16)}`;
    return [name, `0x${id.toString(16)}`, text === number ? number : `${number} (${text})`, SETTERS[setBy], summary];
  });
  const widths = HEADINGS.map((heading, column) => Math.max(heading.length, ...rows.map((row) => row[column]!.length)));
  return [[...HEADINGS], ...rows].map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
}
