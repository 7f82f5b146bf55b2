import { endsBlock } from '../../isa/row';
import type { Instruction } from '../decoder';
import { RECORD } from '../layout';

/** Instructions that run one after the other, entered at the first only and left behind the last only. Numbers count instructions from the start of the page. */
export interface Block<I extends Instruction = Instruction> {
  readonly start: number;
  readonly instructions: readonly I[];
  /** Blocks of the region where it goes on: by the taken branch it ends with, and straight on. */
  readonly taken: number | undefined;
  readonly next: number | undefined;
  /** Blocks behind calls inside the region, if it ends with RET: where that may go on. */
  readonly returns: readonly number[];
}

/** What is reachable from an entry by direct branches inside its page, as far as it has run. The first block is the entry's. */
export interface Region<I extends Instruction = Instruction> {
  readonly blocks: readonly Block<I>[];
}

/** Instructions of a region: what V8 makes of longer ones takes it too long. */
export const MOST_INSTRUCTIONS = 200;
/** Calls inside a region: each RET compares with the address behind each. */
const MOST_CALLS = 4;

/** Where a direct branch at `index` goes if that is in the page. */
export function nearTarget({ row, decoded }: Instruction, index: number): number | undefined {
  if (!row.branch) return undefined;
  const target = index + Number(decoded.imm) / 4;
  return target >= 0 && target < RECORD.PER_PAGE ? target : undefined;
}

/** A branch that comes back. */
const isCall = ({ row }: Instruction): boolean => row.name === 'BL';
const isReturn = ({ row, fields }: Instruction): boolean => row.name === 'BR, RET' && fields.op === 2;

/** Everything found from an entry on: instructions by place, and where blocks begin. */
function explore<I extends Instruction>(entry: number, instructionAt: (index: number) => I | undefined, most: number) {
  const found = new Map<number, I>();
  const leaders = new Set([entry]);
  const waiting = [entry];
  /** Places behind calls. */
  const behindCalls = new Set<number>();
  for (let from = waiting.shift(); from !== undefined; from = waiting.shift()) {
    for (let index = from; index < RECORD.PER_PAGE && !found.has(index) && found.size < most; index++) {
      const instruction = instructionAt(index);
      if (!instruction) break;
      found.set(index, instruction);
      const target = nearTarget(instruction, index);
      const wanted = target !== undefined && (!isCall(instruction) || (behindCalls.size < MOST_CALLS && instructionAt(target)));
      if (wanted) {
        leaders.add(target);
        waiting.push(target);
        if (isCall(instruction)) {
          behindCalls.add(index + 1);
          leaders.add(index + 1);
          waiting.push(index + 1);
        }
      }
      if (endsBlock(instruction.row, instruction.fields)) break;
      if (instruction.row.branch) leaders.add(index + 1);
    }
  }
  return { found, leaders, behindCalls };
}

/**
 * The region of an entry. `instructionAt` gives the instruction at a place in the page if it may be part of a region. Undefined if there is nothing
 * worth compiling.
 */
export function formRegion<I extends Instruction>(
  entry: number,
  instructionAt: (index: number) => I | undefined,
  most = MOST_INSTRUCTIONS,
  least = 2,
): Region<I> | undefined {
  const { found, leaders, behindCalls } = explore(entry, instructionAt, most);
  // A lone instruction that always leaves gains nothing.
  if (found.size < least) return undefined;
  const blockAt = (start: number) => {
    const instructions: I[] = [];
    let index = start;
    for (;;) {
      const instruction = found.get(index)!;
      instructions.push(instruction);
      if (endsBlock(instruction.row, instruction.fields) || leaders.has(index + 1) || !found.has(index + 1)) break;
      index++;
    }
    const last = instructions.at(-1)!;
    const inside = (place: number | undefined): number | undefined =>
      place !== undefined && found.has(place) ? place : undefined;
    return {
      start,
      instructions,
      taken: isCall(last) && !behindCalls.has(index + 1) ? undefined : inside(nearTarget(last, index)),
      next: endsBlock(last.row, last.fields) ? undefined : inside(index + 1),
      returns: isReturn(last) ? [...behindCalls].filter((place) => found.has(place)) : [],
    };
  };
  // Only what can be reached: calls need not return.
  const reached = new Map([[entry, blockAt(entry)]]);
  for (const { taken, next, returns } of reached.values()) {
    for (const place of [next, taken, ...returns])
      if (place !== undefined && !reached.has(place)) reached.set(place, blockAt(place));
  }
  const number = new Map([...reached.keys()].map((place, i) => [place, i]));
  const numberOf = (place: number | undefined): number | undefined => (place === undefined ? undefined : number.get(place));
  return {
    blocks: [...reached.values()].map(({ taken, next, returns, ...block }) => ({
      ...block,
      taken: numberOf(taken),
      next: numberOf(next),
      returns: returns.map((place) => number.get(place)!),
    })),
  };
}
