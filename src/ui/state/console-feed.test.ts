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

  it('tells when all of it is on the screen, also what waited for a terminal', async () => {
    const feed = new ConsoleFeed();
    feed.push({ kind: 'fresh' });
    let shown = false;
    const all = feed.shown().then(() => {
      shown = true;
    });
    await Promise.resolve();
    expect(shown).toBe(false);
    const parsed: (() => void)[] = [];
    feed.attach(() => new Promise<void>((resolve) => parsed.push(resolve)));
    await new Promise((resolve) => setTimeout(resolve));
    expect(shown).toBe(false);
    parsed[0]!();
    await all;
    expect(shown).toBe(true);
  });
});
