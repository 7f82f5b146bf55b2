import { describe, expect, it } from 'vitest';
import { FPCR, FPSR } from '../pseudocode/fp-status';
import { disassemble } from '../text/disassemble';
import { runOnBoth } from './on-both-engines.testkit';

const double = (value: number): bigint => new BigUint64Array(new Float64Array([value]).buffer)[0]!;
const Z = 1 << 30;

describe('FJCVTZS', () => {
  it('does as ToInt32 of JavaScript', async () => {
    const numbers = [
      0,
      1.5,
      -1.5,
      2 ** 31,
      2 ** 32 + 5,
      -(2 ** 32) - 7,
      2 ** 53 + 2,
      -(2 ** 62) - 2 ** 12,
      1e20,
      -(2 ** 83) - 2 ** 31,
      2 ** 84,
      1e300,
    ];
    for (const value of [...numbers, Number.NaN, Number.NEGATIVE_INFINITY])
      expect((await runOnBoth('fjcvtzs w0, d1', [double(value)])).x0, `${value}`).toBe(BigInt(value >>> 0));
  });

  it('sets Z if the integer is the number, and the flags of a conversion', async () => {
    expect(await runOnBoth('fjcvtzs w0, d1', [double(-(2 ** 31))])).toMatchObject({ nzcv: Z, fpsr: 0 });
    expect(await runOnBoth('fjcvtzs w0, d1', [double(0.5)])).toMatchObject({ nzcv: 0, fpsr: FPSR.IXC });
    expect(await runOnBoth('fjcvtzs w0, d1', [double(2 ** 31)])).toMatchObject({ nzcv: 0, fpsr: FPSR.IOC });
    expect(await runOnBoth('fjcvtzs w0, d1', [double(-0)])).toMatchObject({ nzcv: 0, fpsr: 0 });
  });

  it('says that a number that was flushed is not zero', async () => {
    // QEMU 7.2 sets Z here.
    expect(await runOnBoth('fjcvtzs w0, d1', [1n], { fpcr: FPCR.FZ })).toMatchObject({ x0: 0n, nzcv: 0, fpsr: FPSR.IDC });
    expect(await runOnBoth('fjcvtzs w0, d1', [1n])).toMatchObject({ x0: 0n, nzcv: 0, fpsr: FPSR.IXC });
  });

  it('is written so', () => {
    expect(disassemble(0x1e7e0041)).toBe('fjcvtzs w1, d2');
  });
});
