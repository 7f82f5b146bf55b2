/** One thing wrong in a source, in one sentence. Lines count from 1. */
export interface AssemblyProblem {
  line: number;
  sentence: string;
}

/** At most this many problems are reported at once. */
export const MOST_PROBLEMS = 20;

/** Thrown by `assemble`: everything that was found wrong. */
export class AssemblyError extends Error {
  constructor(readonly problems: readonly AssemblyProblem[]) {
    super(problems.map(({ line, sentence }) => `Line ${line}: ${sentence}`).join('\n'));
    this.name = 'AssemblyError';
  }
}

/** What is wrong with one statement; the assembler adds the line and the text. */
export class StatementError extends Error {}

export const reject = (clause: string): never => {
  throw new StatementError(clause);
};
