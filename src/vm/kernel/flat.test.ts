import { describe, expect, it } from 'vitest';
import { latin1, RAM_BASE, words } from './files.testkit';
import { looksLikeCode } from './flat';
import { readKernel, UnknownKernel } from './kernel';

const [MOV, NOP, WFI, UNALLOCATED] = [0xd2800000, 0xd503201f, 0xd503207f, 0x00ff1234] as const;
const noise = (count: number): number[] => new Array<number>(count).fill(UNALLOCATED);

describe('flat code', () => {
  it('is taken where its first words are A64', () => {
    const bytes = words(MOV, NOP, WFI);
    expect(readKernel(bytes)).toEqual({
      entry: RAM_BASE + 0x80000,
      segments: [{ address: RAM_BASE + 0x80000, bytes }],
      end: RAM_BASE + 0x80000 + 12,
    });
  });

  it.each<[string, Uint8Array, boolean]>([
    ['one instruction', words(MOV), true],
    ['zeros behind it', words(MOV, ...new Array<number>(100).fill(0)), true],
    ['a jump over data', words(0x14000008, ...noise(7), NOP, MOV, WFI), true],
    ['a jump to itself, and data', words(0x14000000), true],
    ['data first', words(UNALLOCATED, NOP, NOP, NOP), false],
    ['zeros first', words(0, NOP, NOP, NOP), false],
    ['mostly data', words(MOV, NOP, ...noise(14)), false],
    ['three bytes', new Uint8Array(3), false],
  ])('%s', (_, bytes, expected) => {
    expect(looksLikeCode(bytes)).toBe(expected);
  });

  it('is refused where nothing tells it is code, with its first bytes', () => {
    expect(() => readKernel(words(UNALLOCATED, ...noise(40)))).toThrow(
      'The kernel is of no known format, and its first bytes (34 12 ff 00 34 12 ff 00) are no arm64 code: give an arm64 Image or an ELF file, or have it run as flat code',
    );
    expect(() => readKernel(words(UNALLOCATED))).toThrow(UnknownKernel);
    expect(() => readKernel(new Uint8Array([1, 2]))).toThrow('its first bytes (01 02) are no arm64 code');
  });

  it('is what the person says is', () => {
    for (const bytes of [words(UNALLOCATED), latin1('a text that runs'), new Uint8Array(8)])
      expect(readKernel(bytes, 'flat')).toMatchObject({ entry: RAM_BASE + 0x80000, segments: [{ bytes }] });
    expect(() => readKernel(new Uint8Array(0), 'flat')).toThrow('The kernel file is empty.');
  });
});
