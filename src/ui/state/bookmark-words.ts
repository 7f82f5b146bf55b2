/** Which moments with names cannot be gone to, and what leads there, for whoever sees that they are dimmed. */
import type { Bookmark } from './time-travel.svelte';
import { timeOf } from './time-travel.svelte';

type Named = Pick<Bookmark, 'name' | 'time' | 'isSaved'>;

const isNamed = ([first, ...others]: readonly Named[], one: string, many: string): string =>
  others.length === 0 ? `“${first!.name}” ${one}` : `${others.length + 1} of these moments ${many}`;

/**
 * One or two sentences; undefined if all can be gone to.
 * @param reach machine time (ns) from which on the run is kept; undefined: nothing is, or nobody knows yet
 */
export function lostWords(bookmarks: readonly Named[], reach: number | undefined): string | undefined {
  const lost = bookmarks.filter(({ time }) => reach !== undefined && time < reach);
  const saved = lost.filter(({ isSaved }) => isSaved);
  const dropped = lost.filter(({ isSaved }) => !isSaved);
  const sentences: string[] = [];
  if (saved.length > 0) {
    const begin = isNamed(saved, 'is of before the machine was saved', 'are of before the machine was saved');
    sentences.push(`${begin}, and a saved machine has no past: restore a save made before that to come there.`);
  }
  if (dropped.length > 0) {
    const begin = isNamed(dropped, 'cannot be gone to any more', 'cannot be gone to any more');
    sentences.push(`${begin}: the run is kept from ${timeOf(reach!)} on.`);
  }
  return sentences.length > 0 ? sentences.join(' ') : undefined;
}
