import type { Instruction } from '../decoder';
import { type ControlFlow, controlFlow } from './control-flow';
import { successorsOf } from './reachable';
import type { Block, Region } from './region';

/** Laps of a loop's code in one lap of what is made of it, by how many instructions it has at most. */
const LAPS: readonly (readonly [most: number, laps: number])[] = [
  [8, 4],
  [24, 2],
];

/** The blocks of a loop that begins with `header`, if no other loop is in it: undefined then. */
function innermost(flow: ControlFlow, predecessors: readonly number[][], header: number): number[] | undefined {
  const body = new Set([header]);
  const waiting = predecessors[header]!.filter((block) => flow.place[block]! >= flow.place[header]!);
  for (let block = waiting.pop(); block !== undefined; block = waiting.pop()) {
    if (body.has(block)) continue;
    if (flow.isLoop[block]) return undefined;
    body.add(block);
    waiting.push(...predecessors[block]!);
  }
  return [...body];
}

/**
 * The same region with short innermost loops laid out several times in a row: where a loop begins again, flags and registers lie as several ways left them, and the budget is looked at;
 * behind a copy one way leads on.
 */
export function unrolled(region: Region): Region {
  const flow = controlFlow(region.blocks.map(successorsOf));
  const predecessors: number[][] = region.blocks.map(() => []);
  for (const [block, successors] of flow.successors.entries()) for (const next of successors) predecessors[next]!.push(block);
  const blocks = [...region.blocks];
  for (const [header, isLoop] of flow.isLoop.entries()) {
    const body = isLoop ? innermost(flow, predecessors, header) : undefined;
    const isOpen = ({ returns, isSure, targets }: Block): boolean => (returns.length > 0 && !isSure) || targets !== undefined;
    if (!body || body.some((block) => isOpen(region.blocks[block]!))) continue;
    const instructions = body.reduce((sum, block) => sum + region.blocks[block]!.instructions.length, 0);
    const laps = LAPS.find(([most]) => instructions <= most)?.[1] ?? 1;
    /** By lap: where its blocks are. */
    const places = Array.from(
      { length: laps },
      (_, lap) => new Map(body.map((block, i) => [block, lap === 0 ? block : blocks.length + (lap - 1) * body.length + i])),
    );
    const laid = places.flatMap((place, lap) => {
      const lead = (to: number): number => (to === header ? places[(lap + 1) % laps]!.get(header)! : (place.get(to) ?? to));
      const leadTo = (to: number | undefined): number | undefined => (to === undefined ? undefined : lead(to));
      return body.map((block): Block<Instruction> => {
        const { taken, next, returns, ...rest } = region.blocks[block]!;
        return { ...rest, taken: leadTo(taken), next: leadTo(next), returns: returns.map(lead) };
      });
    });
    laid.slice(0, body.length).forEach((block, i) => {
      blocks[body[i]!] = block;
    });
    blocks.push(...laid.slice(body.length));
  }
  return { ...region, blocks };
}
