import { A64 } from '../index';
import type { Row } from '../row';
import { operandsInWords } from './operand-words';
import { formsOf } from './syntax';

/** One way to write an instruction. */
export interface DictionaryForm {
  /** `add <Rd|SP>, <Rn|SP>, #<imm 0…4095>{, LSL #12}`, see operand-words.ts. */
  readonly syntax: string;
  readonly row: Row;
}

/** A mnemonic with all the ways to write it. */
export interface DictionaryEntry {
  readonly mnemonic: string;
  readonly forms: readonly DictionaryForm[];
  /** No disassembly has it: there is a better name for each of its encodings. */
  readonly secondary: boolean;
}

/** All mnemonics of the table, in its order. */
export function dictionary(rows: readonly Row[] = A64): DictionaryEntry[] {
  const entries = new Map<string, { forms: Map<string, DictionaryForm>; secondary: boolean }>();
  for (const row of rows)
    for (const form of formsOf(row)) {
      const syntax = `${form.mnemonic} ${operandsInWords(form.parts)}`.trim();
      const entry = entries.get(form.mnemonic) ?? { forms: new Map<string, DictionaryForm>(), secondary: true };
      entries.set(form.mnemonic, entry);
      if (form.printed) entry.secondary = false;
      const key = `${syntax} ${row.feature ?? ''}`;
      if (!entry.forms.has(key)) entry.forms.set(key, { syntax, row });
    }
  return [...entries].map(([mnemonic, { forms, secondary }]) => ({ mnemonic, forms: [...forms.values()], secondary }));
}
