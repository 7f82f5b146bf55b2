import { describe, expect, it } from 'vitest';
import { formatAgo, formatBytes, formatCallTime, formatCount, formatSpan, hex64, hexShort, shortAddress } from './format';

describe('format', () => {
  it('gives bytes in binary units', () => {
    expect(formatBytes(0)).toBe('0 B');
    expect(formatBytes(640 * 1024)).toBe('640 KiB');
    expect(formatBytes(24 * 2 ** 20)).toBe('24 MiB');
    expect(formatBytes(1.5 * 2 ** 30)).toBe('1.5 GiB');
    expect(formatBytes(2 ** 30)).toBe('1 GiB');
  });

  it('gives counts with three digits', () => {
    expect(formatCount(812)).toBe('812');
    expect(formatCount(41_800)).toBe('41.8 k');
    expect(formatCount(4_180_000_000)).toBe('4.18 G');
    expect(formatCount(999_600)).toBe('1.00 M');
  });

  it('gives call times to the microsecond and spans at a glance', () => {
    expect(formatCallTime(112_900)).toBe('0.000\u202f112');
    expect(formatCallTime(10_204_977_000)).toBe('10.204\u202f977');
    expect(formatSpan(9.5e9)).toBe('9.5 s');
    expect(formatSpan(247e9)).toBe('4 min 07 s');
    expect(formatSpan(7500e9)).toBe('2 h 05 min');
  });

  it('says how long ago', () => {
    const minute = 60_000;
    expect(formatAgo(0, 30_000)).toBe('just now');
    expect(formatAgo(0, minute)).toBe('1 minute ago');
    expect(formatAgo(0, 59 * minute)).toBe('59 minutes ago');
    expect(formatAgo(0, 49 * 60 * minute)).toBe('2 days ago');
  });

  it('writes registers unsigned', () => {
    expect(hex64(-1n)).toBe('f'.repeat(16));
    expect(hexShort(-1n)).toBe(`0x${'f'.repeat(16)}`);
    expect(hexShort(0x84000000)).toBe('0x84000000');
    expect(shortAddress(0xffff80008012c2f0n)).toBe('…008012c2f0');
    expect(shortAddress(0x41a20000n)).toBe('0x41a20000');
  });
});
