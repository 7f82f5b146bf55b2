import { describe, expect, it } from 'vitest';
import { A64 } from './index';
import { ambiguities, matchRow } from './match';
import { parseBits, type Row } from './row';

const row = (name: string, bits: string): Row => ({ name, bits, asm: [], operands: () => ({}), meaning: () => {} });

describe('matchRow', () => {
  const match = matchRow(A64);

  it('finds the row and extracts its fields', () => {
    // add x1, x2, #0x123, lsl #12
    expect(match(0x91448c41)).toMatchObject({
      row: { name: 'ADD, ADDS, SUB, SUBS (immediate)' },
      fields: { sf: 1, op: 0, S: 0, sh: 1, imm12: 0x123, Rn: 2, Rd: 1 },
    });
    expect(A64[match(0xd65f03c0)!.index]!.name).toBe('BR, RET');
  });

  it('knows words that have no row', () => {
    expect(match(0xffffffff)).toBeUndefined();
  });

  it('lets the row with more fixed bits win, whatever the order', () => {
    // dc zva, x3 is inside SYS
    expect(match(0xd50b7423)?.row.name).toBe('DC ZVA');
    const loose = row('loose', '1111 a:28');
    const tight = row('tight', '11110 xxx b:24');
    for (const rows of [
      [loose, tight],
      [tight, loose],
    ]) {
      expect(matchRow(rows)(0xf7000005)).toMatchObject({ row: { name: 'tight' }, fields: { b: 5 } });
      expect(matchRow(rows)(0xf8000005)).toMatchObject({ row: { name: 'loose' }, fields: { a: 0x8000005 } });
    }
  });

  it('matches at least the words made of each row’s own fixed bits', () => {
    for (const [index, each] of A64.entries()) {
      const { mask, value } = parseBits(each);
      const found = match(value);
      expect(found, each.name).toBeDefined();
      if (found!.index !== index)
        expect((parseBits(found!.row).mask & mask) >>> 0, each.name).not.toBe(parseBits(found!.row).mask);
    }
  });
});

describe('the table', () => {
  it('has no two rows with the same number of fixed bits that overlap', () => {
    expect(ambiguities(A64)).toEqual([]);
  });

  it('would be caught if it had', () => {
    expect(ambiguities([row('a', '1 x:31'), row('b', 'y:31 1')])).toEqual([['a', 'b']]);
    expect(ambiguities([row('a', '1 x:31'), row('b', '0 y:31')])).toEqual([]);
  });
});
