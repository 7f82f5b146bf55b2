import { RECORD } from '../layout';
import type { RecordHandlers } from '../record-handlers';

/** A compiled block: a slot of the table, and the records where it runs. */
export interface Translation {
  readonly key: string;
  readonly slot: number;
  readonly instructions: number;
  /** Entries it stands at: as many as there are pages that hold the same code at the same place. */
  readonly entries: Set<number>;
}

/**
 * What makes code the same: the instruction words, the place in the page (it decides which branches stay inside), and the state that was taken
 * for granted when it was compiled. That is nothing now: handlers test what may change. Whoever compiles for a state must name it here.
 */
export function translationKey(words: Iterable<number>, pageOffset: number, state = ''): string {
  let key = `${state}@${pageOffset.toString(16)}`;
  for (const word of words) key += `,${word.toString(36)}`;
  return key;
}

/**
 * All compiled blocks, by key. A block outlives the records it stood at (decoded pages are dropped often, and the code is soon there again),
 * until the whole collection is {@link clear}ed.
 */
export class Translations {
  private readonly byKey = new Map<string, Translation>();
  private readonly byEntry = new Map<number, Translation>();

  constructor(
    private readonly handlers: RecordHandlers,
    /** A translation was dropped that stood at this entry. */
    private readonly onDetach: (entry: number) => void,
  ) {}

  get size(): number {
    return this.byKey.size;
  }
  find(key: string): Translation | undefined {
    return this.byKey.get(key);
  }
  /** The translation that stands at a record. */
  at(entry: number): Translation | undefined {
    return this.byEntry.get(entry);
  }

  /** Keeps what was put into `slot`. */
  add(key: string, slot: number, instructions: number): void {
    this.byKey.set(key, { key, slot, instructions, entries: new Set() });
  }

  attach(translation: Translation, entry: number): void {
    translation.entries.add(entry);
    this.byEntry.set(entry, translation);
    this.handlers.setCompiled(entry, translation.slot);
  }
  detach(entry: number): void {
    this.byEntry.get(entry)?.entries.delete(entry);
    this.byEntry.delete(entry);
    this.handlers.clearCompiled(entry);
    this.onDetach(entry);
  }

  /** Forgets all of them: none stands anywhere any more. */
  clear(): void {
    for (const entry of [...this.byEntry.keys()]) this.detach(entry);
    this.byKey.clear();
  }
}

/** Address behind the last record of a translation that stands at `entry`. */
export const endOf = (translation: Translation, entry: number): number => entry + translation.instructions * RECORD.SIZE;
