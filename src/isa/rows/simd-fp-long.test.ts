import { describe, expect, it } from 'vitest';
import { FPCR, FPSR } from '../pseudocode/fp-status';
import { disassemble } from '../text/disassemble';
import { runOnBoth } from './on-both-engines.testkit';

const singles = (...numbers: number[]): bigint =>
  numbers.reduce((all, value, i) => all | (BigInt(new Uint32Array(new Float32Array([value]).buffer)[0]!) << BigInt(32 * i)), 0n);
// 1 to 8 in half precision, the first below.
const COUNT = 0x4800_4700_4600_4500_4400_4200_4000_3c00n;
const ONES = 0x3c00_3c00_3c00_3c00_3c00_3c00_3c00_3c00n;

describe('FMLAL and FMLSL', () => {
  it('take the lower or the upper half of what counts', async () => {
    const v0 = singles(100, 200, 300, 400);
    expect((await runOnBoth('fmlal v0.4s, v1.4h, v2.4h', [COUNT, ONES], { v0 })).v0).toBe(singles(101, 202, 303, 404));
    expect((await runOnBoth('fmlal2 v0.4s, v1.4h, v2.4h', [COUNT, ONES], { v0 })).v0).toBe(singles(105, 206, 307, 408));
    expect((await runOnBoth('fmlsl v0.2s, v1.2h, v2.2h', [COUNT, ONES], { v0 })).v0).toBe(singles(99, 198));
    expect((await runOnBoth('fmlsl2 v0.2s, v1.2h, v2.2h', [COUNT, ONES], { v0 })).v0).toBe(singles(97, 196));
    expect((await runOnBoth('fmlal2 v0.4s, v1.4h, v2.h[6]', [COUNT, COUNT], { v0 })).v0).toBe(singles(135, 242, 349, 456));
  });

  it('round once, as singles', async () => {
    // (2 - 2^-10)^2 has 22 bits; with 2^24 one rounding is left.
    const v0 = singles(2 ** 24, 0);
    const { v0: sum, fpsr } = await runOnBoth('fmlal v0.2s, v1.2h, v2.2h', [0x3fff_3fffn, 0x3fff_3fffn], { v0 });
    expect([sum, fpsr]).toEqual([singles(2 ** 24 + 4, (2 - 2 ** -10) ** 2), FPSR.IXC]);
  });

  it('flush halves by FPCR.FZ16 and singles by FPCR.FZ', async () => {
    const v0 = singles(1, 2 ** -149);
    const run = (fpcr: number): Promise<unknown> =>
      runOnBoth('fmlal v0.2s, v1.2h, v2.2h', [0x0001_0001n, 0x7800_0000n], { v0, fpcr });
    expect(await run(FPCR.FZ16)).toMatchObject({ v0, fpsr: 0 });
    expect(await run(FPCR.FZ)).toMatchObject({ v0: singles(1, 2 ** -9), fpsr: FPSR.IDC });
  });

  // As GNU objdump 2.40 prints them.
  it.each([
    [0x0e22ec20, 'fmlal v0.2s, v1.2h, v2.2h'],
    [0x6ea2cc20, 'fmlsl2 v0.4s, v1.4h, v2.4h'],
    [0x4fbf0820, 'fmlal v0.4s, v1.4h, v15.h[7]'],
    [0x2f92c020, 'fmlsl2 v0.2s, v1.2h, v2.h[1]'],
  ])('%s is %s', (word, text) => {
    expect(disassemble(word)).toBe(text);
  });
});
