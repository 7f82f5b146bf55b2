import { RECORD } from '../layout';
import type { Records } from '../records';
import type { MemoryViews } from '../vcpu';
import { otherPages, pageOf, type RegionWords, type Shifts } from './region';

/** A compiled region: a slot of the table, and the records where it runs. */
export interface Translation {
  readonly key: string;
  readonly region: RegionWords;
  readonly slot: number;
  /** Address of its cells: see {@link Translations.attach}. */
  readonly cells: number;
  /** Entries it stands at: as many as there are pages that hold the same code at the same place. */
  readonly entries: Set<number>;
}

/** Runs of records: bytes from the entry's record to the first, and to behind the last. */
export type Runs = readonly (readonly [first: number, behind: number])[];

/** The instructions of a region, found with these shifts. */
export function runsOf({ blocks }: RegionWords, shifts: Shifts): Runs {
  const entry = blocks[0]!.start;
  return blocks.map(({ start, words }): [number, number] => {
    const first = (start - entry) * RECORD.SIZE + (shifts.get(pageOf(start)) ?? 0);
    return [first, first + words.length * RECORD.SIZE];
  });
}

/**
 * What makes code the same: the instruction words, their places, where BR and BLR lead, and whether it looks at the window. Whoever compiles for some other state must name
 * that here.
 */
export function translationKey({ blocks, hasWindow, targets = [], calls = [] }: RegionWords): string {
  let key = hasWindow ? 'w' : '';
  for (const place of targets) key += `>${place.toString(16)}`;
  for (const [place, target] of calls) key += `*${place.toString(16)}>${target.toString(16)}`;
  for (const { start, words } of blocks) {
    key += `@${start.toString(16)}`;
    for (const word of words) key += `,${word.toString(36)}`;
  }
  return key;
}

/** What stands at an entry. */
interface Attached {
  readonly translation: Translation;
  readonly runs: Runs;
}

/**
 * All compiled regions, by key. A region outlives the records it stood at (decoded pages are dropped often, and the code is soon there again),
 * until the whole collection is {@link clear}ed.
 */
export class Translations {
  private readonly byKey = new Map<string, Translation[]>();
  private readonly byEntry = new Map<number, Attached>();
  /** Entries by the pages, given by their first record, that their code runs through. */
  private readonly byPage = new Map<number, Set<number>>();

  constructor(
    private readonly records: Pick<Records, 'handlers' | 'baseOf'>,
    private readonly views: Pick<MemoryViews, 'i32'>,
  ) {}

  get size(): number {
    return this.byKey.size;
  }
  /** One that may run where its other pages are shifted so. */
  find(key: string, shifts: Shifts): Translation | undefined {
    return this.byKey.get(key)?.find((each) => each.entries.size === 0 || this.isShifted(each, shifts));
  }
  private isShifted({ region, cells }: Translation, shifts: Shifts): boolean {
    return otherPages(region).every((page, i) => this.views.i32[(cells >>> 2) + i] === shifts.get(page));
  }
  /** Entries of the translations that run through the page with this first record. */
  through(base: number): readonly number[] {
    return [...(this.byPage.get(base) ?? [])];
  }
  /** What stands at a record. */
  at(entry: number): Attached | undefined {
    return this.byEntry.get(entry);
  }
  /** All regions, or those that stand anywhere. */
  *regions(which: 'all' | 'standing'): Generator<RegionWords> {
    for (const list of this.byKey.values())
      for (const { region, entries } of list) if (which === 'all' || entries.size > 0) yield region;
  }

  /** Keeps what was put into `slot`. */
  add(key: string, region: RegionWords, slot: number, cells: number): Translation {
    const translation = { key, region, slot, cells, entries: new Set<number>() };
    const known = this.byKey.get(key);
    if (known) known.push(translation);
    else this.byKey.set(key, [translation]);
    return translation;
  }

  /** Lets a translation that was {@link find|found} run at an entry. What shifts it has there is written to its cells, in the order of its other pages. */
  attach(translation: Translation, entry: number, shifts: Shifts): void {
    const runs = runsOf(translation.region, shifts);
    otherPages(translation.region).forEach((page, i) => {
      this.views.i32[(translation.cells >>> 2) + i] = shifts.get(page)!;
    });
    translation.entries.add(entry);
    this.byEntry.set(entry, { translation, runs });
    for (const base of this.pagesOf(runs, entry)) {
      const entries = this.byPage.get(base);
      if (entries) entries.add(entry);
      else this.byPage.set(base, new Set([entry]));
    }
    this.records.handlers.setCompiled(entry, translation.slot);
  }
  detach(entry: number): void {
    const attached = this.byEntry.get(entry);
    if (!attached) return;
    attached.translation.entries.delete(entry);
    this.byEntry.delete(entry);
    for (const base of this.pagesOf(attached.runs, entry)) this.byPage.get(base)?.delete(entry);
    this.records.handlers.clearCompiled(entry);
  }

  private pagesOf(runs: Runs, entry: number): Set<number> {
    return new Set(runs.map(([first]) => this.records.baseOf(entry + first)));
  }

  /** Forgets all of them: none stands anywhere any more. */
  clear(): void {
    for (const entry of [...this.byEntry.keys()]) this.detach(entry);
    this.byKey.clear();
  }
}

/** Whether code at `entry` runs any of the records from `first` to before `end`. */
export const runsThrough = (runs: Runs, entry: number, first: number, end: number): boolean =>
  runs.some(([from, behind]) => entry + from < end && first < entry + behind);
