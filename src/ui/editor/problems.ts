/** What the assembler complained about, line by line. */

export interface Problem {
  /** Of the source, from 1. */
  line: number;
  /** The whole sentence, with its line. */
  sentence: string;
}

/**
 * Reads `Line 3: …` sentences; anything else is no complaint of the assembler. A failure is told on one line (`src/vm/sentence.ts`), so each sentence
 * ends where the next line is named.
 */
export function assemblerProblems(failure: string | undefined): Problem[] {
  if (!failure?.startsWith('Line ')) return [];
  return failure.split(/(?<=[.!?]) (?=Line \d+: )/).flatMap((sentence) => {
    const line = Number(/^Line (\d+): /.exec(sentence)?.[1]);
    return line >= 1 ? [{ line, sentence }] : [];
  });
}
