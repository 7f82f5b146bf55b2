import { type Fields, parseBits, type Row } from '../row';
import type { Cursor } from './assemble/cursor';
import { CODECS } from './codecs';
import { type Binding, type Codec, newBinding } from './codecs/codec';
import { PREDICATES } from './codecs/predicates';

/**
 * The templates of `Row.asm`: one description from which the disassembler prints and the assembler reads.
 *
 *     cmp {Rsp:Rn}, {imm12} ; op=1 S=1 Rd=31
 *
 * - The mnemonic ends at the first blank. Text stands for itself.
 * - `{codec:argument:…}` is an operand, printed and read by a codec of codecs/ that knows its fields.
 *   `{, codec:…}` may be left out together with its comma when it has its default value.
 * - `<field:zero|one|…>` is text that depends on a field's value (`<a.b:…>`: on two fields, `a` the higher bits). `-` as text means
 *   that the template does not exist for this value, and so do values past the last.
 * - After `;` stand the conditions: `field=number`, `field=field` (the assembler makes them true), and `field!=number` or the name of a
 *   predicate, with `!` before it for its opposite (checked).
 * - `~` before everything: understood by the assembler, never printed.
 *
 * The first template that fits is printed, so preferred aliases come first.
 */

export type Part = { text: string } | { codec: Codec; optional: boolean; name: string; args: readonly string[] };

/** One mnemonic of one row: a template with its `<…>` resolved. */
export interface Form {
  readonly row: Row;
  readonly mnemonic: string;
  readonly parts: readonly Part[];
  readonly printed: boolean;
  /** Fields with a fixed value. */
  readonly values: readonly (readonly [field: string, value: number])[];
  /** Fields that equal another field. */
  readonly copies: readonly (readonly [field: string, of: string])[];
  readonly checks: readonly ((fields: Fields) => boolean)[];
}

const complain = (row: Row, template: string, problem: string): never => {
  throw new Error(`${row.name}: template "${template}": ${problem}`);
};

const ALTERNATIVES = /<([A-Za-z]\w*(?:\.[A-Za-z]\w*)*):([^<>]*)>/;

interface Expansion {
  text: string;
  values: [string, number][];
}

/** Resolves `<field:…>`: one result per combination of values. */
function expand(text: string, widths: ReadonlyMap<string, number>, fixed: [string, number][] = []): Expansion[] {
  const found = ALTERNATIVES.exec(text);
  if (!found) return [{ text, values: fixed }];
  const names = found[1]!.split('.');
  const total = names.reduce((sum, name) => sum + (widths.get(name) ?? Number.NaN), 0);
  if (Number.isNaN(total)) throw new Error(`no field "${found[1]}"`);
  const results: Expansion[] = [];
  found[2]!.split('|').forEach((choice, index) => {
    if (choice === '-' || index >= 2 ** total) return;
    let rest = index;
    const values = [...names].reverse().map((name): [string, number] => {
      const width = widths.get(name)!;
      const value = rest & (2 ** width - 1);
      rest >>= width;
      return [name, value];
    });
    if (values.some(([name, value]) => fixed.some(([known, to]) => known === name && to !== value))) return;
    const next = text.slice(0, found.index) + choice + text.slice(found.index + found[0].length);
    results.push(...expand(next, widths, [...fixed, ...values]));
  });
  return results;
}

function parseParts(text: string): Part[] {
  const parts: Part[] = [];
  for (const token of text.split(/(\{[^{}]*\})/)) {
    if (!token) continue;
    const operand = /^\{(, )?([A-Za-z]\w*)((?::[^:{}]+)*)\}$/.exec(token);
    if (!operand) {
      parts.push({ text: token });
      continue;
    }
    const make = CODECS[operand[2]!];
    if (!make) throw new Error(`there is no codec "${operand[2]}"`);
    const args = operand[3]!.split(':').slice(1);
    parts.push({ codec: make(...args), optional: operand[1] !== undefined, name: operand[2]!, args });
  }
  return parts;
}

/** Compiles the templates of a row. Throws naming the row and the template if one cannot be read. */
export function formsOf(row: Row): Form[] {
  const widths = new Map(parseBits(row).fields.map(({ name, width }) => [name, width]));
  const forms: Form[] = [];
  for (const template of row.asm) {
    try {
      for (const expansion of expand(template, widths)) forms.push(compile(row, expansion, widths));
    } catch (error) {
      complain(row, template, error instanceof Error ? error.message : String(error));
    }
  }
  return forms;
}

