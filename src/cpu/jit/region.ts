import { endsBlock } from '../../isa/row';
import type { Instruction } from '../decoder';
import { RECORD } from '../layout';

/**
 * Instructions that run one after the other, entered at the first only and left behind the last only; all in one page. Places count instructions by
 * virtual address from the start of the page of the region's entry: those of pages before it are negative.
 */
export interface Block<I extends Instruction = Instruction> {
  readonly start: number;
  readonly instructions: readonly I[];
  /** Blocks of the region where it goes on: by the taken branch it ends with, and straight on. */
  readonly taken: number | undefined;
  readonly next: number | undefined;
  /** If it ends with RET (or RETAA, RETAB): blocks behind the calls inside the region that lead here, where it may go on. */
  readonly returns: readonly number[];
  /** It goes on at the first of {@link returns}, whatever it is called for. */
  readonly isSure?: boolean;
  /** If it has no instructions: blocks that it may go on at, whichever the address says that BR left. See dispatch.ts. */
  readonly targets?: readonly number[];
}

/** What tells one region from another: where its blocks begin and what words they hold. The first block is the entry's. */
export interface RegionWords {
  readonly blocks: readonly { readonly start: number; readonly words: readonly number[] }[];
  /** The data TLB had a window when this was read (layout.ts): worth a look before the TLB is. */
  readonly hasWindow?: boolean;
  /** Places where BR inside the region goes on. */
  readonly targets?: readonly number[];
  /** Places of BLR, and what they call inside the region if that is what they call. */
  readonly calls?: readonly (readonly [place: number, target: number])[];
}

/** What is reachable from an entry by branches, as far as it has run. */
export interface Region<I extends Instruction = Instruction> extends Pick<RegionWords, 'hasWindow' | 'targets' | 'calls'> {
  readonly blocks: readonly Block<I>[];
  /** {@link otherPages} of what it was laid out from, which has no fewer: their cells are in this order. */
  readonly pages?: readonly number[];
}

/** What is kept of a region when it is compiled. */
export const wordsOf = ({ blocks, hasWindow, targets, calls }: Region): RegionWords => ({
  blocks: blocks.map(({ start, instructions }) => ({ start, words: instructions.map(({ word }) => word) })),
  ...(hasWindow && { hasWindow }),
  ...(targets && { targets }),
  ...(calls && { calls }),
});

/**
 * Where the records of other pages than the entry's are: bytes by which they lie further than if the pages' records lay one behind another as
 * their addresses do. By page, see {@link pageOf}.
 */
export type Shifts = ReadonlyMap<number, number>;

/** Instructions of a region: what V8 makes of longer ones takes it too long. */
export const MOST_INSTRUCTIONS = 200;
/** Calls inside a region: a RET compares with the address behind each that leads to it. */
const MOST_CALLS = 8;
/** Instructions of what is called inside a region: it is there once more for each region that calls it. */
const MOST_OF_CALLED = 32;
/** Places further away than this from the entry's page do not belong to its region: counts of instructions must stay in 32 bits (abi.ts). */
const FARTHEST = 2 ** 24;

/** The page a place is in, counted from the entry's. */
export const pageOf = (place: number): number => Math.floor(place / RECORD.PER_PAGE);

/** The pages that a region lies in besides its entry's. */
export function otherPages({ blocks, pages: known }: Pick<Region, 'pages'> & (Region | RegionWords)): readonly number[] {
  if (known) return known;
  const pages = new Set(blocks.map(({ start }) => pageOf(start)));
  pages.delete(0);
  return [...pages];
}

/** Where a direct branch at a place goes. */
export const branchTarget = ({ row, decoded }: Instruction, place: number): number | undefined =>
  row.branch ? place + Number(decoded.imm) / 4 : undefined;

/** A branch that comes back. */
export const isCall = (instruction: Instruction): boolean => instruction.row.name === 'BL' || isIndirectCall(instruction);
const isIndirectCall = ({ row }: Instruction): boolean => row.name === 'BLR';
/** A branch to wherever a register says, which no call or return is. */
export const isJump = ({ row, fields }: Instruction): boolean => row.name === 'BR, RET' && fields.op === 0;
export const isReturn = ({ row, fields }: Instruction): boolean =>
  (row.name === 'BR, RET' && fields.op === 2) || row.name === 'RETAA, RETAB';

/** Where a region comes from. */
export interface CodeSource<I extends Instruction> {
  /** The instruction at a place, if it may be part of a region. */
  instructionAt(place: number): I | undefined;
  /** Whether branches arrive there often enough. */
  isWarm(place: number): boolean;
  /** Where the BR at a place may go, as far as that is worth having in the region: nowhere unless given. */
  jumpsFrom?(place: number): readonly number[];
  /** What the BLR at a place seems to call. */
  calledFrom?(place: number): number | undefined;
}

/** A call inside the region. */
interface Call {
  readonly target: number;
  /** The place it comes back to. */
  readonly behind: number;
}

