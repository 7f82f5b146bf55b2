import { endsBlock } from '../../isa/row';
import { FIXED_HANDLER } from '../abi';
import type { Decoder, Instruction } from '../decoder';
import { RECORD } from '../layout';
import type { GuestRam } from '../ram';
import type { Records } from '../records';
import type { Vcpu } from '../vcpu';

/** Instructions from an entry on, one after the other, until the flow surely leaves: conditional branches may leave in between. */
export interface Block {
  /** Record of the first instruction. */
  entry: number;
  /** First record of its page. */
  base: number;
  instructions: Instruction[];
}

const LONGEST = 64;

export const endOfBlock = (block: Block): number => block.entry + block.instructions.length * RECORD.SIZE;

/** Reads the block at `entry` from guest memory, as far as its instructions were decoded, that is, run. Undefined if there is none to compile. */
export function readBlock(ram: GuestRam, records: Records, decoder: Decoder, running: Vcpu, entry: number): Block | undefined {
  const base = records.baseOf(entry);
  const instructions: Instruction[] = [];
  const pa = records.physical(entry);
  const last = base + RECORD.PER_PAGE * RECORD.SIZE;
  for (let record = entry; record < last && instructions.length < LONGEST; record += RECORD.SIZE) {
    if (records.handler(record, running) === FIXED_HANDLER.UNDECODED) break;
    const instruction = decoder.decode(ram.word(pa + instructions.length * 4), (record - base) >>> 2);
    if (!instruction) break;
    instructions.push(instruction);
    if (endsBlock(instruction.row, instruction.fields)) break;
  }
  // A lone instruction that always leaves gains nothing.
  return instructions.length < 2 ? undefined : { entry, base, instructions };
}
