import { expect, it } from 'vitest';
import { GuestNames } from './guest-names.svelte';

it('while a guest is asked for its names that is known, and then that they are others, also where it told none', async () => {
  const answers = [async () => 2, () => Promise.reject(new Error('The guest was switched off.'))];
  const said: string[] = [];
  const names = new GuestNames({
    worker: () => ({ learnSymbols: answers.shift()! }) as never,
    attempt: (action) => action().catch((error: Error) => said.push(error.message)),
    announce: (sentence) => said.push(sentence),
  });
  for (const revision of [1, 2]) {
    const learnt = names.learn();
    expect(names.asking).toBe(true);
    await learnt;
    expect([names.asking, names.revision]).toEqual([false, revision]);
  }
  expect(said).toEqual(['The guest told the names of 2 functions.', 'The guest was switched off.']);
});
