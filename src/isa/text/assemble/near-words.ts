/** Slips of the pen: the word somebody may have meant. */

/** Letters that may be wrong, by the length of a word. */
const tolerated = (length: number): number => (length <= 2 ? 0 : length <= 5 ? 1 : 2);

/**
 * How many letters must be changed, put in, left out or swapped with their neighbour (the optimal string alignment distance). More than `most` is
 * answered by any number above it.
 */
function distance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let least = Math.min(changed, row[j]! + 1, next[j - 1]! + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, before[j - 2]! + 1);
      next.push(least);
    }
    before = row;
    row = next;
  }
  return row[b.length]!;
}

/** The known word nearest to `word`, if it is near; the first of equally near ones. Case does not count. */
export function nearestWord(word: string, known: Iterable<string>): string | undefined {
  const wanted = word.toLowerCase();
  let least = tolerated(word.length) + 1;
  let nearest: string | undefined;
  for (const candidate of known) {
    const found = distance(wanted, candidate.toLowerCase(), least - 1);
    if (found < least) {
      least = found;
      nearest = candidate;
    }
  }
  return nearest;
}

/** A clause with what may have been meant. */
export const meant = (clause: string, nearest: string | undefined): string =>
  nearest === undefined ? clause : `${clause}; did you mean "${nearest}"?`;
