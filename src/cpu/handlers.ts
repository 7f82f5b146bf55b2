import type { Feature } from '../isa/features';
import { parseBits, type Row } from '../isa/row';
import { FIXED_HANDLER } from './abi';
import { atOnce, type Steps } from './stepwise';

/** One interpreter handler: a row with every field of its shape fixed. */
export interface HandlerSpec {
  readonly row: Row;
  readonly shape: Readonly<Record<string, number>>;
  /** Direct branches have two handlers: inside the page, and out of it. */
  readonly nearBranch: boolean;
}

/** A row's handlers occupy consecutive places in a grid over the shape's fields; the grid maps to table indices (0: reserved combination). */
export interface RowHandlers {
  readonly row: Row;
  /** Names and bit widths of the shape's fields, in the order of the grid's index, lowest bits first. */
  readonly fields: readonly { name: string; bits: number; derived: boolean }[];
  /** Table index by grid index; direct branches: twice as many, near ones in the upper half. */
  readonly table: Uint16Array;
}

export interface HandlerSet {
  readonly rows: readonly RowHandlers[];
  /** By table index minus `firstHandler`. */
  readonly specs: readonly HandlerSpec[];
  readonly firstHandler: number;
}

/** Enumerates every handler the table of instructions needs. */
export const enumerateHandlers = (rows: readonly Row[]): HandlerSet => atOnce(handlerSteps(rows));

/** The same, row by row. */
export function* handlerSteps(rows: readonly Row[]): Steps<HandlerSet> {
  const specs: HandlerSpec[] = [];
  const sets: RowHandlers[] = [];
  for (const row of rows) {
    yield;
    const widths = new Map(parseBits(row).fields.map(({ name, width }) => [name, width]));
    const fields = (row.shape ?? '')
      .split(' ')
      .filter(Boolean)
      .map((name) => {
        const bits = widths.get(name);
        if (bits === undefined) throw new Error(`${row.name}: its shape names ${name}, which is not a field`);
        return { name, bits, derived: false };
      });
    for (const [name, { bits }] of Object.entries(row.derived ?? {})) fields.push({ name, bits, derived: true });
    const size = 1 << fields.reduce((sum, { bits }) => sum + bits, 0);
    const table = new Uint16Array(row.branch ? size * 2 : size);
    for (let grid = 0; grid < size; grid++) {
      const shape: Record<string, number> = {};
      let rest = grid;
      for (const { name, bits } of fields) {
        shape[name] = rest & ((1 << bits) - 1);
        rest >>= bits;
      }
      if (row.reserved?.(shape)) continue;
      for (const nearBranch of row.branch ? [false, true] : [false]) {
        table[grid + (nearBranch ? size : 0)] = FIXED_HANDLER.FIRST + specs.length;
        specs.push({ row, shape, nearBranch });
      }
    }
    sets.push({ row, fields, table });
  }
  return { rows: sets, specs, firstHandler: FIXED_HANDLER.FIRST };
}

/**
 * The same handlers for a CPU that has only some features. Rows that need another keep their place, so that their words are UNALLOCATED and
 * fall to no other row. One module of handlers serves all CPU models.
 */
export const withFeatures = (set: HandlerSet, has: (feature: Feature) => boolean): HandlerSet => ({
  ...set,
  rows: set.rows.map((row) =>
    row.row.feature === undefined || has(row.row.feature) ? row : { ...row, table: new Uint16Array(row.table.length) },
  ),
});
