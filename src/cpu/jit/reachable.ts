import type { Block, Region } from './region';

/** Blocks of a region where a block may go on. */
export const successorsOf = ({ taken, next, returns, targets = [] }: Block): number[] => [
  ...new Set([next, taken, ...returns, ...targets].filter((block) => block !== undefined)),
];

/** The same region without blocks that nothing leads to from the first any more. */
export function withReachable(region: Region): Region {
  const { blocks } = region;
  const reached = new Set([0]);
  for (const number of reached) for (const to of successorsOf(blocks[number]!)) reached.add(to);
  if (reached.size === blocks.length) return region;
  const numbers = new Map([...reached].map((number, i) => [number, i]));
  const numberOf = (to: number | undefined): number | undefined => (to === undefined ? undefined : numbers.get(to));
  return {
    ...region,
    blocks: [...reached].map((number) => {
      const { taken, next, returns, targets, ...rest } = blocks[number]!;
      return {
        ...rest,
        taken: numberOf(taken),
        next: numberOf(next),
        returns: returns.map((to) => numbers.get(to)!),
        ...(targets && { targets: targets.map((to) => numbers.get(to)!) }),
      };
    }),
  };
}
