import type { Instruction } from '../decoder';
import { withReachable } from './reachable';
import type { Block, Region } from './region';
import { isCall, isReturn } from './region';

/** Instructions of what is called that every call gets for itself, at most. */
const MOST_OF_COPY = 16;
/** Instructions that copies may add to a region. */
const MOST_ADDED = 128;
const LINK = 30;

/** What is called at `target`, block by block: undefined if it is long, calls something, or does not simply come back to where X30 says. */
function called(blocks: readonly Block[], target: number, writesLink: WritesLink): number[] | undefined {
  const found = new Set([target]);
  let instructions = 0;
  for (const number of found) {
    const { instructions: some, taken, next } = blocks[number]!;
    instructions += some.length;
    const last = some.at(-1)!;
    if (instructions > MOST_OF_COPY || some.some(writesLink)) return undefined;
    if (last.row.indirect) {
      if (!isPlainReturn(last)) return undefined;
    } else for (const to of [taken, next]) if (to !== undefined) found.add(to);
  }
  return [...found];
}
/** RET. Those that authenticate may fault instead. */
const isPlainReturn = (instruction: Instruction): boolean =>
  isReturn(instruction) && instruction.row.name === 'BR, RET' && instruction.decoded.n === LINK;

/** Whether an instruction may write X30. */
type WritesLink = (instruction: Instruction) => boolean;

/**
 * The same region where each call has short functions for itself: they come back to one place, without a look at the address; and a function that several call would be entered in the
 * middle of loops.
 */
export function inlined(region: Region, writesLink: WritesLink): Region {
  const { blocks } = region;
  const all: Block[] = [...blocks];
  // The block that BR leads to is nowhere.
  const at = new Map(blocks.flatMap(({ start, targets }, number) => (targets ? [] : [[start, number] as const])));
  let added = 0;
  for (const [number, block] of blocks.entries()) {
    const last = block.instructions.at(-1);
    if (block.taken === undefined || !last || !isCall(last)) continue;
    const behind = at.get(block.start + block.instructions.length);
    const body = called(blocks, block.taken, writesLink);
    if (!body || behind === undefined) continue;
    added += body.reduce((sum, each) => sum + blocks[each]!.instructions.length, 0);
    if (added > MOST_ADDED) break;
    const copies = new Map(body.map((each, i) => [each, all.length + i]));
    const copyOf = (to: number | undefined): number | undefined => (to === undefined ? undefined : copies.get(to)!);
    all[number] = { ...block, taken: copyOf(block.taken) };
    for (const each of body) {
      const { taken, next, returns, ...rest } = blocks[each]!;
      const comesBack = isReturn(rest.instructions.at(-1)!);
      all.push({ ...rest, taken: copyOf(taken), next: copyOf(next), returns: comesBack ? [behind] : [], isSure: comesBack });
    }
  }
  return added === 0 ? region : withReachable({ ...region, blocks: all });
}
