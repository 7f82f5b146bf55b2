/** What one case of the differential test is, and where in the guest's address space it happens. */

export interface State {
  /** x0..x30. */
  x: BigUint64Array;
  sp: bigint;
  pc: bigint;
  /** N, Z, C, V in bits 31..28. */
  nzcv: number;
  fpcr: number;
  fpsr: number;
  /** V0..V31, 16 bytes each. */
  v: Uint8Array;
  /** MEMORY_BYTES at MEMORY, or empty if the instruction uses none. The rest of PAGES is zero. */
  memory: Uint8Array;
}

/** Two instructions, executed one after the other: `prelude` at pc (NOP, or what the word needs to go before it), the word at pc + 4. */
export interface Case extends State {
  word: number;
  prelude: number;
}

/** How a case ended. */
export const OUTCOME = {
  /** Both instructions retired. */
  DONE: 'done',
  /** The word is UNDEFINED, or trapped as a system register access is. */
  UNDEFINED: 'undefined',
  BREAKPOINT: 'breakpoint',
  /** A load or store faulted. */
  FAULT: 'fault',
  /** The prelude did not retire: says nothing about the word. */
  NOT_REACHED: 'not reached',
} as const;
export type Outcome = (typeof OUTCOME)[keyof typeof OUTCOME];

/** The state after a case. It means nothing unless the outcome is DONE. */
export interface Result extends State {
  outcome: Outcome;
}

/** Cases lie here, SLOT_BYTES apart: prelude, word and two breakpoints each. Literals reach PAGES from all of it. */
export const CODE = 0x40180000;
export const CODE_BYTES = 0x70000;
export const SLOT_BYTES = 16;
export const SLOTS = CODE_BYTES / SLOT_BYTES;
/** Three pages of memory for loads and stores; the part that is random, and compared, lies across a page boundary. */
export const PAGES = 0x401ff000;
export const PAGES_BYTES = 0x3000;
export const MEMORY = 0x401ffe00;
export const MEMORY_BYTES = 1024;

export const NOP = 0xd503201f;
/** Byte offset of the word from the case's pc. */
export const WORD_OFFSET = 4;

export const slotAddress = (slot: number): bigint => BigInt(CODE + slot * SLOT_BYTES);
/** True if a branch to this address would run instructions of some case. */
export function hitsCase(address: bigint): boolean {
  const offset = address - BigInt(CODE);
  return offset >= 0n && offset < BigInt(CODE_BYTES) && offset % BigInt(SLOT_BYTES) < 8n;
}
