/** How a system register is described to people: its title and its fields. The rows are in one file per group of the manual beside this one. */
import { bitsOf, type FieldWords } from './field-words';

/** What values of a field mean: by value, or as a function of it and of the whole register. */
export type Meaning = readonly string[] | Readonly<Record<number, string>> | ((value: bigint, whole: bigint) => string);

export interface FieldRow {
  readonly name: string;
  readonly high: number;
  readonly low: number;
  readonly meaning?: Meaning;
}

export interface RegisterRow {
  readonly name: string;
  /** The manual's long name, without what EL it is of. */
  readonly title: string;
  /** From the top down. None: the value is one number. */
  readonly fields: readonly FieldRow[];
  /** For a register whose fields depend on its value. */
  readonly decode?: (value: bigint) => readonly FieldWords[];
}

/** A functional group of the manual. */
export interface RegisterGroup {
  readonly name: string;
  readonly registers: readonly RegisterRow[];
}

export const register = (name: string, title: string, ...fields: FieldRow[]): RegisterRow => ({ name, title, fields });
export const bits = (name: string, high: number, low: number, meaning?: Meaning): FieldRow => ({
  name,
  high,
  low,
  ...(meaning && { meaning }),
});
export const bit = (name: string, place: number, zero: string, one: string): FieldRow => bits(name, place, place, [zero, one]);

/** Names of bits from `low` up, for masks that have one bit for each of a kind. */
export const mask = (name: string, high: number, low: number, nameOf: (bit: number) => string): FieldRow =>
  bits(name, high, low, (value) => {
    const set = Array.from({ length: high - low + 1 }, (_, n) => n).filter((n) => (value >> BigInt(n)) & 1n);
    return set.length === 0 ? 'none' : set.map(nameOf).join(', ');
  });

function meaningOf(meaning: Meaning | undefined, value: bigint, whole: bigint): string {
  if (meaning === undefined) return '';
  if (typeof meaning === 'function') return meaning(value, whole);
  return (meaning as Readonly<Record<number, string>>)[Number(value)] ?? 'reserved';
}

/** A register's value, field by field from the top down. */
export function decodeRegister({ fields, decode }: RegisterRow, whole: bigint): readonly FieldWords[] {
  if (decode) return decode(whole);
  return fields.map(({ name, high, low, meaning }) => {
    const value = bitsOf(whole, high, low);
    return { name, high, low, value, meaning: meaningOf(meaning, value, whole) };
  });
}
