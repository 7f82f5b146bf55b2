import { OUTCOME, type Result } from './case';
import { describeDifferences, same } from './differences';
import type { SequenceResult } from './sequence';

/** Compares results of programs: what ended them, and all that is compared of single instructions. */

export const asDone = (result: SequenceResult): Result => ({ ...result, outcome: OUTCOME.DONE });

export const sameResult = (a: SequenceResult, b: SequenceResult): boolean => a.ending === b.ending && same(asDone(a), asDone(b));

/** One line for what ended it, if that differs, and for each part of the state that does. */
export const describeSequenceDifferences = (expected: SequenceResult, actual: SequenceResult): string[] => [
  ...(expected.ending === actual.ending ? [] : [`ended with ${actual.ending}, expected ${expected.ending}`]),
  ...describeDifferences(asDone(expected), asDone(actual)),
];
