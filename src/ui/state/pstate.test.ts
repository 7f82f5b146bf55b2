import { describe, expect, it } from 'vitest';
import { decodePstate } from './pstate';

const setOf = (bits: { name: string; set: boolean }[]) =>
  bits
    .filter((bit) => bit.set)
    .map((bit) => bit.name)
    .join('');

describe('decodePstate', () => {
  it('reads EL1h with everything masked, as at reset', () => {
    const state = decodePstate(0x3c5);
    expect(setOf(state.flags)).toBe('');
    expect(setOf(state.masks)).toBe('DAIF');
    expect(state.mode).toBe('EL1h');
  });

  it('reads flags in bit 31, too', () => {
    const state = decodePstate(0xa000_0000);
    expect(setOf(state.flags)).toBe('NC');
    expect(setOf(state.masks)).toBe('');
    expect(state.mode).toBe('EL0t');
  });
});
