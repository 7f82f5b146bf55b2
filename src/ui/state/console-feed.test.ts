import { describe, expect, it } from 'vitest';
import { ConsoleFeed, type ConsoleItem } from './console-feed';

describe('ConsoleFeed', () => {
  it('keeps what comes before a terminal is there, in order', () => {
    const feed = new ConsoleFeed();
    const seen: string[] = [];
    const note = (sentence: string): ConsoleItem => ({ kind: 'notice', sentence, tone: 'info' });
    feed.push(note('one'));
    feed.push(note('two'));
    const detach = feed.attach((item) => seen.push(item.kind === 'notice' ? item.sentence : item.kind));
    feed.push(note('three'));
    detach();
    feed.push(note('four'));
    expect(seen).toEqual(['one', 'two', 'three']);
  });
});
