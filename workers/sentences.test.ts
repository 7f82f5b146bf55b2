import { describe, expect, it } from 'vitest';
import { inSentences } from './sentences';

describe('what a worker throws', () => {
  const worker = inSentences({
    value: 3,
    async fine() {
      return this.value;
    },
    refuses(): Promise<void> {
      throw Object.assign(new Error('The disk “a” is in use.'), { name: 'InUse' });
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
    await expect(worker.refuses()).rejects.toMatchObject({ message: 'The disk “a” is in use.', name: 'InUse' });
    await expect(worker.breaks()).rejects.toMatchObject({
      message: expect.stringMatching(/^Dormouse itself failed: /),
      name: 'Error',
    });
    await expect(worker.odd()).rejects.toThrow('a string');
  });
});
