import { describe, expect, it } from 'vitest';
import { compare } from './diff';

const lines = (text: string): string[] => text.split(' ');

describe('comparing two consoles', () => {
  it('finds nothing in two that are the same', () => {
    expect(compare(lines('a b c'), lines('a b c'))).toEqual({ differences: [], moved: [] });
  });

  it('says on which side a line is, and after which', () => {
    expect(compare(lines('a b x c'), lines('y a b c z')).differences).toEqual([
      { onlyIn: 'dormouse', line: 'y', after: '' },
      { onlyIn: 'qemu', line: 'x', after: 'b' },
      { onlyIn: 'dormouse', line: 'z', after: 'c' },
    ]);
  });

  it('knows a line that has only moved from one that is missing', () => {
    expect(compare(lines('a x b c'), lines('a b c x'))).toEqual({ differences: [], moved: ['x'] });
    const twice = compare(lines('x a b x'), lines('a b c x'));
    expect(twice.differences.map(({ onlyIn, line }) => `${onlyIn} ${line}`)).toEqual(['qemu x', 'dormouse c']);
  });
});
