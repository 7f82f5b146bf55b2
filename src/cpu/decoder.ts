import { matchRow } from '../isa/match';
import { type DecodeContext, type Decoded, endsBlock, type Fields, type Row } from '../isa/row';
import { FIXED_HANDLER } from './abi';
import type { HandlerSet } from './handlers';
import { RECORD } from './layout';
import { PAGE_BYTES } from './ram';
import type { MemoryViews } from './vcpu';

/** What the decoder makes of a word. */
export interface Instruction {
  readonly word: number;
  readonly row: Row;
  /** The named fields, with the derived ones. */
  readonly fields: Fields;
  readonly decoded: Decoded;
  /** The interpreter's handler; and for a direct branch to another place of its page. */
  readonly handler: number;
  readonly nearHandler: number;
}

/** Words whose instructions are kept, each in the place of its hash: code says the same again and again. */
const KEPT = 1 << 15;
const placeOf = (word: number): number => Math.imul(word, 0x9e3779b1) >>> 17;

/** Turns instruction words into records. */
export class Decoder {
  private readonly match: ReturnType<typeof matchRow>;
  private readonly kept: (Instruction | undefined)[] = new Array<Instruction | undefined>(KEPT).fill(undefined);

  constructor(
    private readonly set: HandlerSet,
    private readonly context: DecodeContext,
  ) {
    this.match = matchRow(set.rows.map(({ row }) => row));
  }

  /** The instruction of a word, the same object as long as it is kept. Undefined if UNALLOCATED. */
  decode(word: number): Instruction | undefined {
    const place = placeOf(word);
    const kept = this.kept[place];
    if (kept?.word === word) return kept;
    const instruction = this.decodeAnew(word);
    if (instruction) this.kept[place] = instruction;
    return instruction;
  }

  private decodeAnew(word: number): Instruction | undefined {
    const found = this.match(word);
    if (!found) return undefined;
    const { row, fields } = found;
    const { fields: shape, table } = this.set.rows[found.index]!;
    for (const { name, derived } of shape) if (derived) fields[name] = row.derived![name]!.of(fields, this.context);
    let grid = 0;
    let shift = 0;
    for (const { name, bits } of shape) {
      grid |= fields[name]! << shift;
      shift += bits;
    }
    // The grid says whether the shape is allocated before operands() sees fields it need not expect.
    if (table[grid] === 0) return undefined;
    const decoded = row.operands(fields, this.context);
    if (!decoded) return undefined;
    const nearGrid = row.branch ? grid + table.length / 2 : grid;
    return { word, row, fields, decoded, handler: table[grid]!, nearHandler: table[nearGrid]! };
  }

  /**
   * Decodes `word` into `record`, leaving its handler to the caller: returns what belongs there and whether straight code ends here. `pageOffset`:
   * the instruction's offset in its page, which decides whether a direct branch stays inside.
   */
  fill(views: MemoryViews, record: number, word: number, pageOffset: number): { handler: number; ends: boolean } {
    const instruction = this.decode(word);
    if (!instruction) {
      views.u32[(record + RECORD.IMM) >>> 2] = word;
      return { handler: FIXED_HANDLER.UNALLOCATED, ends: true };
    }
    const { row, fields } = instruction;
    const { d = 0, n = 0, m = 0, a = 0, imm = 0 } = instruction.decoded;
    const { u8, u32 } = views;
    u8[record + RECORD.D] = d;
    u8[record + RECORD.N] = n;
    u8[record + RECORD.M] = m;
    u8[record + RECORD.A] = a;
    if (typeof imm === 'bigint') {
      u32[(record + RECORD.IMM) >>> 2] = Number(BigInt.asUintN(32, imm));
      u32[(record + RECORD.IMM + 4) >>> 2] = Number(BigInt.asUintN(32, imm >> 32n));
    } else {
      u32[(record + RECORD.IMM) >>> 2] = imm;
      u32[(record + RECORD.IMM + 4) >>> 2] = Math.floor(imm / 0x1_0000_0000);
    }
    return { handler: handlerAt(instruction, pageOffset), ends: endsBlock(row, fields) };
  }
}

/** The interpreter's handler of an instruction at an offset in its page. */
export function handlerAt({ row, decoded, handler, nearHandler }: Instruction, pageOffset: number): number {
  if (!row.branch) return handler;
  const target = pageOffset + Number(decoded.imm);
  return target >= 0 && target < PAGE_BYTES ? nearHandler : handler;
}
