import { describe, expect, it } from 'vitest';
import { SharedWork } from './shared-work';
import type { Steps } from './stepwise';

const STEPS = 10;

/** Work of ten steps, and how often it was begun and how many of its steps were done. */
function countedWork(result: () => Promise<string> = async () => 'made') {
  const counted = { begun: 0, steps: 0 };
  const work = new SharedWork(function* (): Steps<Promise<string>> {
    counted.begun++;
    for (let i = 0; i < STEPS; i++) {
      counted.steps++;
      yield;
    }
    return result();
  });
  return { work, counted };
}
const always = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const never = (): undefined => undefined;
/** A breath that is the last one. */
function tiredAfter(breaths: number): () => undefined {
  let taken = 0;
  return () => {
    if (++taken > breaths) throw new Error('enough');
  };
}

describe('work that many want', () => {
  it('is done once, for whoever comes at the same time and later', async () => {
    const { work, counted } = countedWork();
    expect(await Promise.all([work.done(always), work.done(always), work.done(never)])).toEqual(['made', 'made', 'made']);
    expect(await work.done(never)).toBe('made');
    expect(counted).toEqual({ begun: 1, steps: STEPS });
  });

  it('goes on where somebody gave it up', async () => {
    const { work, counted } = countedWork();
    await expect(work.done(tiredAfter(3))).rejects.toThrow('enough');
    expect(counted).toEqual({ begun: 1, steps: 4 });
    const [given, wanted] = await Promise.allSettled([work.done(tiredAfter(2)), work.done(always)]);
    expect([given.status, wanted.status]).toEqual(['rejected', 'fulfilled']);
    expect(counted).toEqual({ begun: 1, steps: STEPS });
  });

  it('is begun anew if it failed', async () => {
    let failures = 1;
    const failing = countedWork(async () => {
      if (failures-- > 0) throw new Error('no memory');
      return 'made';
    });
    await expect(failing.work.done(never)).rejects.toThrow('no memory');
    expect(await failing.work.done(never)).toBe('made');
    expect(failing.counted.begun).toBe(2);

    let mistakes = 1;
    // biome-ignore lint/correctness/useYield: it fails at once
    const thrown = new SharedWork(function* (): Steps<Promise<string>> {
      if (mistakes-- > 0) throw new Error('a mistake');
      return Promise.resolve('made');
    });
    await expect(thrown.done(never)).rejects.toThrow('a mistake');
    expect(await thrown.done(never)).toBe('made');
  });
});
