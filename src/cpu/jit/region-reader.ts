import { endsBlock, LANDING } from '../../isa/row';
import { FIXED_HANDLER } from '../abi';
import type { Decoder, Instruction } from '../decoder';
import type { Surroundings } from '../engine';
import { HEAT, MEMORY, RECORD } from '../layout';
import type { GuestRam } from '../ram';
import type { Records } from '../records';
import type { MemoryViews } from '../vcpu';
import { type CodeSource, formRegion, otherPages, pageOf, type Region, type Shifts } from './region';

/** Pages of a region. */
const MOST_PAGES = 8;
/** Places that one BR seems to lead to. */
const MOST_TARGETS = 32;
const VENEER_REGISTERS = [16, 17];

/** What regions are read from. */
interface ReaderParts {
  readonly views: MemoryViews;
  readonly ram: GuestRam;
  readonly records: Records;
  readonly decoder: Decoder;
}

/** How often branches arrived at a record of late: see HEAT. */
const heatOf = ({ u16 }: MemoryViews, record: number): number =>
  u16[(MEMORY.HEAT + ((record >>> HEAT.SHIFT) & HEAT.MASK)) >>> 1]!;

/** A region, and where it was found. */
export interface FoundRegion {
  readonly region: Region<Instruction>;
  readonly shifts: Shifts;
}

/** Reads regions from guest memory, as far as their instructions were decoded, that is, run. */
export class RegionReader {
  /** `isHot`: records that are compiled, or about to be. `warm`: arrivals at others before they are taken in. */
  constructor(
    private readonly parts: ReaderParts,
    private readonly isHot: (record: number) => boolean,
    private readonly warm: number,
    private readonly mostInstructions?: number,
  ) {}

  /** The region of a record. Undefined if there is nothing worth compiling. */
  read(entry: number, around: Surroundings): FoundRegion | undefined {
    const { records, ram, views, decoder } = this.parts;
    const { handlers } = records;
    const first = records.baseOf(entry);
    // The record behind the last leads to the next page: no instruction is there.
    if (entry >= first + RECORD.PER_PAGE * RECORD.SIZE) return undefined;
    /** By distance: the first record, 0 if there is none to be had, and the physical address. */
    const pages = new Map([[0, { base: first, physical: records.physical(first) }]]);
    const pageAt = (distance: number) => {
      let page = pages.get(distance);
      if (!page) {
        const base = pages.size < MOST_PAGES ? around.recordsOf(distance) : 0;
        page = { base, physical: base && records.physical(base) };
        pages.set(distance, page);
      }
      return page;
    };
    const at = (place: number): Instruction | undefined => {
      const distance = pageOf(place);
      const { base, physical } = pageAt(distance);
      if (!base) return undefined;
      const index = place - distance * RECORD.PER_PAGE;
      const record = base + index * RECORD.SIZE;
      if (handlers.original(record) === FIXED_HANDLER.UNDECODED || (record !== entry && handlers.hasBreakpoint(record)))
        return undefined;
      return decoder.decode(ram.word(physical + index * 4));
    };
    const isWarm = (place: number): boolean => {
      const distance = pageOf(place);
      const { base } = pageAt(distance);
      const record = base + (place - distance * RECORD.PER_PAGE) * RECORD.SIZE;
      return base !== 0 && (record === entry || this.isHot(record) || heatOf(views, record) >= this.warm);
    };
    /** By page: looked for once, however many BR there are. */
    const landings = new Map<number, readonly number[]>();
    const landingsIn = (page: number): readonly number[] => {
      let found = landings.get(page);
      if (!found) {
        found = jumpedTo(page, { instructionAt: at, isWarm });
        landings.set(page, found);
      }
      return found;
    };
    // By X16 and X17 linkers' veneers jump: each to a function.
    const jumpsFrom = (place: number): readonly number[] =>
      VENEER_REGISTERS.includes(at(place)!.decoded.n!) ? [] : nearest(landingsIn(pageOf(place)), place);
    // What its register holds now: often the same all the while, and compared before it is believed.
    const calledFrom = (place: number): number | undefined => around.placeIn(at(place)!.decoded.n!);
    const formed = formRegion(
      (entry - first) / RECORD.SIZE,
      { instructionAt: at, isWarm, jumpsFrom, calledFrom },
      this.mostInstructions,
    );
    if (!formed) return undefined;
    const region = { ...formed, hasWindow: around.hasWindow };
    const shifts = otherPages(region).map((distance): [number, number] => [
      distance,
      shiftTo(distance, pageAt(distance).base, first),
    ]);
    return { region, shifts: new Map(shifts) };
  }
}

/**
 * Where a BR in a page seems to go: what branches arrive at there, where the code before does not lead, but for what looks like the beginning of a function. A place too many costs
 * code, one too few a look-up.
 */
function jumpedTo(page: number, { instructionAt, isWarm }: Pick<CodeSource<Instruction>, 'instructionAt' | 'isWarm'>): number[] {
  const first = page * RECORD.PER_PAGE;
  const leadsOn = (instruction: Instruction | undefined): boolean =>
    instruction !== undefined && !endsBlock(instruction.row, instruction.fields);
  const found: number[] = [];
  for (let at = first; at < first + RECORD.PER_PAGE; at++) {
    if (!isWarm(at)) continue;
    const instruction = instructionAt(at);
    if (instruction && !leadsOn(instructionAt(at - 1)) && !beginsFunction(instruction)) found.push(at);
  }
  return found;
}
const nearest = (places: readonly number[], to: number): readonly number[] =>
  [...places].sort((a, b) => Math.abs(a - to) - Math.abs(b - to)).slice(0, MOST_TARGETS);

const LINK = 30;
/** It may be called, but not jumped to, where pages are guarded; or it makes a frame: as compilers begin functions. */
function beginsFunction({ row, fields, decoded }: Instruction): boolean {
  const landing = row.landing?.(fields) ?? LANDING.NONE;
  if (landing === LANDING.CALLS || landing === LANDING.SIGNING) return true;
  return row.name.startsWith('LDP, STP') && fields.L === 0 && fields.mode === 3 && decoded.a === LINK;
}

/** {@link Shifts} of a page, by the first records of it and of the entry's. */
export const shiftTo = (distance: number, base: number, entryBase: number): number =>
  base - entryBase - distance * RECORD.PER_PAGE * RECORD.SIZE;
