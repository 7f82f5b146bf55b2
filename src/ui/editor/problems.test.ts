import { describe, expect, it } from 'vitest';
import { assemble } from '../../isa/text/assemble';
import { sentenceOf } from '../../vm/sentence';
import { assemblerProblems } from './problems';

function failureOf(source: string): string {
  try {
    assemble(source);
  } catch (error) {
    return sentenceOf(error);
  }
  throw new Error('It assembled.');
}

describe('the assembler’s problems', () => {
  it('are found in the sentence of a real failure', () => {
    const problems = assemblerProblems(failureOf('nop\nmoov x0, #1\nnop\n.nonsense 4\n'));
    expect(problems.map(({ line }) => line)).toEqual([2, 4]);
    expect(problems[0]?.sentence).toMatch(/^Line 2: /);
  });

  it('are none where something else went wrong', () => {
    expect(assemblerProblems(undefined)).toEqual([]);
    expect(assemblerProblems('The kernel could not be fetched.')).toEqual([]);
    expect(assemblerProblems('Line up: no.')).toEqual([]);
  });
});
