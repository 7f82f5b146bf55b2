import { describe, expect, it } from 'vitest';
import { answersOf } from './worker-answers';

describe('answers of the worker', () => {
  it('are counted in whatever order they came, with the longest apart', () => {
    const times = Array.from({ length: 200 }, (_, index) => 200 - index);
    expect(answersOf(times)).toEqual({ count: 200, median: 101, most99: 199, longest: 200 });
  });
});
