import { describe, expect, it } from 'vitest';
import { pagesInUse, parseMaps, parsePss, parseStat } from './proc-files';

describe('what Linux tells of a process', () => {
  it('is its parent and its processor time, whatever its name is', () => {
    const behind = 'S 12 34 34 0 -1 4194560 100 0 0 0 250 50 7 8 20 0 9 0 1000 5000 300 18446744073709551615';
    expect(parseStat(`77 (chromium) ${behind}\n`)).toEqual({ pid: 77, name: 'chromium', parent: 12, cpuSeconds: 3 });
    expect(parseStat(`77 (a) S 1 (b c) ${behind}\n`)).toEqual({ pid: 77, name: 'a) S 1 (b c', parent: 12, cpuSeconds: 3 });
  });

  it('is its share of memory', () => {
    expect(
      parsePss('00400000-7fff0000 ---p 00000000 00:00 0  [rollup]\nRss:    300 kB\nPss:    200 kB\nPss_Dirty:  9 kB\n'),
    ).toBe(204_800);
  });

  it('is where its memory lies', () => {
    const maps = '00400000-00401000 r-xp 00000000 08:01 1 /bin/a b\n7f0000000000-7f0000010000 rw-p 00000000 00:00 0\n';
    expect(parseMaps(maps)).toEqual([
      { start: 0x400000, end: 0x401000, permissions: 'r-xp' },
      { start: 0x7f0000000000, end: 0x7f0000010000, permissions: 'rw-p' },
    ]);
  });

  it('is which pages are in memory or swapped out', () => {
    const entries = new DataView(new ArrayBuffer(32));
    entries.setBigUint64(0, 1n << 63n, true);
    entries.setBigUint64(8, 1n << 62n, true);
    entries.setBigUint64(16, 1n << 55n, true);
    expect(pagesInUse(new Uint8Array(entries.buffer))).toBe(2);
  });

  it('is refused in a sentence if it is something else', () => {
    expect(() => parseStat('nonsense')).toThrow('This is no line of /proc/PID/stat: “nonsense”.');
    expect(() => parsePss('Rss: 1 kB')).toThrow('There is no Pss in “Rss: 1 kB”.');
  });
});
