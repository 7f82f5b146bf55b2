import { requireVersion, type Section, type Version } from '../storage/snapshot-format';
import { BOOKMARKS, BOOKMARKS_VERSION } from './saved-bookmarks';
import { LABELS, LABELS_VERSION } from './saved-labels';
import { REGIONS, REGIONS_VERSION } from './saved-regions';
import { SCREEN, SCREEN_VERSION } from './saved-screen';

/** The sections that a saved machine goes on without, and the newest version of each that is read here. */
const READ: ReadonlyMap<string, Version> = new Map([
  [REGIONS, REGIONS_VERSION],
  [LABELS, LABELS_VERSION],
  [SCREEN, SCREEN_VERSION],
  [BOOKMARKS, BOOKMARKS_VERSION],
]);

/**
 * All sections but those of a version that is not read here, if their file calls them optional: `passed` gets a sentence for each. Throws a SnapshotError
 * for one that it does not call so.
 */
export async function* readableSections(sections: AsyncIterable<Section>, passed: string[]): AsyncGenerator<Section, void> {
  for await (const section of sections) {
    const known = READ.get(section.name);
    try {
      if (known) requireVersion(`The section “${section.name}”`, section.version, known);
    } catch (error) {
      if (!section.optional) throw error;
      passed.push(`${(error as Error).message.replace(/\.$/, '')}: the machine was restored without it.`);
      continue;
    }
    yield section;
  }
}
