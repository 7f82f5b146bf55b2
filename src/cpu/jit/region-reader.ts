import { FIXED_HANDLER } from '../abi';
import type { Decoder } from '../decoder';
import { RECORD } from '../layout';
import type { GuestRam } from '../ram';
import type { Records } from '../records';
import { formRegion, type Region } from './region';
import type { ReadInstruction } from './translations';

/** Words that are kept decoded. */
const MOST_KEPT = 50_000;

/** Reads regions from guest memory, as far as their instructions were decoded, that is, run. */
export class RegionReader {
  /** Instructions by word, but for branches, which are others in other places. */
  private readonly known = new Map<number, ReadInstruction>();

  constructor(
    private readonly ram: GuestRam,
    private readonly records: Records,
    private readonly decoder: Decoder,
    private readonly mostInstructions?: number,
  ) {}

  /** The region of a record. Undefined if there is nothing worth compiling. */
  read(entry: number): Region<ReadInstruction> | undefined {
    const { records, ram } = this;
    const base = records.baseOf(entry);
    const page = records.physical(base);
    const { handlers } = records;
    const at = (index: number): ReadInstruction | undefined => {
      const record = base + index * RECORD.SIZE;
      if (handlers.original(record) === FIXED_HANDLER.UNDECODED || (record !== entry && handlers.hasBreakpoint(record)))
        return undefined;
      return this.instruction(ram.word(page + index * 4), index * 4);
    };
    return formRegion((entry - base) / RECORD.SIZE, at, this.mostInstructions);
  }

  private instruction(word: number, pageOffset: number): ReadInstruction | undefined {
    const known = this.known.get(word);
    if (known) return known;
    const decoded = this.decoder.decode(word, pageOffset);
    if (!decoded) return undefined;
    const instruction = { ...decoded, word };
    if (this.known.size >= MOST_KEPT) this.known.clear();
    if (!decoded.row.branch) this.known.set(word, instruction);
    return instruction;
  }
}
