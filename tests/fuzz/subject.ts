/** Something that takes what a guest or a file gives it, fed with what nobody sane would give. */
export interface Subject {
  readonly name: string;
  /** What is counted, in the plural. */
  readonly cases: string;
  /** How many of them a batch has: it is made from its seed alone. */
  readonly batch: number;
  /** Ways that a sample must have gone often, or it tests little. */
  readonly musts?: readonly string[];
  /** Makes what batches share. */
  start(): Promise<Batch>;
}

/** Runs one batch and says how many of its cases went which way. Throws, with what happened, if the host did what it must not. */
export type Batch = (seed: number) => Counts | Promise<Counts>;

export type Counts = Record<string, number>;

export function addCounts(into: Counts, counts: Counts): void {
  for (const [way, count] of Object.entries(counts)) into[way] = (into[way] ?? 0) + count;
}

/** What a campaign hears of. */
export interface Watcher {
  /** Before every batch. True: it is enough. */
  before?(seed: number): boolean;
  /** After every batch. */
  after?(counts: Counts): void;
  /** Left out: the first failure is thrown. Else the subject begins anew, behind the batch that failed. */
  failed?(words: string): void;
}

/** Runs at least `cases` cases from seed `from` on. */
export async function runSubject(subject: Subject, from: number, cases: number, watcher: Watcher = {}): Promise<Counts> {
  let batch = await subject.start();
  const counts: Counts = {};
  for (let seed = from; seed < from + Math.ceil(cases / subject.batch); seed++) {
    if (watcher.before?.(seed)) break;
    try {
      const these = await batch(seed);
      addCounts(counts, these);
      watcher.after?.(these);
    } catch (error) {
      const words = `${subject.name}, seed ${seed}: ${error instanceof Error ? error.stack : String(error)}`;
      if (!watcher.failed) throw new Error(words);
      watcher.failed(words);
      batch = await subject.start();
    }
  }
  return counts;
}
