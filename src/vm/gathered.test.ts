import { describe, expect, it } from 'vitest';
import { atOnce } from '../cpu/stepwise';
import { Gathered } from './gathered';

const PARTS = [Uint8Array.of(1, 2), Uint8Array.of(), Uint8Array.of(3, 4, 5), Uint8Array.of(6)];
const gathered = (expected?: number): Gathered => {
  const file = new Gathered(expected);
  for (const part of PARTS) file.add(part);
  return file;
};

describe('a file in parts', () => {
  it.each([undefined, 0, 1, 2, 4, 5, 6, 7, 1000, -1, Number.NaN, 1e15])(
    'is put together if %s bytes are expected',
    (expected) => {
      const file = gathered(expected);
      expect(file.length).toBe(6);
      expect(atOnce(file.whole())).toEqual(Uint8Array.of(1, 2, 3, 4, 5, 6));
    },
  );

  it('is there once if it is as long as expected: nothing is copied at the end', () => {
    const file = gathered(6);
    const { value, done } = file.whole().next();
    expect(done).toBe(true);
    expect((value as Uint8Array).buffer.byteLength).toBe(6);
  });

  it('is put together a MiB at a time otherwise', () => {
    const file = new Gathered();
    file.add(new Uint8Array(5 << 20));
    expect([...file.whole()]).toHaveLength(5);
  });
});
