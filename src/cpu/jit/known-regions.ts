import { FIXED_HANDLER } from '../abi';
import type { Surroundings } from '../engine';
import { RECORD } from '../layout';
import type { GuestRam } from '../ram';
import type { Records } from '../records';
import { otherPages, pageOf, type RegionWords, type Shifts } from './region';
import { shiftTo } from './region-reader';
import { translationKey } from './translations';

/**
 * Regions of an earlier run that belong together, and the module of their code if there is one: a function for each, in this order. Who gives code
 * vouches for it.
 */
export interface RegionPack {
  readonly regions: readonly RegionWords[];
  readonly code?: Uint8Array<ArrayBuffer> | undefined;
}

/** Regions that a snapshot has, at most: as many as `pack-format.ts` takes as one pack. */
export const MOST_SAVED = 4096;

/** What was hot in a run. */
export interface SavedRegions {
  readonly packs: readonly RegionPack[];
  /** What the packs' code was made of and where: see `proofOf`, and the words of instructions it was asked with. */
  readonly proof: number;
  readonly sample: readonly number[];
  /** Of the sources of the compiler that made it, 0: unknown, so that it is not used. */
  readonly digest: number;
}

/** A region of a pack. */
export interface PackedRegion {
  readonly pack: RegionPack;
  readonly region: RegionWords;
  key: string | undefined;
}

/** A record that a known region may start at. */
interface Mark {
  /** How often more was missing there than that. */
  tries: number;
  /** When it is worth another look. */
  due: number;
}

/** Looks at one mark before it is left to the counters of heat. Each comes twice as late as the one before. */
const MOST_TRIES = 10;

/** A bit for each hash of a word. */
const FILTER_BITS = 1 << 16;
const hashOf = (word: number): number => Math.imul(word, 0x9e3779b1) >>> 16;

/** Regions that begin with the same word at the same place of a page: more are left out. */
const MOST_ALIKE = 16;
const keyAt = (word: number, place: number): number => word * RECORD.PER_PAGE + place;
const firstWord = ({ blocks }: RegionWords): number => blocks[0]!.words[0]!;

/** What is needed to find code. */
interface Parts {
  readonly ram: GuestRam;
  readonly records: Records;
}

/**
 * Regions that were hot in an earlier run (of this guest, or of the machine that is restored), found again by what memory holds: a record whose word
 * one of them begins with is marked when it is decoded, and looked at when it is about to run. Like any region, one is taken only as far as all of it has been
 * decoded: so that what is decoded when does not depend on what is known.
 */
export class KnownRegions {
  /** By first word and place: see {@link keyAt}. */
  private readonly byBeginning = new Map<number, PackedRegion[]>();
  private readonly filter = new Uint8Array(FILTER_BITS / 8);
  private readonly marks = new Map<number, Mark>();
  /** Marked records by their page's first. */
  private readonly byPage = new Map<number, Set<number>>();
  private readonly waiting = new Set<number>();
  /** Calls of {@link tick}. */
  private now = 0;

  constructor(private readonly parts: Parts) {}

  add(pack: RegionPack): void {
    for (const region of pack.regions) {
      const word = firstWord(region);
      const packed = { pack, region, key: undefined };
      const at = keyAt(word, region.blocks[0]!.start);
      const known = this.byBeginning.get(at);
      if (!known) this.byBeginning.set(at, [packed]);
      else if (known.length < MOST_ALIKE) known.push(packed);
      const hash = hashOf(word);
      this.filter[hash >>> 3]! |= 1 << (hash & 7);
    }
  }

  /** An instruction was decoded. */
  decoded(record: number, word: number): void {
    const hash = hashOf(word);
    if ((this.filter[hash >>> 3]! & (1 << (hash & 7))) === 0) return;
    const { records } = this.parts;
    const physical = records.physical(record);
    const place = (record - records.baseOf(record)) / RECORD.SIZE;
    if (this.byBeginning.get(keyAt(word, place))?.some(({ region }) => this.beginsAt(physical, place, region)))
      this.mark(record, { tries: 0, due: 0 });
  }
  /** Whether memory has the first block of a region there. */
  private beginsAt(physical: number, place: number, { blocks }: RegionWords): boolean {
    const { start, words } = blocks[0]!;
    return start === place && words.every((word, i) => this.parts.ram.word(physical + i * 4) === word);
  }
  private mark(record: number, mark: Mark): void {
    this.marks.set(record, mark);
    const base = this.parts.records.baseOf(record);
    const marked = this.byPage.get(base);
    if (marked) marked.add(record);
    else this.byPage.set(base, new Set([record]));
    this.parts.records.handlers.setCompiled(record, FIXED_HANDLER.KNOWN);
  }

