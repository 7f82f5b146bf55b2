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
}

/** What is reachable from an entry by direct branches inside its page, as far as it has run. The first block is the entry's. */
export interface Region<I extends Instruction = Instruction> {
  readonly blocks: readonly Block<I>[];
}

/** Instructions of a region: what V8 makes of longer ones takes it too long. */
export const MOST_INSTRUCTIONS = 200;

/** Where a direct branch at `index` goes if that is in the page. */
export function nearTarget({ row, decoded }: Instruction, index: number): number | undefined {
  if (!row.branch) return undefined;
  const target = index + Number(decoded.imm) / 4;
  return target >= 0 && target < RECORD.PER_PAGE ? target : undefined;
}

/** A branch that comes back: where it goes is a function of its own. */
const isCall = ({ row }: Instruction): boolean => row.name === 'BL';

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
  const found = new Map<number, I>();
  const leaders = new Set([entry]);
  const waiting = [entry];
  for (let from = waiting.shift(); from !== undefined; from = waiting.shift()) {
    for (let index = from; index < RECORD.PER_PAGE && !found.has(index) && found.size < most; index++) {
      const instruction = instructionAt(index);
      if (!instruction) break;
      found.set(index, instruction);
      const target = isCall(instruction) ? undefined : nearTarget(instruction, index);
      if (target !== undefined) {
        leaders.add(target);
        waiting.push(target);
      }
      if (endsBlock(instruction.row, instruction.fields)) break;
      if (instruction.row.branch) leaders.add(index + 1);
    }
  }
  // A lone instruction that always leaves gains nothing.
  if (found.size < least) return undefined;
  const starts = [...leaders].filter((index) => found.has(index));
  starts.splice(starts.indexOf(entry), 1);
  const order = [entry, ...starts.sort((a, b) => a - b)];
  const blockOf = new Map(order.map((start, i) => [start, i]));
  const blocks = order.map((start): Block<I> => {
    const instructions: I[] = [];
    let index = start;
    for (;;) {
      const instruction = found.get(index)!;
      instructions.push(instruction);
      if (endsBlock(instruction.row, instruction.fields) || blockOf.has(index + 1) || !found.has(index + 1)) break;
      index++;
    }
    const last = instructions.at(-1)!;
    const target = isCall(last) ? undefined : nearTarget(last, index);
    return {
      start,
      instructions,
      taken: target === undefined ? undefined : blockOf.get(target),
      next: endsBlock(last.row, last.fields) ? undefined : blockOf.get(index + 1),
    };
  });
  return { blocks };
}

