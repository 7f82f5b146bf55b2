import { expect, it } from 'vitest';
import type { Trace } from '../machine/trace/machine-trace';
import { TraceFeed } from './trace-feed';

const MS = 1e6;

it('tells what was traced many times a second, and of a machine that waits with its reports', () => {
  let [now, waits, isLong] = [0, false, false];
  const trace = {
    take: () => ({}),
    get isLong() {
      return isLong;
    },
  } as unknown as Trace;
  const feed = new TraceFeed(trace, { monotonic: () => now }, () => waits);
  /** Batches in so many ms, asked for every 5. */
  const batches = (ms: number): number => {
    let count = 0;
    for (const end = now + ms * MS; now < end; now += 5 * MS) if (feed.take()) count++;
    return count;
  };
  expect(batches(6000)).toBe(100);
  waits = true;
  expect(batches(6000)).toBeLessThanOrEqual(3);
  feed.hurry();
  expect(batches(10)).toBe(1);
  // A call of a machine that waits comes with what its vCPUs did.
  expect(batches(100)).toBe(0);
  expect(feed.take(true)).toBeDefined();
  expect(batches(100)).toBe(0);
  // However little it does, what has become long is not kept back.
  isLong = true;
  expect(batches(10)).toBe(2);
  [waits, isLong] = [false, false];
  expect(batches(600)).toBe(10);
  // One that is busy with calls has its pace.
  expect(feed.take(true)).toBeUndefined();
});
