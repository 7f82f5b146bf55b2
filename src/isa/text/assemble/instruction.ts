import { A64 } from '../../index';
import { isAllocated, matchRow } from '../../match';
import type { Row } from '../../row';
import { encodeRow, type Form, formsOf, type Misfit, readForm } from '../syntax';
import { Cursor, type SymbolScope } from './cursor';
import { reject } from './errors';
import { meant } from './near-words';
import { splitOperands } from './statements';
import { slipOfThePen } from './suggestions';

/** Encodes single instructions of a table. */
export interface Encoder {
  knows(mnemonic: string): boolean;
  readonly mnemonics: Iterable<string>;
  /**
   * The word for an instruction at `pc`. Throws a StatementError whose message is a clause if there is none; its span is of `operands`.
   */
  encode(mnemonic: string, operands: string, pc: bigint, scope: SymbolScope): number;
}

export function createEncoder(rows: readonly Row[]): Encoder {
  const forms = new Map<string, Form[]>();
  for (const row of rows)
    for (const form of formsOf(row)) {
      const known = forms.get(form.mnemonic);
      if (known) known.push(form);
      else forms.set(form.mnemonic, [form]);
    }
  const match = matchRow(rows);
  return {
    knows: (mnemonic) => forms.has(mnemonic),
    get mnemonics() {
      return forms.keys();
    },
    encode(mnemonic, operands, pc, scope) {
      const candidates = forms.get(mnemonic) ?? reject(`there is no instruction "${mnemonic}"`);
      // The form that got furthest into the text knows best what is wrong with it.
      let best: Misfit = { problem: '', at: -1, start: 0 };
      for (const form of candidates) {
        const fields = readForm(form, new Cursor(operands, scope), pc);
        if (isProblem(fields)) {
          if (fields.at > best.at) best = fields;
          continue;
        }
        const word = encodeRow(form.row, fields);
        const found = match(word);
        if (found && isAllocated(found.row, found.fields)) return word;
        if (best.at < 0) best = { problem: 'this encoding is unallocated', at: 0, start: 0 };
      }
      return complain(operands, best, scope);
    },
  };
}

/** Says what does not fit, where, and what may have been meant. */
function complain(operands: string, { problem, at, start }: Misfit, scope: SymbolScope): never {
  const rest = operands.slice(start);
  const end = at > start ? at - start : (splitOperands(rest)[0]?.length ?? 0);
  const slip = slipOfThePen(problem, scope);
  const place = slip ? operands.toLowerCase().indexOf(slip.wrong.toLowerCase(), start) : -1;
  if (!slip || place < 0) return reject(problem, { at: start, length: Math.max(1, rest.slice(0, end).trimEnd().length) });
  return reject(meant(problem, slip.instead), { at: place, length: slip.wrong.length, instead: slip.instead });
}

const isProblem = (answer: object): answer is Misfit => typeof (answer as { problem?: unknown }).problem === 'string';

let whole: Encoder | undefined;
/** The encoder of all instructions, built when it is first needed. */
export function a64Encoder(): Encoder {
  whole ??= createEncoder(A64);
  return whole;
}
