import { describe, expect, it } from 'vitest';
import { fixedEntropy, nodeHost } from './node-host';

describe('the entropy of the virtual clock', () => {
  it('is xoshiro128**', () => {
    const words = new Uint32Array(4);
    fixedEntropy([1, 2, 3, 4])(new Uint8Array(words.buffer));
    expect([...words]).toEqual([11520, 0, 5927040, 70819200]);
  });

  it('is the same stream in every run, however it is cut', () => {
    const whole = new Uint8Array(37);
    nodeHost('virtual').entropy(whole);
    const pieces = nodeHost('virtual');
    const [first, second] = [new Uint8Array(5), new Uint8Array(32)];
    pieces.entropy(first);
    pieces.entropy(second);
    expect([...first, ...second]).toEqual([...whole]);
    expect(new Set(whole).size).toBeGreaterThan(20);
  });

  it('is not used with real time', () => {
    const [real, fixed] = [new Uint8Array(32), new Uint8Array(32)];
    nodeHost('realtime').entropy(real);
    nodeHost('virtual').entropy(fixed);
    expect([...real]).not.toEqual([...fixed]);
  });
});
