import { HALF } from '../pseudocode/fp-arithmetic';
import type { Row } from '../row';

/**
 * Rows of scalars have field `type`: 00 single, 01 double, 11 half precision. Half precision is a feature of its own, so it has rows of its own, which are made from
 * the others.
 */

/** The encodings of single and double precision. */
export const singleOrDouble = (row: Row): Row => ({
  ...row,
  reserved: (s) => s.type! > 1 || row.reserved?.(s) === true,
});

/** Those of half precision. */
export const halfPrecision = (row: Row): Row => ({
  ...row,
  name: `${row.name}, half-precision`,
  bits: row.bits.replace('type:2', '11'),
  asm: row.asm.map((template) => template.replace(/\{Sc:(\w+):type\}/g, '{H:$1}')),
  shape: row.shape!.replace(/\btype ?/, '').trim(),
  reserved: (s) => row.reserved?.({ ...s, type: HALF }) === true,
  operands: (f, context) => row.operands({ ...f, type: HALF }, context),
  meaning: (k, o, s) => row.meaning(k, o, { ...s, type: HALF }),
});

/** A form of a vector row. The lanes of single and double precision have field `sz`; those of half precision have encodings of their own. */
export interface FloatForm {
  readonly isScalar: boolean;
  readonly isHalf: boolean;
}
export const FLOAT_FORMS = {
  vector: { isScalar: false, isHalf: false },
  scalar: { isScalar: true, isHalf: false },
  vectorHalf: { isScalar: false, isHalf: true },
  scalarHalf: { isScalar: true, isHalf: true },
} as const;

export const floatName = (name: string, { isScalar, isHalf }: FloatForm): string =>
  `${name}${isScalar ? ', scalar' : ''}${isHalf ? ', half-precision' : ''}`;

export const floatShape = ({ isScalar, isHalf }: FloatForm): string =>
  [...(isScalar ? [] : ['Q']), ...(isHalf ? [] : ['sz'])].join(' ');

/** Operands in the templates of assembly. */
export const floatRegisters = ({ isScalar, isHalf }: FloatForm, ...fields: readonly string[]): string =>
  fields
    .map((field) => (isScalar ? (isHalf ? `{H:${field}}` : `{Sc:${field}:sz}`) : `{V:${field}:${isHalf ? 'H' : 'F'}}`))
    .join(', ');
