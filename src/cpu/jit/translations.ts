import type { Instruction } from '../decoder';
import { RECORD } from '../layout';
import type { RecordHandlers } from '../record-handlers';
import type { Region } from './region';

/** A compiled region: a slot of the table, and the records where it runs. */
export interface Translation {
  readonly key: string;
  readonly slot: number;
  /** Its instructions, as runs of records: bytes from the entry's record to the first, and to behind the last. */
  readonly runs: readonly (readonly [first: number, behind: number])[];
  /** Entries it stands at: as many as there are pages that hold the same code at the same place. */
  readonly entries: Set<number>;
}

/** An instruction as it was read, with its word. */
export interface ReadInstruction extends Instruction {
  readonly word: number;
}

/**
 * What makes code the same: the instruction words, their places in the page (they decide which branches stay inside), and the state that was taken
 * for granted when it was compiled. That is nothing now: handlers test what may change. Whoever compiles for a state must name it here.
 */
export function translationKey({ blocks }: Region<ReadInstruction>, state = ''): string {
  let key = state;
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
  add(key: string, slot: number, { blocks }: Region): void {
    const entry = blocks[0]!.start;
    const runs = blocks.map(({ start, instructions }): [number, number] => {
      const first = (start - entry) * RECORD.SIZE;
      return [first, first + instructions.length * RECORD.SIZE];
    });
    this.byKey.set(key, { key, slot, runs, entries: new Set() });
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

/** Whether the translation at `entry` runs any of the records from `first` to before `end`. */
export const runsThrough = ({ runs }: Translation, entry: number, first: number, end: number): boolean =>
  runs.some(([from, behind]) => entry + from < end && first < entry + behind);
