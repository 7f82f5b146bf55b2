import { type DecodeContext, type Fields, parseBits, type Row } from './row';

/** The row that a word belongs to. `fields` holds the encoding's named fields, unsigned. */
export interface Match {
  /** Place of the row in the table that was given to {@link matchRow}. */
  index: number;
  row: Row;
  fields: Record<string, number>;
}

interface Candidate {
  index: number;
  row: Row;
  mask: number;
  value: number;
  fixedBits: number;
  fields: readonly { name: string; lsb: number; mask: number }[];
}

/** Words are sorted by their top bits: 2048 buckets leave a handful of rows to compare with. */
const BUCKET_SHIFT = 21;
const BUCKETS = 1 << (32 - BUCKET_SHIFT);
const BUCKET_MASK = (~0 << BUCKET_SHIFT) >>> 0;

function countBits(word: number): number {
  let count = 0;
  for (let rest = word >>> 0; rest; rest = (rest & (rest - 1)) >>> 0) count++;
  return count;
}

/**
 * Builds a decoder for a table: from an instruction word to its row and fields, or undefined if no row has it. Where several rows
 * match, the one with most fixed bits wins. Whether the fields are allocated is for `row.operands` to say; it is not called here.
 */
export function matchRow(rows: readonly Row[]): (word: number) => Match | undefined {
  const buckets: Candidate[][] = Array.from({ length: BUCKETS }, () => []);
  const candidates = rows.map((row, index): Candidate => {
    const { mask, value, fields } = parseBits(row);
    return {
      index,
      row,
      mask,
      value,
      fixedBits: countBits(mask),
      fields: fields.map(({ name, lsb, width }) => ({ name, lsb, mask: 2 ** width - 1 })),
    };
  });
  candidates.sort((a, b) => b.fixedBits - a.fixedBits || a.index - b.index);
  for (const candidate of candidates) {
    const known = candidate.mask & BUCKET_MASK;
    for (let bucket = 0; bucket < BUCKETS; bucket++)
      if ((((bucket << BUCKET_SHIFT) ^ candidate.value) & known) === 0) buckets[bucket]!.push(candidate);
  }
  return (word) => {
    for (const candidate of buckets[word >>> BUCKET_SHIFT]!) {
      if (((word ^ candidate.value) & candidate.mask) !== 0) continue;
      const fields: Record<string, number> = {};
      for (const field of candidate.fields) fields[field.name] = (word >>> field.lsb) & field.mask;
      return { index: candidate.index, row: candidate.row, fields };
    }
    return undefined;
  };
}

/** Pairs of rows that match a common word although neither is more specific: such a table would be ambiguous. */
export function ambiguities(rows: readonly Row[]): [string, string][] {
  const parsed = rows.map((row) => ({ name: row.name, ...parseBits(row) }));
  const pairs: [string, string][] = [];
  parsed.forEach((a, i) => {
    for (const b of parsed.slice(i + 1)) {
      const overlap = ((a.value ^ b.value) & a.mask & b.mask) === 0;
      if (overlap && countBits(a.mask) === countBits(b.mask)) pairs.push([a.name, b.name]);
    }
  });
  return pairs;
}

/** Text needs no machine: every system register and feature exists as far as it is concerned. */
const ANY_MACHINE: DecodeContext = { sysreg: () => ({ access: 0, offset: 0 }), has: () => true };

/** False if the row says that this encoding is UNALLOCATED. */
export function isAllocated(row: Row, fields: Fields): boolean {
  if (row.reserved) {
    const shape: Record<string, number> = {};
    for (const name of row.shape?.split(/\s+/) ?? []) shape[name] = fields[name]!;
    for (const [name, derived] of Object.entries(row.derived ?? {})) shape[name] = derived.of(fields, ANY_MACHINE);
    if (row.reserved(shape)) return false;
  }
  return row.operands(fields, ANY_MACHINE) !== undefined;
}
