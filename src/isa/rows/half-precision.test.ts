import { describe, expect, it } from 'vitest';
import { bareCpu } from '../../cpu/bare-cpu.testkit';
import { FPCR, FPSR } from '../pseudocode/fp-status';
import { disassemble } from '../text/disassemble';
import { runOnBoth as run } from './on-both-engines.testkit';

const HIGH = 0xdeadbeefdeadbeefn << 64n;
const ONE = 0x3c00n;
const LEAST = 0x0001n;

describe('half precision', () => {
  it('clears the rest of the register', async () => {
    expect((await run('fadd h0, h1, h2', [HIGH | ONE, HIGH | 0x4000n])).v0).toBe(0x4200n);
    expect((await run('fmax h0, h1, h2', [HIGH | ONE, HIGH | 0x4000n])).v0).toBe(0x4000n);
    // QEMU 7.2 leaves the sign in bits 16 to 31 here.
    expect((await run('fcvtzs h0, h1, #4', [HIGH | 0xbc00n])).v0).toBe(0xfff0n);
  });

  it('rounds to its own format, as FPCR.RMode says', async () => {
    const third = (mode: number): Promise<{ v0: bigint; fpsr: number }> =>
      run('fdiv h0, h1, h2', [ONE, 0x4200n], { fpcr: mode << FPCR.RMODE_SHIFT });
    expect((await Promise.all([0, 1, 2, 3].map(third))).map(({ v0 }) => v0)).toEqual([0x3555n, 0x3556n, 0x3555n, 0x3555n]);
    expect((await third(0)).fpsr).toBe(FPSR.IXC);
    // The largest number and half a unit more: even a single would not tell.
    expect(await run('fadd h0, h1, h2', [0x7bffn, 0x4c00n])).toMatchObject({ v0: 0x7c00n, fpsr: FPSR.OFC | FPSR.IXC });
  });

  it('flushes by FPCR.FZ16 alone, and says nothing of operands', async () => {
    const sum = (fpcr: number): Promise<{ v0: bigint; fpsr: number }> => run('fadd h0, h1, h2', [LEAST, LEAST], { fpcr });
    expect(await sum(FPCR.FZ)).toMatchObject({ v0: 2n, fpsr: 0 });
    expect(await sum(FPCR.FZ16)).toMatchObject({ v0: 0n, fpsr: 0 });
    expect(await run('fmul h0, h1, h2', [0x0400n, 0x3800n], { fpcr: FPCR.FZ16 })).toMatchObject({ v0: 0n, fpsr: FPSR.UFC });
    expect((await run('fmaxnm v0.8h, v1.8h, v2.8h', [LEAST, 0x8000n], { fpcr: FPCR.FZ16 })).v0).toBe(0n);
    expect((await run('fneg h0, h1', [LEAST], { fpcr: FPCR.FZ16 })).v0).toBe(0x8001n);
  });

  it('keeps what NaNs carry', async () => {
    expect(await run('fmin h0, h1, h2', [ONE, 0xfd23n])).toMatchObject({ v0: 0xff23n, fpsr: FPSR.IOC });
    expect((await run('frintx v0.4h, v1.4h', [0x7e01_fe02_3e00_8000n])).v0).toBe(0x7e01_fe02_4000_8000n);
  });

  it('saturates 16-bit integers', async () => {
    expect(await run('fcvtzu v0.4h, v1.4h', [0x7c00_7bff_bc00_7e00n])).toMatchObject({
      v0: 0xffff_ffe0_0000_0000n,
      fpsr: FPSR.IOC,
    });
    expect((await run('fcvtns v0.4h, v1.4h', [0x7c00_f800_3e00_4100n])).v0).toBe(0x7fff_8000_0002_0002n);
  });

  it('is not there without FEAT_FP16, nor is FPCR.FZ16', async () => {
    expect((await run('nop', [], { fpcr: FPCR.FZ16 | FPCR.DN })).fpcr).toBe(FPCR.FZ16 | FPCR.DN);
    expect((await run('nop', [], { fpcr: FPCR.FZ16 | FPCR.DN, cpu: 'cortex-a72' })).fpcr).toBe(FPCR.DN);
    const { engine } = await bareCpu('nop', { cpu: 'cortex-a72' });
    // fadd h0, h1, h2; fadd v0.8h, v1.8h, v2.8h; fcvtzs h0, h1, #4
    for (const word of [0x1ee22820, 0x4e421420, 0x5f1cfc20]) expect(engine.decoder.decode(word)).toBeUndefined();
  });
});

describe('half precision in text', () => {
  // As GNU objdump 2.40 prints it.
  it.each([
    [0x1ee22820, 'fadd h0, h1, h2'],
    [0x1fc20c20, 'fmadd h0, h1, h2, h3'],
    [0x1ee02028, 'fcmp h1, #0.0'],
    [0x1eee1000, 'fmov h0, #1.000000000000000000e+00'],
    [0x0f00fe00, 'fmov v0.4h, #4.000000000000000000e+00'],
    [0x9ee60020, 'fmov x0, h1'],
    [0x4f1cfc20, 'fcvtzs v0.8h, v1.8h, #4'],
    [0x5f10fc20, 'fcvtzs h0, h1, #16'],
    [0x4f3f1820, 'fmla v0.8h, v1.8h, v15.h[7]'],
    [0x5e30d820, 'faddp h0, v1.2h'],
    [0x4e30f820, 'fmaxv h0, v1.8h'],
    [0x5ef8e820, 'fcmlt h0, h1, #0.0'],
  ])('%s is %s', (word, text) => {
    expect(disassemble(word)).toBe(text);
  });
});
