import { endsBlock } from '../../isa/row';
import { FIXED_HANDLER } from '../abi';
import type { Decoder, Instruction } from '../decoder';
import { RECORD } from '../layout';
import type { GuestRam } from '../ram';
import type { Records } from '../records';

/** Instructions from an entry on, one after the other, until the flow surely leaves: conditional branches may leave in between. */
export interface Block {
  instructions: Instruction[];
  words: number[];
  /** Byte offset of the first instruction in its page. */
  pageOffset: number;
}

const LONGEST = 64;

/** Reads the block at `entry` from guest memory, as far as its instructions were decoded, that is, run. Undefined if there is none to compile. */
export function readBlock(ram: GuestRam, records: Records, decoder: Decoder, entry: number): Block | undefined {
  const base = records.baseOf(entry);
  const { handlers } = records;
  const instructions: Instruction[] = [];
  const words: number[] = [];
  const pa = records.physical(entry);
  const last = base + RECORD.PER_PAGE * RECORD.SIZE;
  for (let record = entry; record < last && instructions.length < LONGEST; record += RECORD.SIZE) {
    if (handlers.original(record) === FIXED_HANDLER.UNDECODED || (record !== entry && handlers.hasBreakpoint(record))) break;
    const word = ram.word(pa + instructions.length * 4);
    const instruction = decoder.decode(word, (record - base) >>> 2);
    if (!instruction) break;
    instructions.push(instruction);
    words.push(word);
    if (endsBlock(instruction.row, instruction.fields)) break;
  }
  // A lone instruction that always leaves gains nothing.
  return instructions.length < 2 ? undefined : { instructions, words, pageOffset: (entry - base) >>> 2 };
}
