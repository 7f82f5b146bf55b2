import { describe, expect, it } from 'vitest';
import { ConsoleFeed, type ConsoleItem } from './console-feed';

describe('ConsoleFeed', () => {
  it('keeps what comes before a terminal is there, in order', () => {
    const feed = new ConsoleFeed();
    const seen: string[] = [];
    const note = (sentence: string): ConsoleItem => ({ kind: 'notice', sentence, tone: 'info' });
    feed.push(note('one'));
    feed.push(note('two'));
    const detach = feed.attach((item) => void seen.push(item.kind === 'notice' ? item.sentence : item.kind));
    feed.push(note('three'));
    detach();
    feed.push(note('four'));
    expect(seen).toEqual(['one', 'two', 'three']);
  });

  it('tells when all of it is on the screen', async () => {
    const feed = new ConsoleFeed();
    const parsed: (() => void)[] = [];
    feed.attach(() => new Promise<void>((resolve) => parsed.push(resolve)));
    feed.push({ kind: 'fresh' });
    let shown = false;
    const all = feed.shown().then(() => {
      shown = true;
    });
    await new Promise((resolve) => setTimeout(resolve));
    expect(shown).toBe(false);
    parsed[0]!();
    await all;
    expect(shown).toBe(true);
  });

  it('keeps nobody waiting who has no terminal, and not more than a terminal would show', async () => {
    const feed = new ConsoleFeed();
    feed.push({ kind: 'fresh' });
    const pieces = Array.from({ length: 40 }, (_, index) => new Uint8Array(1 << 15).fill(index));
    for (const data of pieces) feed.push({ kind: 'bytes', data });
    await feed.shown();
    const seen: ConsoleItem[] = [];
    feed.attach((item) => void seen.push(item));
    const sentence = 'The first 262,144 bytes are left out: no console was open to show them.';
    expect(seen).toEqual([
      { kind: 'notice', sentence, tone: 'info' },
      { kind: 'fresh' },
      ...pieces.slice(8).map((data) => ({ kind: 'bytes', data })),
    ]);
  });
});
