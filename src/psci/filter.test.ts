import { describe, expect, it } from 'vitest';
import { addFilterRange, type FilterRange, filterAction } from './filter';

const add = (filter: readonly FilterRange[], base: number, count: number, ran = false) =>
  addFilterRange(filter, { base, count, action: 'deny' }, ran);
const errno = (result: ReturnType<typeof add>) => (result.ok ? 'ok' : result.errno);

describe('SMCCC filter ranges', () => {
  const one: FilterRange[] = [{ base: 0x84000000, count: 0x10, action: 'deny' }];
  it('finds the action by range, HANDLE elsewhere', () => {
    expect(filterAction(undefined, 0x84000000)).toBe('handle');
    expect([0x83ffffff, 0x84000000, 0x8400000f, 0x84000010].map((id) => filterAction(one, id))).toEqual([
      'handle',
      'deny',
      'deny',
      'handle',
    ]);
  });
  it('refuses empty and wrapping ranges', () => {
    expect([errno(add([], 0x84000000, 0)), errno(add([], 0xffffffff, 2)), errno(add([], 0xffffffff, 1))]).toEqual([
      'EINVAL',
      'EINVAL',
      'ok',
    ]);
  });
  it('refuses the architecture range, overlaps, and anything after the VM has run', () => {
    expect(errno(add([], 0x80000000, 1))).toBe('EEXIST');
    expect(errno(add([], 0xbfffffff, 2))).toBe('EEXIST');
    expect(errno(add([], 0x80010000, 1))).toBe('ok');
    expect(errno(add(one, 0x8400000f, 1))).toBe('EEXIST');
    expect(errno(add(one, 0x84000010, 1))).toBe('ok');
    expect(errno(add(one, 0x84000010, 1, true))).toBe('EBUSY');
    expect(errno(add(one, 0x84000010, 0, true))).toBe('EINVAL');
    expect(add(one, 0x8400000f, 1)).toMatchObject({
      sentence: 'The SMCCC filter range from 0x8400000f (count 1) overlaps the range from 0x84000000.',
    });
  });
});
