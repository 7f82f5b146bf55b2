import { RECORD } from '../layout';
import type { Records } from '../records';
import { type Region, shiftOf } from './region';

/** A compiled region: a slot of the table, and the records where it runs. */
export interface Translation {
  readonly key: string;
  readonly slot: number;
  /** Its instructions. */
  readonly runs: Runs;
  /** Entries it stands at: as many as there are pages that hold the same code at the same place. */
  readonly entries: Set<number>;
}

/** Runs of records: bytes from the entry's record to the first, and to behind the last. */
export type Runs = readonly (readonly [first: number, behind: number])[];

export function runsOf(region: Region): Runs {
  const entry = region.blocks[0]!.start;
  return region.blocks.map(({ start, instructions }): [number, number] => {
    const first = (start - entry) * RECORD.SIZE + shiftOf(region, start);
    return [first, first + instructions.length * RECORD.SIZE];
  });
}

/**
 * What makes code the same: the instruction words, their places, where the records of other pages lie, and whether it looks at the window. Whoever
 * compiles for some other state must name that here.
 */
export function translationKey({ blocks, shifts, hasWindow }: Region): string {
  let key = hasWindow ? 'w' : '';
  for (const [page, shift] of shifts) if (page !== 0) key += `+${page}:${shift}`;
  for (const { start, instructions } of blocks) {
    key += `@${start.toString(16)}`;
    for (const { word } of instructions) key += `,${word.toString(36)}`;
  }
  return key;
}

/**
 * All compiled regions, by key. A region outlives the records it stood at (decoded pages are dropped often, and the code is soon there again),
 * until the whole collection is {@link clear}ed.
 */
export class Translations {
  private readonly byKey = new Map<string, Translation>();
  private readonly byEntry = new Map<number, Translation>();
  /** Entries by the pages, given by their first record, that their code runs through. */
  private readonly byPage = new Map<number, Set<number>>();

  constructor(private readonly records: Pick<Records, 'handlers' | 'baseOf'>) {}

  get size(): number {
    return this.byKey.size;
  }
  find(key: string): Translation | undefined {
    return this.byKey.get(key);
  }
  /** Entries of the translations that run through the page with this first record. */
  through(base: number): readonly number[] {
    return [...(this.byPage.get(base) ?? [])];
  }
  /** The translation that stands at a record. */
  at(entry: number): Translation | undefined {
    return this.byEntry.get(entry);
  }

  /** Keeps what was put into `slot`. */
  add(key: string, slot: number, region: Region): void {
    this.byKey.set(key, { key, slot, runs: runsOf(region), entries: new Set() });
  }

  attach(translation: Translation, entry: number): void {
    translation.entries.add(entry);
    this.byEntry.set(entry, translation);
    for (const base of this.pagesOf(translation, entry)) {
      const entries = this.byPage.get(base);
      if (entries) entries.add(entry);
      else this.byPage.set(base, new Set([entry]));
    }
    this.records.handlers.setCompiled(entry, translation.slot);
  }
  detach(entry: number): void {
    const translation = this.byEntry.get(entry);
    if (!translation) return;
    translation.entries.delete(entry);
    this.byEntry.delete(entry);
    for (const base of this.pagesOf(translation, entry)) this.byPage.get(base)?.delete(entry);
    this.records.handlers.clearCompiled(entry);
  }

  private pagesOf({ runs }: Translation, entry: number): Set<number> {
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
