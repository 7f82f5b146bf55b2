import { describe, expect, it } from 'vitest';
import type { SavedRegions } from './known-regions';
import { decodeRegions, encodeRegions } from './pack-format';

const SAVED: SavedRegions = {
  proof: 0xfedcba98,
  digest: 0x89abcdef,
  sample: [0xd503201f, 0x91000400],
  packs: [
    {
      regions: [
        {
          blocks: [
            { start: 1023, words: [0xd65f03c0] },
            { start: -4, words: [1, 2] },
          ],
        },
        { blocks: [{ start: 0, words: [0xffffffff] }], hasWindow: true },
      ],
      code: Uint8Array.of(1, 2, 3, 4, 5),
    },
    { regions: [{ blocks: [{ start: 5, words: [3] }] }] },
  ],
};
const bytes = encodeRegions(SAVED);
/** With one 32-bit number changed. */
function changed(index: number, value: number): Uint8Array {
  const copy = bytes.slice();
  new DataView(copy.buffer).setInt32(index * 4, value, true);
  return copy;
}

describe('saved regions', () => {
  it('come back as they were', () => {
    expect(decodeRegions(bytes)).toEqual(SAVED);
    const none: SavedRegions = { packs: [], sample: [], proof: 0, digest: 0 };
    expect(decodeRegions(encodeRegions(none))).toEqual(none);
  });

  it('may lie anywhere in a larger buffer', () => {
    const larger = new Uint8Array(bytes.length + 7);
    larger.set(bytes, 3);
    expect(decodeRegions(larger.subarray(3, 3 + bytes.length))).toEqual(SAVED);
  });

  it.each([
    [changed(0, 0), 'These are no compiled regions: they begin in another way.'],
    [changed(1, 9), 'The compiled regions have version 9, and only versions up to 2 are known.'],
    [changed(4, -1), 'The compiled regions are damaged: -1 words of a sample.'],
    [changed(8, 5000), 'The compiled regions are damaged: 5000 regions of a pack.'],
    [changed(9, 1_000_000), 'The compiled regions are cut off: code is missing.'],
    [bytes.slice(0, bytes.length - 4), 'The compiled regions are cut off'],
    [new Uint8Array(3), 'The compiled regions are cut off'],
  ])('are refused with a sentence where they are something else', (wrong, sentence) => {
    expect(() => decodeRegions(wrong)).toThrow(sentence);
  });

  it('are refused where there are more than somebody wants, or something follows', () => {
    expect(() => decodeRegions(bytes, 2)).toThrow('There are more than 2 compiled regions.');
    expect(() => decodeRegions(new Uint8Array([...bytes, 0, 0, 0, 0]))).toThrow('4 bytes follow their end');
  });

  it('are refused where a block would leave its page', () => {
    const crossing: SavedRegions = {
      ...SAVED,
      packs: [{ regions: [{ blocks: [{ start: 1023, words: [1, 2] }] }] }],
    };
    expect(() => decodeRegions(encodeRegions(crossing))).toThrow('a block leaves its page');
  });
});
