import { decodeCbor, encodeCbor } from '../storage/cbor';
import type { DeviceState } from '../storage/state-value';
import type { Machine } from './machine';

/** mulberry32: a small seeded generator, so that a failure can be repeated. */
export function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b_79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return (value ^ (value >>> 14)) >>> 0;
  };
}

/** Values that devices may not be ready for. */
export const EXTREMES = [0, 1, 2, 3, 7, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff, 0x4000_0000, 0x40ff_fff0];

/** A window of registers: where it is, and how many bytes of it have some. */
export type WildWindow = readonly [base: number, size: number];

/** One access of a device, of any size and kind. Registers are sparse: most go to the first of a window. */
export function accessAtRandom({ bus }: Machine, [base, size]: WildWindow, random: () => number): void {
  const pick = <T>(list: readonly T[]): T => list[random() % list.length]!;
  const width = pick([1, 2, 4, 4, 4, 4] as const);
  const offset = (random() % (random() % 3 ? Math.min(size, 0x100) : size)) & ~(width - 1);
  const value = random() % 2 ? random() : pick(EXTREMES);
  if (random() % 4 === 0) bus.read(base + offset, width);
  else bus.write(base + offset, width, width === 4 ? value : value & ((1 << (8 * width)) - 1));
}

/** What a file brings back of a state. */
export const throughFile = (state: DeviceState): DeviceState => decodeCbor(encodeCbor(state)) as DeviceState;
