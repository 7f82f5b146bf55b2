import { expect, it } from 'vitest';
import { changeBetween } from './text-change';

it.each([
  ['', 'a', { from: 0, to: 0, insert: 'a' }],
  ['wfi\nb done', 'hvc #0', { from: 0, to: 10, insert: 'hvc #0' }],
  ['mov x0, #1\nret', 'mov x0, #12\nret', { from: 10, to: 10, insert: '2' }],
  ['aaa', 'aa', { from: 2, to: 3, insert: '' }],
  ['aa', 'aaa', { from: 2, to: 2, insert: 'a' }],
])('what changes from %j to %j', (before, after, change) => {
  const { from, to, insert } = changeBetween(before, after)!;
  expect({ from, to, insert }).toEqual(change);
  expect(before.slice(0, from) + insert + before.slice(to)).toBe(after);
});

it('nothing changes of what is the same', () => expect(changeBetween('ret', 'ret')).toBeUndefined());
