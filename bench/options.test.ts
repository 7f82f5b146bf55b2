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
      node: process.execPath,
    });
    expect(benchOptions(['--vs-qemu', '--runs', '5', '--only', 'sha'])).toMatchObject({ only: 'sha', runs: 5, vsQemu: true });
  });

  it.each(['0', '1.5', 'many'])('are refused in a sentence: --runs %s', (runs) => {
    expect(() => benchOptions(['--runs', runs])).toThrow(`--runs takes a number from 1 on, not “${runs}”.`);
  });
});
