import { describe, expect, it } from 'vitest';
import { normalise } from './normalise';

describe('normalising a console', () => {
  it('hides times, dates, the MIDR and where KASLR put things', () => {
    const one =
      '[    0.000000] Booting Linux on physical CPU 0x0000000000 [0x411fd070]\r\n[    1.5] audit: type=2000 audit(0.192:1): ok\n';
    const two =
      '[   12.345678] Booting Linux on physical CPU 0x0000000000 [0x000fd0e0]\n[    2.5] audit: type=2000 audit(0.3:1): ok\n\n';
    expect(normalise(one)).toEqual(normalise(two));
    expect(normalise('[ 0.1] rtc0: setting system clock to 2026-11-22T11:41:09 UTC (1795347669)')).toEqual([
      'rtc0: setting system clock to DATE (SECONDS)',
    ]);
    expect(normalise('[    0.1] 22320 pages in range for non-PLT usage')).toEqual(['N pages in range for non-PLT usage']);
  });

  it("keeps the board's addresses and numbers", () => {
    for (const line of ['9000000.pl011: ttyAMA0 at MMIO 0x9000000 (irq = 13)', 'GICv3: 224 SPIs implemented']) {
      expect(normalise(line)).toEqual([line]);
    }
    expect(normalise('[ 0.1] physical CPU 0x01 [0x411fd070]')).not.toEqual(normalise('[ 0.1] physical CPU 0x00 [0x411fd070]'));
  });

  it('takes terminal questions out of the prompt', () => {
    expect(normalise('dormouse:~# \u001b[6n')).toEqual(['dormouse:~#']);
  });
});
