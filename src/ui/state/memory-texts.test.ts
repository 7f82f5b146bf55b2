import { describe, expect, it } from 'vitest';
import { hexDump } from './hex-dump';
import { pointerIn, valueWords } from './value-words';
import { wantedBytes } from './wanted-bytes';

const words = (...bytes: number[]): string[] => valueWords(new Uint8Array(bytes)).map(({ name, text }) => `${name} ${text}`);

describe('bytes as values', () => {
  it('are told in every width there are bytes for', () => {
    expect(words(0xff)).toEqual(['u8 255', 'i8 -1']);
    expect(words(1, 2)).toEqual(['u8 1', 'u16 513']);
    expect(words(0, 0, 0x80, 0x3f)).toEqual(['u8 0', 'u16 0', 'u32 1065353216', 'f32 1']);
    expect(words(0, 0, 0, 0, 0, 0, 0xf0, 0xbf)).toEqual([
      'u8 0',
      'u16 0',
      'u32 0',
      'u64 13830554455654793216',
      'i64 -4616189618054758400',
      'f32 0',
      'f64 -1',
    ]);
    expect(words(0xcd, 0xcc, 0xcc, 0x3d)).toContain('f32 0.100000001');
    expect(words(0, 0, 0xc0, 0x7f)).toContain('f32 NaN');
    expect(words()).toEqual([]);
  });

  it('are told wherever they lie in a buffer', () => {
    const bytes = new Uint8Array([9, 9, 9, 1, 2, 3, 4, 5, 6, 7, 8]).subarray(3);
    expect(pointerIn(bytes)).toBe(0x0807_0605_0403_0201n);
    expect(pointerIn(bytes.subarray(1))).toBeUndefined();
    expect(valueWords(bytes)[0]).toEqual({ name: 'u8', text: '1' });
  });
});

it('a hex dump has addresses, bytes and text, and marks what could not be read', () => {
  const bytes = Uint8Array.from({ length: 20 }, (_, n) => 0x3e + n);
  expect(hexDump(0x4008_0000n, bytes, (offset) => offset !== 17)).toBe(
    '0000000040080000  3e 3f 40 41 42 43 44 45  46 47 48 49 4a 4b 4c 4d  |>?@ABCDEFGHIJKLM|\n' +
      '0000000040080010  4e ?? 50 51                                       |N PQ|\n',
  );
});

describe('what is looked for', () => {
  it('is a text or bytes', () => {
    expect(wantedBytes('text', 'hé')).toEqual(new Uint8Array([0x68, 0xc3, 0xa9]));
    for (const text of ['d2 80 00 20', 'd2800020', '0xd2 0x80, 0x00 0x20'])
      expect(wantedBytes('bytes', text)).toEqual(new Uint8Array([0xd2, 0x80, 0, 0x20]));
  });
  it('is refused with what to write instead', () => {
    expect(wantedBytes('bytes', 'd2 8')).toBe('“d2 8” are no bytes: write pairs of hexadecimal digits, such as d2 80 00 20.');
    expect(wantedBytes('bytes', 'xy')).toContain('are no bytes');
    expect(wantedBytes('bytes', ' ')).toBe('Give bytes to look for, such as d2 80 00 20.');
    expect(wantedBytes('text', '')).toBe('Give a text to look for.');
    expect(wantedBytes('text', 'x'.repeat(5000))).toBe('5000 bytes are more than can be looked for: 4096 at most.');
  });
});
