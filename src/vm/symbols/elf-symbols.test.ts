import { describe, expect, it } from 'vitest';
import { elfSymbols } from './elf-symbols';

const [SECTIONS, SYMTAB, STRTAB] = [64, 2, 3];
const [STT_FUNC, DEFINED] = [2, 1];

/** An ELF file with symbol tables (`tables` of the same symbols), whose names are the offsets given in one string table. */
function elfWith(strings: Uint8Array, names: readonly number[], tables = 1): Uint8Array {
  const symbolsAt = SECTIONS + (tables + 1) * 64;
  const stringsAt = symbolsAt + names.length * 24;
  const file = new Uint8Array(stringsAt + strings.length);
  const data = new DataView(file.buffer);
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  data.setUint16(18, 183, true);
  data.setBigUint64(40, BigInt(SECTIONS), true);
  data.setUint16(60, tables + 1, true);
  const section = (index: number, type: number, offset: number, size: number) => {
    const at = SECTIONS + index * 64;
    data.setUint32(at + 4, type, true);
    data.setBigUint64(at + 24, BigInt(offset), true);
    data.setBigUint64(at + 32, BigInt(size), true);
    data.setUint32(at + 40, tables, true);
  };
  for (let table = 0; table < tables; table++) section(table, SYMTAB!, symbolsAt, names.length * 24);
  section(tables, STRTAB!, stringsAt, strings.length);
  names.forEach((name, index) => {
    const at = symbolsAt + index * 24;
    data.setUint32(at, name, true);
    data.setUint8(at + 4, STT_FUNC!);
    data.setUint16(at + 6, DEFINED!, true);
    data.setBigUint64(at + 8, BigInt(index * 4), true);
  });
  file.set(strings, stringsAt);
  return file;
}
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

describe('the symbols of an ELF file', () => {
  it('are its names with their addresses, without mapping symbols', () => {
    expect(elfSymbols(elfWith(text('\0start\0$x\0grün\0'), [1, 7, 10, 0]))).toEqual([
      { name: 'start', address: 0n },
      { name: 'grün', address: 8n },
    ]);
  });

  it('are those of one table', () => {
    expect(elfSymbols(elfWith(text('\0a\0'), [1], 50))).toHaveLength(1);
  });

  it('have names of up to 1024 bytes: others are left out', () => {
    const strings = text(`\0${'l'.repeat(1025)}\0${'m'.repeat(1024)}\0`);
    expect(elfSymbols(elfWith(strings, [1, 1027])).map(({ name }) => name)).toEqual(['m'.repeat(1024)]);
    // A name without an end is none.
    expect(elfSymbols(elfWith(text('abc'), [0]))).toEqual([]);
  });

  it('are no more than a kernel could have, in number and in bytes', () => {
    expect(elfSymbols(elfWith(text('a\0'), Array(500_010).fill(0)))).toHaveLength(500_000);
    const long = text(`${'n'.repeat(1024)}\0`);
    expect(elfSymbols(elfWith(long, Array(40_000).fill(0)))).toHaveLength(32_768);
  });
});
