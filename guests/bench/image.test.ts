import { describe, expect, it } from 'vitest';
import { checksumIn, kernelImage, NOTHING } from './image';

describe("a kernel's image", () => {
  it('differs by nothing but the number of laps', () => {
    const [one, many] = [kernelImage(NOTHING, 1), kernelImage(NOTHING, 0x01020304)];
    const different = [...one.keys()].filter((at) => one[at] !== many[at]);
    expect(different.map((at) => many[at])).toEqual([4, 3, 2, 1]);
  });
});

describe('what a kernel says', () => {
  it('is its name and its checksum', () => {
    expect(checksumIn('fft 0123456789abcdef\r\n', 'fft')).toBe('0123456789abcdef');
  });

  it.each(['', 'fft', 'sha256 0123456789abcdef\n', 'fft 0123456789abcdef\nfft 0123456789abcdef\n'])('is not “%s”', (console) => {
    expect(() => checksumIn(console, 'fft')).toThrow(`The kernel fft did not say its checksum but “${console}”.`);
  });
});