  /** Whether a known region may start at a record, as far as that was not looked at already. */
  isMarked(record: number): boolean {
    return this.marks.has(record) && !this.waiting.has(record);
  }

  /** A marked record is about to run. Answers what stands there, if all of it is found; takes the mark away. */
  look(record: number, around: Surroundings): (PackedRegion & { readonly shifts: Shifts }) | undefined {
    const mark = this.marks.get(record)!;
    const { records, ram } = this.parts;
    records.handlers.clearCompiled(record);
    let isMissing = false;
    const place = (record - records.baseOf(record)) / RECORD.SIZE;
    for (const packed of this.byBeginning.get(keyAt(ram.word(records.physical(record)), place)) ?? []) {
      const shifts = this.find(record, packed.region, around);
      if (shifts === 'no') continue;
      if (shifts === 'not yet') {
        isMissing = true;
        continue;
      }
      this.forget(record);
      return { ...packed, shifts };
    }
    if (!isMissing || ++mark.tries > MOST_TRIES) this.forget(record);
    else {
      mark.due = this.now + 2 ** mark.tries;
      this.waiting.add(record);
    }
    return undefined;
  }

  /** Whether the region starts at a record; ‘not yet’ if what is missing may still come. */
  private find(entry: number, known: RegionWords, around: Surroundings): Shifts | 'no' | 'not yet' {
    const { records, ram } = this.parts;
    const { handlers } = records;
    const first = records.baseOf(entry);
    if (!this.beginsAt(records.physical(entry), (entry - first) / RECORD.SIZE, known)) return 'no';
    if ((known.hasWindow ?? false) !== around.hasWindow) return 'not yet';
    const pages = [0, ...otherPages(known)];
    const bases = new Map(pages.map((page) => [page, page === 0 ? first : around.recordsOf(page)]));
    let isMissing = false;
    for (const { start, words } of known.blocks) {
      const page = pageOf(start);
      const base = bases.get(page)!;
      if (base === 0) {
        isMissing = true;
        continue;
      }
      const physical = records.physical(base);
      for (const [i, word] of words.entries()) {
        const index = start + i - page * RECORD.PER_PAGE;
        if (ram.word(physical + index * 4) !== word) return 'no';
        const record = base + index * RECORD.SIZE;
        if (handlers.original(record) === FIXED_HANDLER.UNDECODED) isMissing = true;
        if (record !== entry && handlers.hasBreakpoint(record)) return 'no';
      }
    }
    if (isMissing) return 'not yet';
    return new Map(otherPages(known).map((page) => [page, shiftTo(page, bases.get(page)!, first)]));
  }

  /** Marks again what is worth another look. */
  tick(): void {
    this.now++;
    for (const record of this.waiting) {
      const mark = this.marks.get(record);
      if (mark && mark.due > this.now) continue;
      this.waiting.delete(record);
      if (mark) this.mark(record, mark);
    }
  }

  /** Something else is to stand there. */
  forget(record: number): void {
    this.waiting.delete(record);
    if (!this.marks.delete(record)) return;
    const { records } = this.parts;
    this.byPage.get(records.baseOf(record))!.delete(record);
    records.handlers.clearCompiled(record);
  }
  /** Records of a page, from `first` to before `end`, are none any more. */
  forgetAll(base: number, first: number, end: number): void {
    for (const record of this.byPage.get(base) ?? []) if (record >= first && record < end) this.forget(record);
  }

  /** All that is known. */
  *all(): Generator<RegionWords> {
    for (const list of this.byBeginning.values()) for (const { region } of list) yield region;
  }

  /** The same region in a pack. */
  packed(region: RegionWords, key: string): PackedRegion | undefined {
    const candidates = this.byBeginning.get(keyAt(firstWord(region), region.blocks[0]!.start));
    return candidates?.find((packed) => {
      packed.key ??= translationKey(packed.region);
      return packed.key === key;
    });
  }
}
