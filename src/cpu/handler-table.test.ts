import { describe, expect, it } from 'vitest';
import { HandlerTable, MAX_HANDLERS } from './handler-table';

describe('HandlerTable', () => {
  it('starts small, doubles only when all are taken, and begins anew', () => {
    const table = new HandlerTable(4000);
    expect(table.size).toBe(4096);
    const slots = Array.from({ length: 96 }, () => table.take());
    expect(slots).toEqual(Array.from({ length: 96 }, (_, i) => 4000 + i));
    expect(table.size).toBe(4096);
    expect(table.take()).toBe(4096);
    expect(table.size).toBe(8192);
    expect(table.taken).toBe(97);
    const before = table.table;
    table.renew();
    expect(table.table).not.toBe(before);
    expect([table.size, table.taken, table.take()]).toEqual([4096, 0, 4000]);
  });

  it('has room for the interpreter, however many handlers that has', () => {
    expect(new HandlerTable(4096).size).toBe(8192);
  });

  it('holds as many as a 16-bit index can name', () => {
    const table = new HandlerTable(10);
    for (let i = 10; i < MAX_HANDLERS; i++) table.take();
    expect(table.size).toBe(MAX_HANDLERS);
    expect(() => table.take()).toThrow('All 65536 handlers are in use');
  });
});
