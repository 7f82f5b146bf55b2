import { describe, expect, it } from 'vitest';
import { FPCR, FPSR } from '../pseudocode/fp-status';
import { disassemble } from '../text/disassemble';
import { runOnBoth } from './on-both-engines.testkit';

const double = (value: number): bigint => new BigUint64Array(new Float64Array([value]).buffer)[0]!;
const single = (value: number): bigint => BigInt(new Uint32Array(new Float32Array([value]).buffer)[0]!);

describe('FRINT32 and FRINT64', () => {
  it('round, and say that something was lost', async () => {
    expect(await runOnBoth('frint32z d0, d1', [double(-2.7)])).toMatchObject({ v0: double(-2), fpsr: FPSR.IXC });
    expect(await runOnBoth('frint32x d0, d1', [double(-2.5)], { fpcr: 2 << FPCR.RMODE_SHIFT })).toMatchObject({ v0: double(-3) });
    expect(await runOnBoth('frint64x s0, s1', [single(-0.25)])).toMatchObject({ v0: single(-0), fpsr: FPSR.IXC });
    expect(await runOnBoth('frint64z s0, s1', [single(12)])).toMatchObject({ v0: single(12), fpsr: 0 });
  });

  it('give the most negative integer for what does not fit', async () => {
    for (const value of [2 ** 31, -(2 ** 31) - 1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(await runOnBoth('frint32z d0, d1', [double(value)])).toMatchObject({ v0: double(-(2 ** 31)), fpsr: FPSR.IOC });
    // It rounds first: one mode fits, the other does not.
    const edge = double(2 ** 31 - 0.25);
    expect(await runOnBoth('frint32z d0, d1', [edge])).toMatchObject({ v0: double(2 ** 31 - 1), fpsr: FPSR.IXC });
    expect(await runOnBoth('frint32x d0, d1', [edge])).toMatchObject({ v0: double(-(2 ** 31)), fpsr: FPSR.IOC });
    expect(await runOnBoth('frint64x v0.2s, v1.2s', [(single(2 ** 63) << 32n) | single(1.5)])).toMatchObject({
      v0: (single(-(2 ** 63)) << 32n) | single(2),
      fpsr: FPSR.IOC | FPSR.IXC,
    });
  });

  // As GNU objdump 2.40 prints them.
  it.each([
    [0x1e284020, 'frint32z s0, s1'],
    [0x1e68c020, 'frint32x d0, d1'],
    [0x1e294020, 'frint64z s0, s1'],
    [0x4e61f820, 'frint64z v0.2d, v1.2d'],
    [0x2e21e820, 'frint32x v0.2s, v1.2s'],
  ])('%s is %s', (word, text) => {
    expect(disassemble(word)).toBe(text);
  });
});
