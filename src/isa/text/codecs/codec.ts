import type { Fields } from '../../row';
import type { Cursor } from '../assemble/cursor';

/** Fields found so far while reading an instruction. */
export interface Binding {
  readonly fields: Record<string, number>;
  /** Address of the instruction. */
  readonly pc: bigint;
  get(field: string): number | undefined;
  /** False if the field already has another value. */
  set(field: string, value: number): boolean;
}

export function newBinding(pc: bigint): Binding {
  const fields: Record<string, number> = {};
  return {
    fields,
    pc,
    get: (field) => fields[field],
    set: (field, value) => {
      const old = fields[field];
      if (old !== undefined) return old === value;
      fields[field] = value;
      return true;
    },
  };
}

/** How one operand is written. It knows which fields it stands for. */
export interface Codec {
  /** The operand's text; undefined if these fields cannot be written so. */
  print(fields: Fields, pc: bigint): string | undefined;
  /** Reads the operand and binds its fields; answers undefined, or one clause saying what is wrong. */
  parse(c: Cursor, binding: Binding): string | undefined;
  /** For operands that may be left out: when they are, … */
  omitted?(fields: Fields): boolean;
  /** … and what that means. */
  absent?(binding: Binding): string | undefined;
}

export type CodecMaker = (...args: string[]) => Codec;

export const hex = (value: bigint | number): string => (value < 0 ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`);

/** Binds all of them, or says that the operand contradicts another. */
export function bind(binding: Binding, values: Readonly<Record<string, number>>): string | undefined {
  for (const [field, value] of Object.entries(values))
    if (!binding.set(field, value)) return 'this operand does not go with the others';
  return undefined;
}

/** Reads `#value` or `value` inside a range. */
export function readNumber(c: Cursor, least: bigint, most: bigint, what = 'immediate'): bigint | string {
  c.take('#');
  const value = c.expression();
  if (typeof value === 'string') return value;
  if (value < least || value > most) return `${what} ${value} is not between ${least} and ${most}`;
  return value;
}
