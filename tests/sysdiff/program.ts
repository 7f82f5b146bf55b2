/**
 * What the system-level differential test runs: short programs at EL1 and EL0 over page tables of their own. Each step of a program ends with an
 * exception, which the monitor (monitor.ts) records before it goes on with the next step.
 */

/** Physical addresses. The three regions are in different blocks of 32 MiB, so that any granule can map them apart. */
export const PLACE = {
  ramBytes: 256 << 20,
  monitor: 0x4200_0000,
  /** The program's own instructions, at most 64 KiB. */
  code: 0x4201_0000,
  /** Tables of the program. */
  tables: 0x4400_0000,
  tablesEnd: 0x440f_0000,
  /** A table without entries, of any granule. */
  emptyTable: 0x440f_0000,
  /** One page of 64 KiB: the steps of the program that runs, and behind them its records. */
  current: 0x4410_0000,
  records: 0x4410_8000,
  /** All programs, and their results in as many slots. */
  programs: 0x4420_0000,
  results: 0x4500_0000,
  resultsEnd: 0x4600_0000,
  /** What the programs access: filled with BRK instructions that tell where they are. */
  data: 0x4600_0000,
  dataBytes: 0x2_0000,
  /** Nothing answers there. */
  nothing: 0x6000_0000,
} as const;

/** Added to an address of the monitor's regions for where they are in the upper half of the address space. */
export const HIGH_BASE = 0xffff_ffff_8000_0000n;

export interface Step {
  /** Assembly of its instructions, at label `s<number>`; empty: the step is to fetch from `at`. */
  readonly source: string;
  readonly at?: bigint;
  readonly spsr: bigint;
  /** x0 to x8, all that a step may use. */
  readonly x: readonly bigint[];
}

/** A leaf descriptor and the way to it. */
export interface Mapping {
  readonly high: boolean;
  readonly va: bigint;
  readonly level: number;
  readonly leaf: bigint;
  /** Bits for table descriptors that are made on the way. */
  readonly tableBits: bigint;
  /** The first table that would be made on the way is said to be here, where there is none: the walk ends so. */
  readonly lostTable?: bigint;
}

export interface Program {
  /** What the generator began with. */
  readonly seed: number;
  /** The half of the address space where the monitor is; the other is all the program's. */
  readonly monitorHigh: boolean;
  readonly tcr: bigint;
  readonly mair: bigint;
  readonly sctlr: bigint;
  /** ASIDs in TTBR0_EL1 and TTBR1_EL1. */
  readonly asids: readonly [bigint, bigint];
  /** Where in its page the first table of each half is, as a number that is taken modulo the places there are; and the CnP bits. */
  readonly roots: readonly [number, number];
  readonly cnp: readonly [bigint, bigint];
  readonly mappings: readonly Mapping[];
  readonly steps: readonly Step[];
}

/** Steps of a program, at most: their records have to fit. */
export const MOST_STEPS = 24;
export const RECORD_WORDS = 16;
export const STEP_WORDS = 12;
/** Bytes of a program's results: three words (how many records, sum over the data, sum over the tables), and behind eight the records. */
export const RESULT_BYTES = 4096;

/** What the monitor notes of an exception. */
export interface StepRecord {
  readonly vector: bigint;
  readonly esr: bigint;
  readonly elr: bigint;
  readonly far: bigint;
  readonly spsr: bigint;
  readonly x: readonly bigint[];
}

export interface ProgramResult {
  readonly records: readonly StepRecord[];
  readonly dataSum: bigint;
  readonly tableSum: bigint;
}
