/** Two sequences beside each other: what they have in common stands in one line, as much as can be. */

export interface Pair<T> {
  readonly left?: T;
  readonly right?: T;
}

/** Longest sequences that are aligned whole, without the beginning and end that they share: the table has their product in entries. */
export const MOST_ALIGNED = 2000;

/**
 * Aligns by a longest common subsequence of keys. Where both differ the left's own come first. Of what is longer than {@link MOST_ALIGNED} the rest is paired
 * in order, so that nothing is lost.
 */
export function align<T>(left: readonly T[], right: readonly T[], keyOf: (item: T) => string): Pair<T>[] {
  const a = left.map(keyOf);
  const b = right.map(keyOf);
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let fromEnd = 0;
  while (fromEnd < a.length - start && fromEnd < b.length - start && a.at(-1 - fromEnd) === b.at(-1 - fromEnd)) fromEnd++;
  const both = (i: number, j: number): Pair<T> => ({ left: left[i]!, right: right[j]! });
  const pairs = left.slice(0, start).map((_, index) => both(index, index));
  const middleA = Math.min(a.length - fromEnd, start + MOST_ALIGNED);
  const middleB = Math.min(b.length - fromEnd, start + MOST_ALIGNED);
  const lengths = commonLengths(a.slice(start, middleA), b.slice(start, middleB));
  const width = middleB - start + 1;
  let i = start;
  let j = start;
  while (i < middleA || j < middleB) {
    const at = (i - start) * width + (j - start);
    if (i < middleA && j < middleB && a[i] === b[j]) pairs.push(both(i++, j++));
    else if (i < middleA && (j >= middleB || lengths[at + width]! >= lengths[at + 1]!)) pairs.push({ left: left[i++]! });
    else pairs.push({ right: right[j++]! });
  }
  for (; i < a.length - fromEnd; i++) pairs.push({ left: left[i]! });
  for (; j < b.length - fromEnd; j++) pairs.push({ right: right[j]! });
  for (let k = fromEnd; k > 0; k--) pairs.push(both(a.length - k, b.length - k));
  return pairs;
}

/** `[i × (b.length + 1) + j]`: length of a longest common subsequence of a from i on and b from j on. */
function commonLengths(a: readonly string[], b: readonly string[]): Uint16Array {
  const width = b.length + 1;
  const table = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const at = i * width + j;
      table[at] = a[i] === b[j] ? table[at + width + 1]! + 1 : Math.max(table[at + width]!, table[at + 1]!);
    }
  }
  return table;
}
