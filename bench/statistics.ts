/** Figures of repeated runs. None of these takes an empty list. */

/** The middle one; of an even number the higher of the two in the middle. */
export const median = (figures: readonly number[]): number => [...figures].sort((a, b) => a - b)[figures.length >> 1]!;

/** What ratios are averaged by: twice as fast here and half as fast there is as fast in all. */
export const geometricMean = (ratios: readonly number[]): number =>
  Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);

export interface Spread {
  median: number;
  least: number;
  most: number;
}

/** Ratios of runs that were taken in turn, pair by pair. */
export function ratioOfPairs(numerators: readonly number[], denominators: readonly number[]): Spread {
  const ratios = numerators.map((numerator, index) => numerator / denominators[index]!);
  return { median: median(ratios), least: Math.min(...ratios), most: Math.max(...ratios) };
}
