import { expect, it } from 'vitest';
import { type Typewriter, typeLong } from './long-input';

/** A guest that takes so many bytes each time somebody waits. */
class SlowGuest implements Typewriter {
  readonly taken: number[] = [];
  private waiting: number[] = [];
  most = 0;
  end: unknown;

  constructor(private readonly pace: number) {}

  get typed(): number {
    return this.waiting.length;
  }

  input(bytes: Uint8Array): void {
    this.waiting.push(...bytes);
    this.most = Math.max(this.most, this.waiting.length);
  }

  readonly rest = async (): Promise<void> => {
    this.taken.push(...this.waiting.splice(0, this.pace));
  };
}

const bytes = Uint8Array.from({ length: 20_000 }, (_, index) => index % 251);

it('types all of it, in order, and never far ahead of the guest', async () => {
  const guest = new SlowGuest(700);
  const progress: number[] = [];
  await typeLong(guest, bytes, { rest: guest.rest, onProgress: (typed) => void progress.push(typed) });
  while (guest.typed > 0) await guest.rest();
  expect(guest.taken).toEqual([...bytes]);
  expect(guest.most).toBeLessThanOrEqual(4096);
  expect(progress.at(-1)).toBe(bytes.length);
});

it('keeps the rest back when it is given up, or the machine has ended', async () => {
  const guest = new SlowGuest(700);
  const controller = new AbortController();
  const onProgress = (typed: number): void => {
    if (typed > 5000) controller.abort();
  };
  await expect(typeLong(guest, bytes, { rest: guest.rest, signal: controller.signal, onProgress })).rejects.toThrow(
    'was cut off after',
  );
  expect(guest.taken.length + guest.typed).toBeLessThan(10_000);
  guest.end = { how: 'off' };
  await expect(typeLong(guest, bytes, { rest: guest.rest })).rejects.toThrow('ended when 0 of 20000 bytes');
});
