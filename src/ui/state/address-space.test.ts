import { expect, it } from 'vitest';
import { joinRanges, type MappedRange } from './address-space.svelte';

const range = (from: bigint, last: bigint, physical: bigint | undefined, el0 = 'r--'): MappedRange => ({
  from,
  last,
  physical,
  el1: 'rw-',
  el0,
  memory: 'Normal',
  global: true,
  leaves: 1,
  smallest: 12,
  largest: 12,
});

it('pieces of one range that were read apart are one range', () => {
  const first = [range(0x1000n, 0x1fffn, 0x8000n)];
  expect(joinRanges(first, [range(0x2000n, 0x2fffn, 0x9000n)])).toEqual([{ ...range(0x1000n, 0x2fffn, 0x8000n), leaves: 2 }]);
  expect(joinRanges(first, [{ ...range(0x2000n, 0x2fffn, 0x8000n), smallest: 9, largest: 21 }])).toEqual([
    { ...range(0x1000n, 0x2fffn, undefined), leaves: 2, smallest: 9, largest: 21 },
  ]);
  expect(joinRanges(first, [range(0x3000n, 0x3fffn, 0x9000n)])).toHaveLength(2);
  expect(joinRanges(first, [range(0x2000n, 0x2fffn, 0x9000n, '---')])).toHaveLength(2);
  expect(first).toHaveLength(1);
});