function compile(row: Row, expansion: Expansion, widths: ReadonlyMap<string, number>): Form {
  const [whole = '', conditions = ''] = expansion.text.split(';');
  const printed = !whole.startsWith('~');
  const syntax = whole.slice(printed ? 0 : 1).trim();
  const blank = syntax.indexOf(' ');
  const values = [...expansion.values];
  const copies: [string, string][] = [];
  const checks: ((fields: Fields) => boolean)[] = [];
  const known = (name: string): string => (widths.has(name) ? name : fieldMissing(name));
  for (const condition of conditions.trim().split(/\s+/).filter(Boolean)) {
    const relation = /^(\w+)(!?=)(\w+)$/.exec(condition);
    const predicate = PREDICATES[condition.replace('!', '')];
    if (relation) {
      const field = known(relation[1]!);
      const right = relation[3]!;
      const isNumber = /^\d/.test(right);
      if (relation[2] === '!=') {
        checks.push((f) => f[field] !== (isNumber ? Number(right) : f[right]));
        if (!isNumber) known(right);
      } else if (isNumber) values.push([field, Number(right)]);
      else copies.push([field, known(right)]);
    } else if (predicate) checks.push(condition.startsWith('!') ? (f) => !predicate(f) : predicate);
    else throw new Error(`there is no predicate "${condition}"`);
  }
  return {
    row,
    mnemonic: blank < 0 ? syntax : syntax.slice(0, blank),
    parts: blank < 0 ? [] : parseParts(syntax.slice(blank + 1).trim()),
    printed,
    values,
    copies,
    checks,
  };
}

const fieldMissing = (name: string): never => {
  throw new Error(`no field "${name}"`);
};

const holds = (form: Form, fields: Fields): boolean =>
  form.values.every(([field, value]) => fields[field] === value) &&
  form.copies.every(([field, of]) => fields[field] === fields[of]) &&
  form.checks.every((check) => check(fields));

/** The text of an instruction in this form; undefined if the fields do not fit it. */
export function printForm(form: Form, fields: Fields, pc: bigint): string | undefined {
  if (!form.printed || !holds(form, fields)) return undefined;
  let text = '';
  for (const part of form.parts) {
    if ('text' in part) text += part.text;
    else if (!(part.optional && part.codec.omitted?.(fields))) {
      const operand = part.codec.print(fields, pc);
      if (operand === undefined) return undefined;
      text += part.optional ? `, ${operand}` : operand;
    }
  }
  return text ? `${form.mnemonic} ${text}` : form.mnemonic;
}

/** Why operands do not fit a form. */
export interface Misfit {
  problem: string;
  /** How far they were understood. */
  at: number;
  /** Where the operand begins that does not fit. */
  start: number;
}

/** Reads operands in this form: the fields, or where and why it does not fit. */
export function readForm(form: Form, c: Cursor, pc: bigint): Fields | Misfit {
  const binding = newBinding(pc);
  let start = 0;
  const fail = (problem: string) => ({ problem, at: c.at, start });
  for (const [field, value] of form.values) binding.set(field, value);
  for (const part of form.parts) {
    c.skipBlanks();
    start = c.at;
    if ('optional' in part && part.optional && c.peek(',')) start++;
    while (c.text[start] === ' ') start++;
    const problem = 'text' in part ? readText(part.text, c) : readOperand(part, c, binding);
    if (problem !== undefined) return fail(problem);
    completeCopies(form, binding);
  }
  if (!c.atEnd()) {
    start = c.at;
    return fail(`"${c.rest()}" is left over`);
  }
  start = 0;
  if (!completeCopies(form, binding) || !form.checks.every((check) => check(binding.fields)))
    return fail('these operands do not go together');
  return binding.fields;
}

function completeCopies(form: Form, binding: Binding): boolean {
  for (const [field, of] of form.copies) {
    const value = binding.get(of) ?? binding.get(field);
    if (value !== undefined && !(binding.set(field, value) && binding.set(of, value))) return false;
  }
  return true;
}

function readText(text: string, c: Cursor): string | undefined {
  for (const token of text.match(/[A-Za-z_]\w*|\S/g) ?? []) {
    c.skipBlanks();
    const found = c.text.slice(c.at, c.at + token.length).toLowerCase() === token;
    if (!found) return c.atEnd() ? `expected "${token}" at the end` : `expected "${token}" before "${c.rest()}"`;
    c.at += token.length;
  }
  return undefined;
}

function readOperand(part: { codec: Codec; optional: boolean }, c: Cursor, binding: Binding): string | undefined {
  if (part.optional) {
    if (!c.peek(',')) return part.codec.absent?.(binding);
    c.take(',');
  }
  return part.codec.parse(c, binding);
}

/** The word of a row with these fields. Bits marked `x` are encoded as ones: that is how they are to be written where they exist. */
export function encodeRow(row: Row, fields: Fields): number {
  const parsed = parseBits(row);
  let word = parsed.value;
  let covered = parsed.mask;
  for (const { name, lsb, width } of parsed.fields) {
    const mask = 2 ** width - 1;
    const value = fields[name] ?? 0;
    word |= (value & mask) << lsb;
    covered |= mask << lsb;
  }
  return (word | ~covered) >>> 0;
}
