import { describe, expect, it } from 'vitest';
import { benchOptions } from './options';

describe('options of the benchmarks', () => {
  it('are three runs of all, on this Node, unless told otherwise', () => {
    expect(benchOptions([])).toMatchObject({
      only: '',
      runs: 3,
      vsQemu: false,
      limit: false,
      debian: false,
      browser: false,
      minutes: 2,
      node: process.execPath,
    });
    expect(benchOptions(['--vs-qemu', '--runs', '5', '--only', 'sha'])).toMatchObject({ only: 'sha', runs: 5, vsQemu: true });
  });

  it.each(['0', '1.5', 'many'])('are refused in a sentence: --runs %s', (runs) => {
    expect(() => benchOptions(['--runs', runs])).toThrow(`--runs takes a number from 1 on, not “${runs}”.`);
  });

  it('say how long the guest works in the browser', () => {
    expect(benchOptions(['--browser', '--minutes', '60'])).toMatchObject({ browser: true, minutes: 60 });
    expect(() => benchOptions(['--minutes', '5'])).toThrow('--minutes says how long the guest works under --browser: give both.');
  });

  it('say what CPU Debian has on both sides', () => {
    expect(benchOptions(['--debian', '--cpu', 'neoverse-n1'])).toMatchObject({ cpu: 'neoverse-n1' });
    expect(() => benchOptions(['--debian', '--cpu', 'z80'])).toThrow(/^--cpu takes max, .*, not “z80”\.$/);
    expect(benchOptions(['--debian', '--append', 'arm64.nopauth'])).toMatchObject({ append: 'arm64.nopauth' });
    expect(() => benchOptions(['--append', 'quiet'])).toThrow('under --debian: give both.');
    expect(() => benchOptions(['--cpu', 'max'])).toThrow('--cpu says what Debian runs on under --debian: give both.');
  });

  it.each(['0', '-1', 'long', 'Infinity'])('are refused in a sentence: --minutes=%s', (minutes) => {
    expect(() => benchOptions(['--browser', `--minutes=${minutes}`])).toThrow(
      `--minutes takes a number above 0, not “${minutes}”.`,
    );
  });

  it.each([['--debian'], ['--limit'], ['--node', 'node']])(
    'are refused where they are of another side: --browser %s',
    (...given) => {
      expect(() => benchOptions(['--browser', ...given])).toThrow(
        `--browser measures in Chromium, where ${given[0]} has no meaning: run one after the other.`,
      );
    },
  );
});
