import { describe, expect, it } from 'vitest';
import { SymbolTable } from './symbol-table';

const table = new SymbolTable([
  { name: 'schedule_tail', address: 0x300n },
  { name: '__memcpy', address: 0x200n },
  { name: 'memcpy', address: 0x200n },
  { name: 't_start', address: 0x500n },
  { name: 't_start', address: 0x400n },
  { name: 't_start', address: 0x400n },
  { name: 'schedule', address: 0x600n },
]);

describe('a table of symbols', () => {
  it('tells an address by the first of its names', () => {
    expect(table.placeOf(0x1ffn)).toBeUndefined();
    expect(table.placeOf(0x200n)).toEqual({ name: '__memcpy', offset: 0 });
    expect(table.placeOf(0x2ffn)).toEqual({ name: '__memcpy', offset: 0xff });
    expect(table.placeOf(0x600n + (1n << 20n))).toEqual({ name: 'schedule', offset: 1 << 20 });
    expect(table.placeOf(0x601n + (1n << 20n))).toBeUndefined();
  });

  it('knows each address that is called so, by any of its names, and none by a part of it', () => {
    expect(table.find('memcpy')).toEqual([0x200n]);
    expect(table.find('t_start')).toEqual([0x400n, 0x500n]);
    expect(table.find('sched')).toEqual([]);
  });

  it('offers what is called so first', () => {
    expect(table.matching('Schedule', 1).map(({ name }) => name)).toEqual(['schedule']);
    expect(table.matching('memcpy', 9).map(({ name }) => name)).toEqual(['memcpy', '__memcpy']);
  });
});
