/** Where in its line something is wrong, and what may have been meant. Columns count from 0, in UTF-16 code units. */
export interface ProblemPlace {
  column: number;
  length: number;
  /** What would stand there if it was a slip of the pen. */
  instead?: string;
}

/** One thing wrong in a source, in one sentence. Lines count from 1. */
export interface AssemblyProblem {
  line: number;
  /** With the statement it is about: `"ret x1 x2": "x2" is left over.` */
  sentence: string;
  /** The same without the statement, for where that is in sight: `"x2" is left over`. */
  clause: string;
  /** Left out where the statement is not in the source as it stands: it came out of a macro or a header. */
  place?: ProblemPlace;
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

/** Which part of a statement's text is wrong. */
export interface ProblemSpan {
  at: number;
  length: number;
  instead?: string | undefined;
}

/** What is wrong with one statement; the assembler adds the line and the text. */
export class StatementError extends Error {
  constructor(
    clause: string,
    /** Left out: all of it. */
    readonly span?: ProblemSpan,
  ) {
    super(clause);
  }
}

export const reject = (clause: string, span?: ProblemSpan): never => {
  throw new StatementError(clause, span);
};

/** A clause as a sentence: one that asks has its mark already. */
export const closed = (clause: string): string => (/[.?!]$/.test(clause) ? clause : `${clause}.`);
