import { describe, expect, it } from 'vitest';
import { inSentences } from './sentences';

describe('what a worker throws', () => {
  const worker = inSentences({
    value: 3,
    async fine() {
      return this.value;
    },
    refuses(): Promise<void> {
      throw new Error('The disk “a” is in use.');
    },
    async breaks(): Promise<void> {
      (undefined as unknown as { foo(): void }).foo();
    },
    async odd(): Promise<void> {
      throw 'a string';
    },
  });

  it('reaches the page as an Error with one sentence', async () => {
    expect(await worker.fine()).toBe(3);
    await expect(worker.refuses()).rejects.toThrow('The disk “a” is in use.');
    await expect(worker.breaks()).rejects.toThrow(/^Dormouse itself failed: /);
    await expect(worker.odd()).rejects.toThrow('a string');
  });
});
