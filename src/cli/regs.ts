import { makeFirmwareRegisters } from '../vm/firmware-registers';
import type { RegsOptions } from './command-line';
import { tableLines } from './text-table';
import { UserError } from './user-error';

const HEADINGS = ['name', 'KVM id', 'value', 'set by', 'meaning'] as const;
const SETTERS = { default: 'default', vmm: 'you', restore: 'snapshot' } as const;

/** The lines of `dormouse regs`: the firmware pseudo-registers of a machine of one vCPU, on the host named. */
export function registerTable({ psci, host, registers }: RegsOptions): string[] {
  let made: ReturnType<typeof makeFirmwareRegisters>;
  try {
    made = makeFirmwareRegisters(psci, 1, registers, host);
  } catch (error) {
    throw new UserError((error as Error).message);
  }
  const rows = made.view().map(({ name, id, value, text, setBy, summary }) => {
    const number = `0x${value.toString(16)}`;
    return [name, `0x${id.toString(16)}`, text === number ? number : `${number} (${text})`, SETTERS[setBy], summary];
  });
  return tableLines([HEADINGS, ...rows]);
}
