import { describe, expect, it } from 'vitest';
import { assemble } from '../text/assemble';
import { disassemble } from '../text/disassemble';
import { runOnBoth } from './on-both-engines.testkit';

const single = (value: number): bigint => BigInt(new Uint32Array(new Float32Array([value]).buffer)[0]!);
const double = (value: number): bigint => new BigUint64Array(new Float64Array([value]).buffer)[0]!;
/** Complex numbers, the first one below. */
const singles = (...numbers: readonly [re: number, im: number][]): bigint =>
  numbers.reduce((all, [re, im], i) => all | (((single(im) << 32n) | single(re)) << BigInt(64 * i)), 0n);
const complexDouble = (re: number, im: number): bigint => (double(im) << 64n) | double(re);
// 1 + 2i and 3 - 5i in half precision.
const [A, B] = [0x4000_3c00n, 0xc500_4200n];

describe('complex numbers', () => {
  it('are added after a quarter of a turn', async () => {
    const [a, b] = [singles([1, 2], [10, 20]), singles([3, 5], [-1, 4])];
    expect((await runOnBoth('fcadd v0.4s, v1.4s, v2.4s, #90', [a, b])).v0).toBe(singles([-4, 5], [6, 19]));
    expect((await runOnBoth('fcadd v0.4s, v1.4s, v2.4s, #270', [a, b])).v0).toBe(singles([6, -1], [14, 21]));
    expect((await runOnBoth('fcadd v0.2d, v1.2d, v2.2d, #90', [complexDouble(1, 2), complexDouble(3, 5)])).v0).toBe(
      complexDouble(-4, 5),
    );
  });

  it('are multiplied in two steps', async () => {
    const product = 'fcmla v0.2s, v1.2s, v2.2s, #0\nfcmla v0.2s, v1.2s, v2.2s, #90';
    expect((await runOnBoth(product, [singles([1, 2]), singles([3, -5])], { v0: singles([100, 200]) })).v0).toBe(
      singles([113, 201]),
    );
    const conjugate = 'fcmla v0.2s, v1.2s, v2.2s, #0\nfcmla v0.2s, v1.2s, v2.2s, #270';
    expect((await runOnBoth(conjugate, [singles([1, 2]), singles([3, -5])])).v0).toBe(singles([-7, -11]));
    const negative = 'fcmla v0.2d, v1.2d, v2.2d, #180\nfcmla v0.2d, v1.2d, v2.2d, #270';
    expect((await runOnBoth(negative, [complexDouble(1, 2), complexDouble(3, -5)])).v0).toBe(complexDouble(-13, -1));
  });

  it('are multiplied by an element', async () => {
    // (1 + 2i) * (3 - 5i) = 13 + i
    const halves = 'fcmla v0.4h, v1.4h, v2.h[1], #0\nfcmla v0.4h, v1.4h, v2.h[1], #90';
    expect((await runOnBoth(halves, [A, B << 32n])).v0).toBe(0x3c00_4a80n);
    const words = 'fcmla v0.4s, v1.4s, v2.s[1], #0\nfcmla v0.4s, v1.4s, v2.s[1], #90';
    expect((await runOnBoth(words, [singles([1, 2], [2, 4]), singles([9, 9], [3, -5])])).v0).toBe(singles([13, 1], [26, 2]));
  });

  // As GNU objdump 2.40 prints them.
  it.each([
    [0x6e42e420, 'fcadd v0.8h, v1.8h, v2.8h, #90'],
    [0x6ec2f420, 'fcadd v0.2d, v1.2d, v2.2d, #270'],
    [0x2e82dc20, 'fcmla v0.2s, v1.2s, v2.2s, #270'],
    [0x6f7f5820, 'fcmla v0.8h, v1.8h, v31.h[3], #180'],
    [0x6f823820, 'fcmla v0.4s, v1.4s, v2.s[1], #90'],
  ])('%s is %s', (word, text) => {
    expect(disassemble(word)).toBe(text);
  });

  it.each([
    ['fcadd v0.4s, v1.4s, v2.4s, #0', 'there is no rotation by 0 here'],
    ['fcmla v0.4s, v1.4s, v2.4s, #45', 'there is no rotation by 45 here'],
    ['fcmla v0.4h, v1.4h, v2.h[2], #0', 'there is no such lane here'],
  ])('are refused: %s', (source, problem) => {
    expect(() => assemble(source)).toThrow(problem);
  });
});
