import { isAllocated, matchRow } from './match';
import { parseBits, type Row } from './row';

/** A small deterministic generator (mulberry32): the same seed gives the same words everywhere. */
export function randomSource(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  };
}

/**
 * Random words of a row that it decodes itself and calls allocated. Register 31, zero and all-ones fields, where aliases live, are far
 * more frequent than chance would have them.
 */
export function randomWords(
  rows: readonly Row[],
  index: number,
  count: number,
  random: () => number,
  match = matchRow(rows),
): number[] {
  const { mask, value, fields } = parseBits(rows[index]!);
  const words: number[] = [];
  for (let tries = 0; words.length < count && tries < count * 40; tries++) {
    let word = (value | (random() & ~mask)) >>> 0;
    for (const { lsb, width } of fields) {
      const ones = (2 ** width - 1) << lsb;
      const dice = random() % 8;
      if (dice === 0) word = (word | ones) >>> 0;
      else if (dice === 1) word = (word & ~ones) >>> 0;
    }
    // Two equal registers make aliases too.
    if (random() % 8 === 0) word = ((word & ~(0x1f << 16)) | (((word >>> 5) & 0x1f) << 16)) >>> 0;
    if (((word ^ value) & mask) !== 0) continue;
    const found = match(word);
    if (found?.index === index && isAllocated(found.row, found.fields)) words.push(word);
  }
  return words;
}
