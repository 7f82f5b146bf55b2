import { describe, expect, it } from 'vitest';
import { image, linuxImage, MIB, RAM_BASE } from './files.testkit';
import { readImage } from './image';

describe('readImage', () => {
  it('places an Image as QEMU does: 2 MiB up where its text offset is zero', () => {
    const kernel = readImage(image(4 * MIB, 0, 3 * MIB));
    expect(kernel).toMatchObject({ entry: RAM_BASE + 2 * MIB, end: RAM_BASE + 6 * MIB });
    expect(readImage(image(MIB, 0x80000)).entry).toBe(RAM_BASE + 0x80000);
  });

  it('does not trust the offset of an Image without a size, as old kernels are', () => {
    expect(readImage(image(0, 0x123000, 4096))).toMatchObject({ entry: RAM_BASE + 0x80000, end: RAM_BASE + 0x81000 });
  });

  it('tells an offset that is behind all RAM', () => {
    expect(() => readImage(image(MIB, 3072 * MIB))).toThrow(
      'The kernel Image wants to be 0xc0000000 bytes into RAM, which ends before',
    );
  });

  it('tells one that is cut off, and one that says another size', () => {
    expect(() => readImage(linuxImage(8 * MIB, MIB))).toThrow('The kernel Image is cut off: it has 1048576 bytes of 8388608.');
    expect(() => readImage(image(4096, 0, 3 * MIB))).toThrow(
      'The kernel Image says it has 4096 bytes, but the file has 3145728.',
    );
  });
});
