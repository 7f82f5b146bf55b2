import type { KernelGroup } from '../../guests/bench/kernels';
import { geometricMean, median, ratioOfPairs, type Spread } from '../statistics';
import type { Compared } from './compare';

/** Names of sides: this one's time by that one's. */
export interface Ratio {
  of: string;
  by: string;
}

export const ratioName = ({ of, by }: Ratio): string => `${of} / ${by}`;

export interface Column {
  heading: string;
  width: number;
  cell(compared: Compared): string;
}

/** Wide enough for whatever comes: rows are printed as soon as they are known. */
const [NAME_WIDTH, TIME_WIDTH, RATE_WIDTH, RATIO_WIDTH] = [14, 13, 7, 22];

const seconds = (compared: Compared, side: string): number[] => compared.samples[side]!.map((sample) => sample.seconds);

export const ratioIn = (compared: Compared, { of, by }: Ratio): Spread =>
  ratioOfPairs(seconds(compared, of), seconds(compared, by));

export const timeColumn = (side: string): Column => ({
  heading: side,
  width: TIME_WIDTH,
  cell: (compared) => `${median(seconds(compared, side)).toFixed(2)} s`,
});

/** Millions of guest instructions per second, of a side that counts them. */
export const rateColumn = (side: string): Column => ({
  heading: 'MIPS',
  width: RATE_WIDTH,
  cell: (compared) => median(compared.samples[side]!.map((run) => run.instructions! / run.seconds / 1e6)).toFixed(0),
});

export const spreadText = ({ median: middle, least, most }: Spread): string =>
  `${middle.toFixed(2)} (${least.toFixed(2)}–${most.toFixed(2)})`;

export const ratioColumn = (ratio: Ratio): Column => ({
  heading: ratioName(ratio),
  width: RATIO_WIDTH,
  cell: (compared) => spreadText(ratioIn(compared, ratio)),
});

const line = (name: string, columns: readonly Column[], cell: (column: Column) => string): string =>
  name.padEnd(NAME_WIDTH) + columns.map((column) => cell(column).padStart(column.width)).join('');

export const headingLine = (columns: readonly Column[]): string => line('kernel', columns, ({ heading }) => heading);

export const resultLine = (compared: Compared, columns: readonly Column[]): string =>
  line(compared.kernel.name, columns, (column) => column.cell(compared));

/** Geometric means of the medians of a ratio, by group. */
export function meansOf(results: readonly Compared[], ratio: Ratio): Partial<Record<KernelGroup, number>> {
  const means: Partial<Record<KernelGroup, number>> = {};
  for (const group of new Set(results.map(({ kernel }) => kernel.group))) {
    const ofGroup = results.filter(({ kernel }) => kernel.group === group);
    means[group] = geometricMean(ofGroup.map((compared) => ratioIn(compared, ratio).median));
  }
  return means;
}
