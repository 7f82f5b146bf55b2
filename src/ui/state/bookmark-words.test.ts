import { expect, it } from 'vitest';
import { lostWords } from './bookmark-words';

it('says which moments cannot be gone to, why, and what leads there', () => {
  const saved = [
    { name: 'early', time: 1e9, isSaved: true },
    { name: 'later', time: 2e9, isSaved: true },
  ];
  expect(lostWords(saved, 2e9)).toBe(
    '“early” is of before the machine was saved, and a saved machine has no past: restore a save made before that to come there.',
  );
  expect(lostWords(saved, 3e9)).toMatch(/^2 of these moments are of before the machine was saved/);
  const marked = { name: 'Moment 3', time: 3e9 };
  expect(lostWords([...saved, marked], 4e9)).toMatch(/saved, .*“Moment 3” cannot be gone to any more: the run is kept from 4/);
});

it('says nothing where all can be gone to, or nobody knows yet', () => {
  expect(lostWords([{ name: 'early', time: 1e9, isSaved: true }], 1e9)).toBeUndefined();
  expect(lostWords([{ name: 'early', time: 1e9, isSaved: true }], undefined)).toBeUndefined();
  expect(lostWords([], 1e9)).toBeUndefined();
});