/** Everything found from an entry on: instructions by place, where blocks begin, calls by their place. */
function explore<I extends Instruction>(entry: number, source: CodeSource<I>, most: number) {
  const { instructionAt, isWarm } = source;
  const found = new Map<number, I>();
  const targets = new Set<number>();
  const leaders = new Set([entry]);
  const calls = new Map<number, Call>();
  const waiting = [entry];
  const lead = (place: number): void => {
    leaders.add(place);
    waiting.push(place);
  };
  for (let next = 0; next < waiting.length; next++) {
    const from = waiting[next]!;
    for (let place = from; !found.has(place) && found.size < most; place++) {
      const instruction = instructionAt(place);
      if (!instruction) break;
      if (pageOf(place) !== pageOf(place - 1)) leaders.add(place);
      found.set(place, instruction);
      const isIndirect = isIndirectCall(instruction);
      const target = isIndirect ? source.calledFrom?.(place) : branchTarget(instruction, place);
      if (target !== undefined && Math.abs(target) < FARTHEST && isWarm(target)) {
        if (!isCall(instruction)) lead(target);
        else if (calls.size < MOST_CALLS && (target === entry || isSmallLeaf(target, source))) {
          calls.set(place, { target, behind: place + 1 });
          lead(target);
          lead(place + 1);
        }
      }
      if (isJump(instruction)) {
        for (const to of source.jumpsFrom?.(place) ?? []) {
          if (targets.has(to)) continue;
          targets.add(to);
          lead(to);
        }
      }
      if (endsBlock(instruction.row, instruction.fields)) break;
      if (instruction.row.branch) leaders.add(place + 1);
    }
  }
  // Branches to what belongs to the region anyway stay inside, too.
  for (const [place, instruction] of found) {
    const target = branchTarget(instruction, place);
    if (target !== undefined && found.has(target)) leaders.add(target);
  }
  return { found, leaders, calls, targets: [...targets].filter((place) => found.has(place)) };
}

/** Whether what is called there is short, has all been run, and calls nothing itself. */
function isSmallLeaf<I extends Instruction>(target: number, { instructionAt, isWarm }: CodeSource<I>): boolean {
  const found = new Set<number>();
  const waiting = [target];
  for (let from = waiting.pop(); from !== undefined; from = waiting.pop()) {
    for (let place = from; !found.has(place); place++) {
      const instruction = instructionAt(place);
      if (!instruction || isCall(instruction) || found.size === MOST_OF_CALLED) return false;
      found.add(place);
      const to = branchTarget(instruction, place);
      if (to !== undefined && isWarm(to)) waiting.push(to);
      if (endsBlock(instruction.row, instruction.fields)) break;
    }
  }
  return true;
}

/** A block whose ways on are places yet. */
interface RawBlock<I extends Instruction> extends Omit<Block<I>, 'returns'> {
  readonly call: Call | undefined;
  readonly isReturn: boolean;
  readonly isJump: boolean;
}

/** By place of a block that ends with RET: the places behind the calls that lead there. */
function returnsOf(blocks: ReadonlyMap<number, RawBlock<Instruction>>, calls: Iterable<Call>): Map<number, number[]> {
  const returns = new Map<number, number[]>();
  for (const { target, behind } of calls) {
    const seen = new Set<number>();
    const follow = (place: number | undefined): void => {
      const block = place === undefined ? undefined : blocks.get(place);
      if (!block || seen.has(block.start)) return;
      seen.add(block.start);
      if (block.isReturn) {
        const known = returns.get(block.start);
        if (known) known.push(behind);
        else returns.set(block.start, [behind]);
      } else if (block.call) follow(block.call.behind);
      else for (const next of [block.next, block.taken]) follow(next);
    };
    follow(target);
  }
  return returns;
}

/**
 * The region of an entry, which is a place in page 0. `instructionAt` gives the instruction at a place if it may be part of a region. Undefined if
 * there is nothing worth compiling.
 */
export function formRegion<I extends Instruction>(
  entry: number,
  source: CodeSource<I>,
  most = MOST_INSTRUCTIONS,
  least = 2,
): Pick<Region<I>, 'blocks' | 'targets' | 'calls'> | undefined {
  const { found, leaders, calls, targets } = explore(entry, source, most);
  // A lone instruction that always leaves gains nothing.
  if (found.size < least) return undefined;
  const inside = (place: number | undefined): number | undefined => (place !== undefined && found.has(place) ? place : undefined);
  const blockAt = (start: number): RawBlock<I> => {
    const instructions: I[] = [];
    let place = start;
    for (;;) {
      const instruction = found.get(place)!;
      instructions.push(instruction);
      if (endsBlock(instruction.row, instruction.fields) || leaders.has(place + 1) || !found.has(place + 1)) break;
      place++;
    }
    const last = instructions.at(-1)!;
    const call = calls.get(place);
    return {
      start,
      instructions,
      taken: call ? inside(call.target) : isCall(last) ? undefined : inside(branchTarget(last, place)),
      next: endsBlock(last.row, last.fields) ? undefined : inside(place + 1),
      call,
      isReturn: isReturn(last),
      isJump: isJump(last),
    };
  };
  const blocks = new Map([...leaders].filter((place) => found.has(place)).map((place) => [place, blockAt(place)]));
  const returns = returnsOf(blocks, calls.values());
  const returnsAt = (place: number): number[] => (returns.get(place) ?? []).filter((behind) => found.has(behind));
  // Only what can be reached: calls need not return.
  const reached = new Set([entry]);
  for (const place of reached) {
    const { taken, next, isJump: jumps } = blocks.get(place)!;
    for (const to of [next, taken, ...returnsAt(place), ...(jumps ? targets : [])]) if (to !== undefined) reached.add(to);
  }
  const number = new Map([...reached].map((place, i) => [place, i]));
  const numberOf = (place: number | undefined): number | undefined => (place === undefined ? undefined : number.get(place));
  const jumpedTo = targets.filter((place) => reached.has(place));
  const called = [...calls]
    .filter(([place]) => isIndirectCall(found.get(place)!))
    .map(([place, { target }]) => [place, target] as const);
  return {
    ...(jumpedTo.length > 0 && { targets: jumpedTo }),
    ...(called.length > 0 && { calls: called }),
    blocks: [...reached].map((place) => {
      const { start, instructions, taken, next } = blocks.get(place)!;
      return {
        start,
        instructions,
        taken: numberOf(taken),
        next: numberOf(next),
        returns: [...new Set(returnsAt(place))].map((behind) => number.get(behind)!),
      };
    }),
  };
}
