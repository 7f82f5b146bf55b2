import { describe, expect, it } from 'vitest';
import { profileOptions } from './options';
import { subjectNames } from './subjects';

describe('options of the profile', () => {
  it('are both engines and everything, unless told otherwise', () => {
    expect(profileOptions([])).toMatchObject({ only: '', engines: ['jit', 'interpreter'], list: false });
    expect(profileOptions(['--engine', 'jit', '--only', 'zip'])).toMatchObject({ only: 'zip', engines: ['jit'] });
    expect(subjectNames('zip')).toEqual(['gzip', 'bzip2']);
  });

  it('are refused in a sentence', () => {
    expect(() => profileOptions(['--engine', 'qemu'])).toThrow('--engine takes jit or interpreter, not “qemu”.');
    expect(() => profileOptions(['--interval', '1'])).toThrow('--interval takes a number from 50 on, not “1”.');
  });
});
