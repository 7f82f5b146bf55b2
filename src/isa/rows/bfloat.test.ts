import { describe, expect, it } from 'vitest';
import { FPCR, FPSR } from '../pseudocode/fp-status';
import { disassemble } from '../text/disassemble';
import { runOnBoth } from './on-both-engines.testkit';

const bits = (value: number): number => new Uint32Array(new Float32Array([value]).buffer)[0]!;
const singles = (...numbers: number[]): bigint =>
  numbers.reduce((all, value, i) => all | (BigInt(bits(value)) << BigInt(32 * i)), 0n);
/** Numbers that are BFloat16, the first below. */
const bfloats = (...numbers: number[]): bigint =>
  numbers.reduce((all, value, i) => all | (BigInt(bits(value) >>> 16) << BigInt(16 * i)), 0n);

describe('BFloat16', () => {
  it('is rounded to as FPCR says', async () => {
    // A unit and a half behind 1.
    const value = 0x3f818000n;
    const convert = async (mode: number): Promise<bigint> =>
      (await runOnBoth('bfcvt h0, s1', [value], { fpcr: mode << FPCR.RMODE_SHIFT })).v0;
    expect([await convert(0), await convert(1), await convert(2), await convert(3)]).toEqual([
      0x3f82n,
      0x3f82n,
      0x3f81n,
      0x3f81n,
    ]);
    expect((await runOnBoth('bfcvt h0, s1', [value])).fpsr).toBe(FPSR.IXC);
    expect(await runOnBoth('bfcvt h0, s1', [0xff800001n])).toMatchObject({ v0: 0xffc0n, fpsr: FPSR.IOC });
    expect(await runOnBoth('bfcvt h0, s1', [0x7f7fffffn])).toMatchObject({ v0: 0x7f80n, fpsr: FPSR.OFC | FPSR.IXC });
    expect((await runOnBoth('bfcvtn2 v0.8h, v1.4s', [singles(1, 2, 3, 4)], { v0: 7n })).v0).toBe(
      (bfloats(1, 2, 3, 4) << 64n) | 7n,
    );
  });

  it('adds products of pairs', async () => {
    const [a, b] = [bfloats(1, 2, 3, 4, 5, 6, 7, 8), bfloats(1, 1, 2, 2, 3, 3, 4, 4)];
    expect((await runOnBoth('bfdot v0.4s, v1.8h, v2.8h', [a, b], { v0: singles(100, 0, 0, 1) })).v0).toBe(
      singles(103, 14, 33, 61),
    );
    expect((await runOnBoth('bfdot v0.2s, v1.4h, v2.2h[3]', [a, b])).v0).toBe(singles(12, 28));
    expect((await runOnBoth('bfmmla v0.4s, v1.8h, v2.8h', [a, b], { v0: singles(0, 0, 0, 1) })).v0).toBe(singles(17, 37, 41, 94));
  });

  it('rounds sums to odd and raises nothing, whatever FPCR says', async () => {
    // 1 + 2^-40 is odd; what is denormal counts as zero; infinity less infinity is the default NaN.
    const tiny = 2 ** -20;
    const run = (a: bigint, b: bigint): ReturnType<typeof runOnBoth> =>
      runOnBoth('bfdot v0.2s, v1.4h, v2.4h', [a, b], { fpcr: 1 << FPCR.RMODE_SHIFT });
    expect(await run(bfloats(1, tiny), bfloats(1, tiny))).toMatchObject({ v0: 0x3f800001n, fpsr: 0 });
    expect(await run(bfloats(2 ** -130, 0), bfloats(2 ** 100, 0))).toMatchObject({ v0: 0n, fpsr: 0 });
    const infinity = Number.POSITIVE_INFINITY;
    expect(await run(bfloats(infinity, infinity), bfloats(1, -1))).toMatchObject({ v0: 0x7fc00000n, fpsr: 0 });
  });

  it('multiplies even and odd numbers into singles', async () => {
    const [a, b] = [bfloats(1, 2, 3, 4, 5, 6, 7, 8), bfloats(10, 20, 30, 40, 50, 60, 70, 80)];
    const v0 = singles(1, 1, 1, 1);
    expect((await runOnBoth('bfmlalb v0.4s, v1.8h, v2.8h', [a, b], { v0 })).v0).toBe(singles(11, 91, 251, 491));
    expect((await runOnBoth('bfmlalt v0.4s, v1.8h, v2.8h', [a, b], { v0 })).v0).toBe(singles(41, 161, 361, 641));
    expect((await runOnBoth('bfmlalt v0.4s, v1.8h, v2.h[5]', [a, b], { v0 })).v0).toBe(singles(121, 241, 361, 481));
    expect((await runOnBoth('bfmlalb v0.4s, v1.8h, v2.8h', [bfloats(1), bfloats(2 ** -20)], { v0: singles(2 ** 10) })).fpsr).toBe(
      FPSR.IXC,
    );
  });

  // As GNU objdump 2.40 prints them.
  it.each([
    [0x1e634020, 'bfcvt h0, s1'],
    [0x4ea16820, 'bfcvtn2 v0.8h, v1.4s'],
    [0x6e42fc20, 'bfdot v0.4s, v1.8h, v2.8h'],
    [0x0f7ff820, 'bfdot v0.2s, v1.4h, v31.2h[3]'],
    [0x6e42ec20, 'bfmmla v0.4s, v1.8h, v2.8h'],
    [0x2ec2fc20, 'bfmlalb v0.4s, v1.8h, v2.8h'],
    [0x4ffff820, 'bfmlalt v0.4s, v1.8h, v15.h[7]'],
  ])('%s is %s', (word, text) => {
    expect(disassemble(word)).toBe(text);
  });
});
