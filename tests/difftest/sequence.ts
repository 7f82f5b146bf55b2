import { NOP, type State } from './case';
import type { Places } from './oracle-qemu-user';

/** What a random program of user mode is, and where it lies. It ends with the first exception. */

/** The register with the address of the middle of the memory; nothing writes it. */
export const MIDDLE = 28;
/** Three pages; loads and stores reach 1 KiB on both sides of a page boundary, and frames of calls lie above that. */
const BOUNDARY = 0x4020_1000;
/** How far loads and stores may be from the address in register {@link MIDDLE}. */
export const REACH = 1024;
/** Where SP points when a function is called, seen from there. */
export const FRAMES = 1536;
export const MEMORY_BYTES = REACH + FRAMES;

export const SEQUENCE_PLACES: Places = {
  code: 0x4040_0000,
  codeBytes: 3 << 20,
  pages: BOUNDARY - 4096,
  pagesBytes: 3 * 4096,
  memory: BOUNDARY - REACH,
};
export const SEQUENCE_RAM_BYTES = 8 << 20;
export const MIDDLE_ADDRESS = BigInt(BOUNDARY);

/** Bytes for each program: some of them lie across pages. */
export const SLOT_BYTES = 3072;
export const MOST_SEQUENCES = SEQUENCE_PLACES.codeBytes / SLOT_BYTES;
/** Words of a program with its literals. */
export const MOST_WORDS = 288;

export interface Sequence {
  /** What the generator began with. */
  readonly seed: number;
  /** At {@link State.pc}; instructions first, literals last, {@link MOST_WORDS} with the NOPs behind them. */
  readonly words: readonly number[];
  /** How many of them are instructions. */
  readonly instructions: number;
  /** Words where branches arrive. */
  readonly labels: readonly number[];
  readonly state: State;
}

/** What ended a program: the instruction at pc. */
export type Ending = 'breakpoint' | 'undefined' | 'fault' | 'endless';

export interface SequenceResult extends State {
  readonly ending: Ending;
}

/** Instructions after which a program that has not ended is taken for one that never will. */
export const MOST_STEPS = 2_000_000;

export const padded = (words: readonly number[]): number[] => [
  ...words,
  ...Array.from({ length: MOST_WORDS - words.length }, () => NOP),
];
