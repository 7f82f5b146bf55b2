import { describe, expect, it } from 'vitest';
import { Entropy } from './entropy';

const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
function take(entropy: Entropy, count: number): string {
  const bytes = new Uint8Array(count);
  entropy.fill(bytes);
  return hex(bytes);
}

describe('the source of entropy', () => {
  it('is the ChaCha20 key stream: of the zero key at first (RFC 8439, A.1, vector 1)', () => {
    expect(take(new Entropy(), 32)).toBe('76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7');
  });

  it('is one stream, however it is cut', () => {
    const [whole, pieces] = [new Entropy(), new Entropy()];
    expect([5, 0, 59, 64, 200, 1].map((count) => take(pieces, count)).join('')).toBe(take(whole, 329));
  });

  it('goes on after save and restore where it was', () => {
    const source = new Entropy();
    source.reseed(new Uint8Array(32).fill(7));
    take(source, 100);
    const restored = new Entropy();
    restored.check(source.save())();
    expect(take(restored, 200)).toBe(take(source, 200));
  });

  it('has a next key where the blocks of one end', () => {
    const entropy = new Entropy();
    const last = { ...entropy.save(), block: 0xffff_fffe, given: 0 };
    entropy.check(last)();
    const stream = take(entropy, 64);
    expect(take(entropy, 64)).not.toBe(stream);
    expect(entropy.save()).toMatchObject({ block: 0, given: 64 });
    expect(() => entropy.check({ ...last, block: 0xffff_ffff })).toThrow('has 4294967295 as "block"');
  });

  it('depends on every seed, and on what was there before it', () => {
    const streams = [[1], [2], [1, 2], [2, 1]].map((seeds) => {
      const entropy = new Entropy();
      for (const seed of seeds) entropy.reseed(new Uint8Array(32).fill(seed));
      return take(entropy, 32);
    });
    expect(new Set(streams).size).toBe(4);
  });

  it('takes 32 bytes as a seed, and a state only as it is saved', () => {
    expect(() => new Entropy().reseed(new Uint8Array(5))).toThrow('A seed of entropy has 32 bytes, not 5.');
    expect(() => new Entropy().check({ ...new Entropy().save(), given: 65 })).toThrow(/has 65 as "given"/);
  });
});
