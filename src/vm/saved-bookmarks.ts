import type { SectionTaker } from '../machine/saved-machine';
import { SavedState } from '../machine/saved-state';
import { FIRST_VERSION, type NewSection, type Section, SnapshotError, type Version } from '../storage/snapshot-format';
import type { NamedMoment } from './api/time-travel';

/** Moments of a machine's run that somebody named: an optional section of its file, which a host without a timeline leaves out, or passes over. */
export const BOOKMARKS = 'bookmarks';
export const BOOKMARKS_VERSION: Version = FIRST_VERSION;
const MOST = 1000;
const LONGEST_NAME = 255;
/** Machine time (ns) beyond which no machine is: see docs/time.md. */
const LATEST = 2 ** 53;

/** Of very many the latest. */
export function* bookmarkSections(bookmarks: readonly NamedMoment[] = []): Generator<NewSection> {
  if (bookmarks.length === 0) return;
  const kept = bookmarks.slice(-MOST).map(({ name, time }) => ({ name: name.slice(0, LONGEST_NAME), time }));
  yield { name: BOOKMARKS, version: BOOKMARKS_VERSION, optional: true, state: { bookmarks: kept } };
}

/** Keeps the bookmarks of a file that is read aside. */
export class BookmarkTaker implements SectionTaker {
  bookmarks: readonly NamedMoment[] = [];

  async take(section: Section): Promise<boolean> {
    if (section.name !== BOOKMARKS) return false;
    if (!('state' in section)) throw new SnapshotError('damaged', 'The section “bookmarks” holds bytes, not a state.');
    const state = new SavedState('the bookmarks', { state: section.state }).object('state');
    this.bookmarks = new SavedState('the bookmarks', state).list('bookmarks', MOST).map((each, index) => {
      const saved = new SavedState(`bookmark ${index}`, each);
      return { name: saved.text('name', LONGEST_NAME), time: saved.real('time', 0, LATEST) };
    });
    return true;
  }
}
