import type { SectionTaker } from '../machine/saved-machine';
import { SavedState } from '../machine/saved-state';
import { FIRST_VERSION, type NewSection, type Section, SnapshotError, type Version } from '../storage/snapshot-format';
import type { SavedScreen } from './api';
import { checkConsoleSize } from './console-size';

/** What the console showed when a machine was saved: an optional section of its file, which a host without a screen leaves out, or passes over. */
export const SCREEN = 'screen';
export const SCREEN_VERSION: Version = FIRST_VERSION;
/** Longest text in UTF-16 units; whoever writes one keeps it shorter. */
const MOST_TEXT = 1 << 20;
/** A terminal that is larger than any screen would cost more than the file suggests. */
const MOST_ROWS_OR_COLUMNS = 1000;

export function* screenSections(screen: SavedScreen | undefined): Generator<NewSection> {
  if (!screen || screen.text.length > MOST_TEXT) return;
  const { text, rows, columns } = screen;
  yield { name: SCREEN, version: SCREEN_VERSION, optional: true, state: { text, rows, columns } };
}

/** Keeps the screen of a file that is read aside. */
export class ScreenTaker implements SectionTaker {
  screen: SavedScreen | undefined;

  async take(section: Section): Promise<boolean> {
    if (section.name !== SCREEN) return false;
    if (!('state' in section)) throw new SnapshotError('damaged', 'The section “screen” holds bytes, not a state.');
    const saved = new SavedState('the screen', new SavedState('the screen', { screen: section.state }).object('screen'));
    const size = {
      rows: saved.number('rows', MOST_ROWS_OR_COLUMNS),
      columns: saved.number('columns', MOST_ROWS_OR_COLUMNS),
    };
    this.screen = { text: saved.text('text', MOST_TEXT), ...checkConsoleSize(size) };
    return true;
  }
}
