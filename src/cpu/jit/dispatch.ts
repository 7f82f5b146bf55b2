import type { Block, Region } from './region';
import { isJump } from './region';

/**
 * The same region with one block more, without instructions, that all its BR lead to and that leads to wherever they may go. If each led there by itself, the blocks of an
 * interpreter of bytecode, say, would be loops that are entered in their middle, which structured code has no way to say.
 */
export function withDispatch(region: Region): Region {
  const { targets = [], blocks } = region;
  if (targets.length === 0) return region;
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
  return {
    ...region,
    blocks: [...blocks.map((block) => (isJump(block.instructions.at(-1)!) ? { ...block, taken: hub } : block)), dispatch],
  };
}
