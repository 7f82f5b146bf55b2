import { describe, expect, it } from 'vitest';
import { commandFor } from './shortcuts';

const key = (code: string, text: string, altKey = false, ctrlKey = false) => ({
  code,
  key: text,
  altKey,
  ctrlKey,
  metaKey: false,
});

describe('commandFor', () => {
  it('goes by the physical key with Alt, and leaves the rest alone', () => {
    expect(commandFor(key('KeyP', 'π', true))).toBe('pause');
    expect(commandFor(key('KeyP', 'p'))).toBeUndefined();
    expect(commandFor(key('KeyP', 'p', true, true))).toBeUndefined();
    expect(commandFor(key('Slash', '?'))).toBe('help');
  });
});
