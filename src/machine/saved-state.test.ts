import { describe, expect, it } from 'vitest';
import { SavedState } from './saved-state';

describe('a saved state', () => {
  const saved = new SavedState('pl011', { level: 3, on: true, fifo: Uint8Array.of(1, 2), words: [1, 2 ** 32], inner: { a: 1 } });

  it('gives fields of the right type', () => {
    expect(saved.number('level')).toBe(3);
    expect(saved.boolean('on')).toBe(true);
    expect(saved.bytes('fifo', 2)).toEqual(Uint8Array.of(1, 2));
    expect(saved.object('inner')).toEqual({ a: 1 });
  });

  it('names the device, the field and what was found otherwise', () => {
    expect(() => saved.number('level', 2)).toThrow(
      'The saved state of pl011 has 3 as "level" where an integer from 0 to 2 should be.',
    );
    expect(() => saved.number('gone')).toThrow('has nothing as "gone"');
    expect(() => saved.bytes('fifo', 3)).toThrow('has 2 bytes as "fifo" where 3 bytes should be');
    expect(() => saved.numbers('words', 2)).toThrow('has 4294967296 as "words[1]"');
    expect(() => saved.object('fifo')).toThrow('where an object should be');
  });
});
