import { describe, expect, it } from 'vitest';
import { firmwareName } from './firmware-image';
import { readKernel } from './kernel';
import { place } from './place';

/** The beginning of a firmware volume, a page behind a jump. */
function volume(length: number): Uint8Array {
  const file = new Uint8Array(length).fill(0xff);
  file.set([0, 4, 0, 0x14]);
  file.set(new TextEncoder().encode('_FVH'), 0x1000 + 40);
  return file;
}

/** The head of U-Boot: a jump, a NOP, where it was linked to, its end, its BSS. */
function uBoot(linked: number): Uint8Array {
  const file = new Uint8Array(0x20000);
  const data = new DataView(file.buffer);
  data.setUint32(0, 0x1400000a, true);
  data.setUint32(4, 0xd503201f, true);
  for (const [index, value] of [linked, 0x20000, 0x20000, 0x28000].entries())
    data.setBigUint64(8 + index * 8, BigInt(value), true);
  file[0x1ffff] = 1;
  return file;
}

describe('firmware', () => {
  it('is told by its volume, runs from address 0, and finds the device tree at the start of RAM', () => {
    const kernel = readKernel(volume(0x100000));
    expect(kernel).toMatchObject({ entry: 0, segments: [] });
    expect(kernel.flash!.length).toBe(0x80000);
    expect(place(kernel, undefined, 64).deviceTree).toBe(0x4000_0000);
  });

  it('is told by the head of U-Boot, if that was made to run at address 0', () => {
    expect(readKernel(uBoot(0)).flash).toBeDefined();
    // Code of another board's: nothing here would run it.
    expect(firmwareName(uBoot(0x80000))).toBeUndefined();
    expect([firmwareName(uBoot(0)), firmwareName(volume(0x10000)), firmwareName(new Uint8Array(64))]).toEqual([
      'U-Boot',
      'EDK2',
      undefined,
    ]);
  });

  it('is whatever it is said to be, with all bytes that count', () => {
    const file = new Uint8Array(0x50000);
    file[0x40000] = 7;
    expect(readKernel(file, 'firmware').flash).toEqual(file);
  });

  it('keeps the zeros, or ones, that it ends in', () => {
    for (const filler of [0, 0xff]) {
      const file = new Uint8Array(0x100000).fill(filler);
      file[5] = 1;
      expect(readKernel(file, 'firmware').flash).toEqual(file.subarray(0, 0x80000));
    }
  });

  it.each([
    [
      Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 2, 1),
      /^The firmware is an ELF file, [^.]*: give the raw image beside it \(such as u-boot\.bin\)\.$/,
    ],
    [new Uint8Array(64), 'The firmware is blank.'],
    [
      new Uint8Array(64 * 0x100000 + 1).fill(1),
      /^The firmware has 67108865 bytes, and its bank of flash 67108864: give the image/,
    ],
  ])('is refused in one sentence if it cannot be', (file, sentence) => {
    expect(() => readKernel(file, 'firmware')).toThrow(sentence);
  });
});
