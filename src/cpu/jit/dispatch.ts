import { withReachable } from './reachable';
import type { Block, Region } from './region';
import { isJump } from './region';

/** Instructions from the entry to where BR leads inside the region: there is a table of what lies between. */
const FARTHEST = 2048;

/**
 * The same region with one block more, without instructions, that all its BR lead to and that leads to wherever they may go. If each led there by itself, the blocks of an
 * interpreter of bytecode, say, would be loops that are entered in their middle, which structured code has no way to say.
 */
export function withDispatch(region: Region): Region {
  const { blocks } = region;
  const targets = (region.targets ?? []).filter((place) => Math.abs(place - blocks[0]!.start) < FARTHEST);
  if (targets.length === 0) return withReachable(region);
  const hub = blocks.length;
  const placeOf = new Map(blocks.map(({ start }, block) => [start, block]));
  const dispatch: Block = {
    start: blocks[0]!.start,
    instructions: [],
    taken: undefined,
    next: undefined,
    returns: [],
    targets: targets.map((place) => placeOf.get(place)!),
  };
  const leading = blocks.map((block) => (isJump(block.instructions.at(-1)!) ? { ...block, taken: hub } : block));
  return withReachable({ ...region, blocks: [...leading, dispatch] });
}
