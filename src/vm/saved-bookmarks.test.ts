import { describe, expect, it } from 'vitest';
import { FIRST_VERSION } from '../storage/snapshot-format';
import type { StateValue } from '../storage/state-value';
import { BookmarkTaker, bookmarkSections } from './saved-bookmarks';

const BOOKMARKS = [
  { name: 'before CPU_ON', time: 1_204_000.5 },
  { name: 'Moment 2', time: 2e9 },
];
const section = (state: StateValue, name = 'bookmarks') => ({ name, version: FIRST_VERSION, optional: true, state });
const stateOf = (bookmarks: typeof BOOKMARKS): StateValue => {
  const [written] = bookmarkSections(bookmarks);
  if (!written || !('state' in written)) throw new Error('no state was written');
  return written.state;
};

describe('the bookmarks in a saved machine', () => {
  it('come back as they were, and other sections are left to others', async () => {
    const taker = new BookmarkTaker();
    expect(await taker.take(section({}, 'screen'))).toBe(false);
    expect(await taker.take(section(stateOf(BOOKMARKS)))).toBe(true);
    expect(taker.bookmarks).toEqual(BOOKMARKS);
  });

  it('are left out if there are none; of too many the latest are kept, and their names as far as they can be read back', async () => {
    expect([...bookmarkSections()]).toEqual([]);
    const many = Array.from({ length: 1200 }, (_, time) => ({ name: 'x'.repeat(300), time }));
    const taker = new BookmarkTaker();
    await taker.take(section(stateOf(many)));
    expect(taker.bookmarks.length).toBe(1000);
    expect(taker.bookmarks.at(-1)).toEqual({ name: 'x'.repeat(255), time: 1199 });
  });

  it.each([
    ['a name that is none', { bookmarks: [{ name: 7, time: 1 }] }],
    ['no time', { bookmarks: [{ name: 'a' }] }],
    ['a time no machine comes to', { bookmarks: [{ name: 'a', time: Number.POSITIVE_INFINITY }] }],
    ['too many', { bookmarks: Array(1001).fill({ name: 'a', time: 1 }) }],
    ['nothing', null],
  ])('are refused with %s', async (_what, state) => {
    await expect(new BookmarkTaker().take(section(state))).rejects.toThrow('The saved state of');
  });
});
