/** A sample of the campaign `npm run fuzz:snapshots`. */
import { beforeAll, describe, expect, it } from 'vitest';
import { complaintAbout } from './complaint';
import { SnapshotFuzzer } from './snapshots';

describe('hostile snapshots', () => {
  let fuzzer: SnapshotFuzzer;
  beforeAll(async () => {
    fuzzer = await SnapshotFuzzer.create();
  });

  it('are restored and run, or refused in one sentence', { timeout: 300_000 }, async () => {
    const tally = await fuzzer.run(1, 2000);
    expect(tally.failures).toEqual([]);
    // Of each kind there were some, or this test tests little.
    expect(tally.restored).toBeGreaterThan(200);
    expect(tally.refused).toBeGreaterThan(200);
    expect(tally.sentences.size).toBeGreaterThan(50);
    expect(Object.keys(tally.byKind)).toHaveLength(10);
    expect(tally.pages).toBeGreaterThan(20);
    // Both boards were asked: what only firmware has is on one of them.
    for (const device of ['cfi-flash', 'fw-cfg', 'PCI', 'virtio-mmio'])
      expect([...tally.sentences.keys()].some((sentence) => sentence.includes(device))).toBe(true);
  });

  it.each<[unknown, RegExp]>([
    [new TypeError('Cannot read properties of undefined.'), /raw TypeError/],
    [new Error('The thing undefined is wrong.'), /inner words/],
    [new Error('bad'), /no sentence/],
    ['text', /no Error/],
  ])('would be found by: %s', (error, complaint) => {
    expect(complaintAbout(error)).toMatch(complaint);
    expect(complaintAbout(new Error('The disk is full.'))).toBeUndefined();
  });
});
