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

export const spreadOf = (figures: readonly number[]): Spread => ({
  median: median(figures),
  least: Math.min(...figures),
  most: Math.max(...figures),
});

/** Ratios of runs that were taken in turn, pair by pair. */
export const ratioOfPairs = (numerators: readonly number[], denominators: readonly number[]): Spread =>
  spreadOf(numerators.map((numerator, index) => numerator / denominators[index]!));
