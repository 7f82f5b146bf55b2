import { A64 } from '../index';
import { isAllocated, matchRow } from '../match';
import type { Row } from '../row';
import { type Form, formsOf, printForm } from './syntax';

export interface Disassembler {
  /** The text of a word at an address, in the format of GNU objdump with one blank after the mnemonic and no comments. */
  disassemble(word: number, pc?: bigint): string;
}

/** Builds a disassembler for a table. */
export function createDisassembler(rows: readonly Row[]): Disassembler {
  const match = matchRow(rows);
  const forms: (Form[] | undefined)[] = [];
  return {
    disassemble(word, pc = 0n) {
      const found = match(word);
      if (found && isAllocated(found.row, found.fields)) {
        forms[found.index] ??= formsOf(found.row);
        for (const form of forms[found.index]!) {
          const text = printForm(form, found.fields, pc);
          if (text !== undefined) return text;
        }
      }
      return `.inst 0x${(word >>> 0).toString(16).padStart(8, '0')} ; undefined`;
    },
  };
}

let whole: Disassembler | undefined;

/**
 * The text of an instruction at address `pc`, in the format of GNU objdump (aliases preferred) with one blank after the mnemonic and no
 * comments. Words that no row has, or that a row calls UNALLOCATED, give `.inst 0x… ; undefined`.
 */
export function disassemble(word: number, pc = 0n): string {
  whole ??= createDisassembler(A64);
  return whole.disassemble(word, pc);
}
