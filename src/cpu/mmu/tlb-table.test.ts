import { describe, expect, it } from 'vitest';
import { MEMORY, TLB, WINDOW } from '../layout';
import { viewsOf } from '../vcpu';
import { ENTRY, ENTRY_FLAG, entryWord } from './tlb-entries';
import { HOLDS, TlbTable } from './tlb-table';

const ENTRIES = 64;
const START = 4096;
const WINDOW_AT = 64;

function makeTable(): { table: TlbTable; filled: () => number[]; u32: Uint32Array } {
  const views = viewsOf(new WebAssembly.Memory({ initial: (START + TLB.SIZE) / MEMORY.PAGE + 1 }));
  const table = new TlbTable(views, START, ENTRIES, true, WINDOW_AT);
  table.clear(true);
  const { u32 } = views;
  const isFilled = (half: number, slot: number): boolean =>
    (u32[entryWord(START + half, slot) + ENTRY.FLAGS]! & ENTRY_FLAG.FILLED) !== 0;
  const slots = Array.from({ length: ENTRIES }, (_, slot) => slot);
  return { table, u32, filled: () => [0, TLB.WRITE].flatMap((half) => slots.filter((slot) => isFilled(half, slot))) };
}

function enter(table: TlbTable, page: number, half = 0, flags = 0): void {
  table.enter(half, page << 12, 0, 0x1000, flags);
  table.holds |= HOLDS.LOW | (flags & ENTRY_FLAG.NON_GLOBAL ? HOLDS.NON_GLOBAL : HOLDS.GLOBAL);
}

describe('the window of a TlbTable', () => {
  const isOpen = (u32: Uint32Array): boolean => u32[(WINDOW_AT + WINDOW.LIMIT) / 4] !== 0;
  it.each<[string, (table: TlbTable) => void]>([
    ['the table is cleared', (table) => table.clear()],
    ['any entry is dropped', (table) => table.drop(() => false)],
    ['one address is invalidated', (table) => table.dropPage(0x5000, 0, 0)],
    ['a kind is dropped', (table) => table.dropKind(HOLDS.LOW, HOLDS.LOW | HOLDS.HIGH, () => false)],
  ])('is closed when %s', (_when, act) => {
    const { table, u32 } = makeTable();
    enter(table, 1);
    expect(isOpen(u32)).toBe(false);
    table.openWindow(0x1000, 0, 0x10000, 0);
    expect(isOpen(u32)).toBe(true);
    act(table);
    expect(isOpen(u32)).toBe(false);
  });

  it('is none if it is smaller than what may be accessed at once', () => {
    const { table, u32 } = makeTable();
    table.openWindow(0x1000, 0, WINDOW.MOST_BYTES, 0);
    expect(isOpen(u32)).toBe(false);
  });
});

describe('TlbTable', () => {
  it.each([3, 17, ENTRIES])('is empty after %i entries were made and it was cleared, and can be filled again', (count) => {
    const { table, filled, u32 } = makeTable();
    const empty = u32.slice();
    for (let round = 0; round < 2; round++) {
      for (let page = 0; page < count; page++) {
        enter(table, page);
        enter(table, page, TLB.WRITE);
      }
      expect(filled()).toHaveLength(2 * count);
      table.clear();
      expect(filled()).toEqual([]);
      expect(table.holds).toBe(0);
    }
    const tags = (words: Uint32Array): number[] =>
      [...words.keys()].filter((word) => (word & 3) < ENTRY.ADDEND).map((word) => words[word]!);
    expect(tags(u32)).toEqual(tags(empty));
  });

  it('visits every filled entry of a half, however many there are', () => {
    for (const count of [2, ENTRIES]) {
      const { table } = makeTable();
      for (let page = 0; page < count; page++) enter(table, page, page & 1 ? TLB.WRITE : 0);
      const seen = new Set<number>();
      table.each(TLB.WRITE, (_word, slot) => seen.add(slot));
      expect(seen.size).toBe(count / 2);
    }
  });

  it('finds an entry again whose slot was emptied and filled many times', () => {
    const { table, filled } = makeTable();
    for (let i = 0; i < 3 * ENTRIES; i++) {
      enter(table, 5);
      table.dropPage(5 << 12, 0, 0);
      expect(filled()).toEqual([]);
    }
    enter(table, 5);
    table.clear();
    expect(filled()).toEqual([]);
  });

  it('drops one kind of entries and keeps the rest', () => {
    const { table, filled, u32 } = makeTable();
    enter(table, 1, 0, ENTRY_FLAG.NON_GLOBAL);
    enter(table, 2);
    const isNonGlobal = (word: number): boolean => (u32[word + ENTRY.FLAGS]! & ENTRY_FLAG.NON_GLOBAL) !== 0;
    table.dropKind(HOLDS.NON_GLOBAL, HOLDS.NON_GLOBAL | HOLDS.GLOBAL, isNonGlobal);
    expect(filled()).toEqual([2]);
    expect(table.holds & HOLDS.NON_GLOBAL).toBe(0);
  });

  it('drops the write half alone', () => {
    const { table, filled } = makeTable();
    enter(table, 1);
    enter(table, 1, TLB.WRITE);
    table.dropWritable();
    expect(filled()).toEqual([1]);
  });
});
