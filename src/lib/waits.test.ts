import { describe, expect, it } from 'vitest';
import { limited } from './waits';

const never = <T>(): Promise<T> => new Promise(() => {});

describe('a call with limits', () => {
  it('rejects after its time, also if nothing comes of the call', async () => {
    let given: AbortSignal | undefined;
    const call = (signal: AbortSignal | undefined): Promise<void> => {
      given = signal;
      return never();
    };
    await expect(limited('it did not end', { timeout: 10 }, call)).rejects.toMatchObject({
      name: 'TimeoutError',
      message: 'Within 0.01 s it did not end.',
    });
    expect(given?.aborted).toBe(true);
  });

  it('rejects with the reason of the signal, not with what the call says of being aborted', async () => {
    const controller = new AbortController();
    const call = (signal: AbortSignal | undefined): Promise<void> =>
      new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new Error('cancelled'))));
    const stuck = limited('', { signal: controller.signal }, never);
    const told = limited('', { signal: controller.signal }, call);
    controller.abort(new Error('enough'));
    await expect(stuck).rejects.toThrow('enough');
    await expect(told).rejects.toThrow('enough');
  });

  it('is what the call is, within its limits', async () => {
    const { signal } = new AbortController();
    await expect(limited('', { signal, timeout: 10_000 }, async () => 7)).resolves.toBe(7);
    await expect(limited('', { signal }, () => Promise.reject(new Error('no file')))).rejects.toThrow('no file');
  });
});
