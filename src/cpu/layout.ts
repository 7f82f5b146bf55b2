/**
 * Where everything lives in the one WebAssembly.Memory: vCPU state, TLBs, decoded records, guest RAM.
 * Offsets are bytes. Wasm handlers and TypeScript both use these constants and nothing else.
 */

import { CPU_STATE } from '../isa/cpu-state';

const DATA_ENTRIES = 4096;

export const TLB = {
  ENTRIES: DATA_ENTRIES,
  /** Entry: i64 tag (page virtual address), i32 addend (host address = low 32 bits of VA + addend), i32 unused. */
  ENTRY_SIZE: 16,
  ADDEND: 8,
  /** Bytes of one half. */
  HALF: DATA_ENTRIES * 16,
  /** Offset of the write half from the read half. */
  WRITE: DATA_ENTRIES * 16,
  /** Bytes of one data TLB (both halves). */
  SIZE: 2 * DATA_ENTRIES * 16,
  /**
   * Every byte of an empty entry's tag. 0x8080808080808080 is canonical under no translation regime, so only accesses at
   * that address and up to a page behind it could match, or up to two where it is taken for a watched page's; the entries of those three pages are
   * given EMPTY_ALIAS instead.
   */
  EMPTY_BYTE: 0x80,
  EMPTY_ALIAS: 0x9090909090909000n,
  /** An entry's fourth word. */
  FLAGS: 12,
  /**
   * A write entry with this bit leads to a page with code: a store through it must look at the code lines of the page first. Its tag is
   * XORed with WATCHED_TAG, which moves it to an address that belongs into another slot: no probe of this slot can hit it.
   */
  WATCHED: 8,
  WATCHED_TAG: 0x1000,
} as const;

/**
 * A data TLB's window: the last block of memory (1 GiB, or all of RAM with the MMU off) that was read through it, as far as RAM goes. Compiled code
 * reads what lies in it without a look at the TLB.
 */
export const WINDOW = {
  /** i64: its virtual address. */
  BASE: 0,
  /** i64: accesses that begin below this distance from it lie in it; 0: there is no window. */
  LIMIT: 8,
  /** i32: host address = low 32 bits of the virtual address + this. */
  ADDEND: 16,
  SIZE: 32,
  /** Number of the one that is always closed. */
  OF_EL0: 4,
  /** Bytes of what is accessed at once, at most. */
  MOST_BYTES: 128,
} as const;

const CODE_ENTRIES = 4096;

export const CODE_TLB = {
  ENTRIES: CODE_ENTRIES,
  /** Entry: i64 tag (page virtual address), i32 address of the page's first record, i32 flags. */
  ENTRY_SIZE: 16,
  TAG: 0,
  FIRST: 8,
  FLAGS: 12,
  /** The page is guarded (FEAT_BTI). */
  GUARDED: 32,
  SIZE: CODE_ENTRIES * 16,
} as const;

/** Tables of the upper half whose EL1 translations a vCPU keeps: see mmu/kernel-spaces.ts. */
export const KERNEL_SPACES = 2;

/** Address spaces whose EL0 translations a vCPU keeps: see mmu/user-spaces.ts. */
export const USER_SPACES = 4;

/** EL1 has two data TLBs and one code TLB for each table, and each address space has one of each. */
const DTLBS = 0x1000;
const CTLBS = DTLBS + (2 * KERNEL_SPACES + USER_SPACES) * TLB.SIZE;
const CTLBS_END = CTLBS + (KERNEL_SPACES + USER_SPACES) * CODE_TLB.SIZE;
const WASM_PAGE = 65536;

/** Offsets inside one vCPU's state. */
export const CPU = {
  ...CPU_STATE,
  /** x0..x30, 8 bytes each; slot 31 is the current SP, slot 32 always reads zero, slot 33 swallows writes to XZR. */
  X: 0x000,
  SP: 0x0f8,
  ZERO: 0x100,
  SINK: 0x108,
  /** PSTATE.N is the sign bit of this i64. */
  NF: 0x110,
  /** PSTATE.Z is set when this i64 is zero. */
  ZF: 0x118,
  /** PSTATE.C as i32 0 or 1. */
  CF: 0x120,
  /** PSTATE.V is the sign bit of this i64. */
  VF: 0x128,
  /** pc = PC_DELTA + (record address >> 2), see records.ts. i64. */
  PC_DELTA: 0x130,
  /** The program counter while no handler runs. i64. */
  PC: 0x138,
  /** Record address and budget accumulator at the last exit from Wasm (i32 each). */
  REC: 0x140,
  ACC: 0x144,
  /** Why handlers returned: one of EXIT (i32). */
  EXIT: 0x148,
  /** The record where a stop is planted (0: none) and the handler index it had. i32 each. */
  PLANTED_REC: 0x150,
  PLANTED_HANDLER: 0x154,
  /** Current data TLB (read half; the write half follows at TLB_WRITE), the one for unprivileged accesses (EL0's, but for PSTATE.UAO), the code TLB. i32 addresses. */
  DTLB: 0x158,
  DTLB_UNPRIV: 0x15c,
  CTLB: 0x160,
  /** Arrivals at a record by taken branches that make it hot: see {@link HEAT}; -1: nothing ever is. i32. */
  HEAT_LIMIT: 0x164,
  /** Instructions retired by compiled code, modulo 2^32. i32. */
  COMPILED: 0x168,
  /** The code TLB of EL0. i32 address. */
  CTLB_EL0: 0x16c,
  /** Operands and results of slow memory accesses, 16 bytes. */
  SCRATCH: 0x170,
  /** PSTATE.PAN. i32 0 or 1. */
  PAN: 0x1ac,
  /** Nonzero while waiting for an interrupt or event. i32. */
  WAITING: 0x1b4,
  /** The event register of WFE/SEV. i32 0 or 1. */
  EVENT: 0x1b8,
  /** Nonzero when floating-point and vector instructions trap at the current EL (CPACR_EL1.FPEN). i32. */
  FP_TRAP: 0x1bc,
  /** Virtual address (i64) of a slow access or of a fault. */
  SLOW_VA: 0x1d0,
  /** Bits of SP that must be zero when it is the base of an access: 15 while SCTLR_EL1.SA or SA0 asks for it, else 0. i32. */
  SP_CHECK: 0x1d8,
  /** Where Wasm finds the code lines of a page: see GuestRam.codeLinesBias. i32. */
  CODE_LINES: 0x1dc,
  /** DCZID_EL0 as the current EL reads it, and CTR_EL0, for handlers. i64. */
  DCZID: 0x1e0,
  CTR: 0x1e8,
  /** The window of the current data TLB. i32 address. */
  WINDOW: 0x1f0,
  /**
   * Where an exclusive or atomic access that is not aligned must end, and one that is ordered alone, counted in bytes from a multiple of 16: 0
   * without FEAT_LSE2. i32 each.
   */
  ATOMIC_REACH: 0x1f4,
  ORDERED_REACH: 0x1f8,
  /** V0..V31, 16 bytes each. */
  V: 0x200,
  /** System registers with plain storage, 8 bytes each: see sysregs. */
  SYS: 0x400,
  SYS_END: 0xc00,
  /** Which of its TLBs EL1 uses: see mmu/kernel-spaces.ts. i32 number. */
  KERNEL_SPACE: 0xcc0,
  /** The data TLB of EL0. i32 address. */
  DTLB_EL0: 0xcc4,
  /** Windows, each WINDOW.SIZE: EL1's as its data TLBs, then one that is always closed. */
  WINDOWS: 0xd00,
  /** Data TLBs, each TLB.SIZE (a half to read, one to write): EL1's for each table kept by MMU index, then those EL0 has in each of the address spaces kept. */
  DTLBS,
  /** Code TLBs in the same way: EL1's, then EL0's. */
  CTLBS,
  CTLBS_END,
  SIZE: Math.ceil(CTLBS_END / WASM_PAGE) * WASM_PAGE,
} as const;

/** Slot numbers a decoder may name besides 0..30. */
export const SLOT = { SP: 31, ZERO: 32, SINK: 33 } as const;

/** MMU indices: which data TLB an access of EL1 uses. */
export const MMU_INDEX = { EL1: 0, EL1_PAN: 1 } as const;

/** One decoded instruction. */
export const RECORD = {
  SIZE: 16,
  /** u16 index into the handler table. */
  HANDLER: 0,
  /** u8 register slots. */
  D: 2,
  N: 3,
  M: 4,
  A: 5,
  /** u16: the interpreter's own handler, kept while a compiled region or a breakpoint stands in HANDLER. */
  ORIGINAL: 6,
  /** i64 immediate. */
  IMM: 8,
  /** Records per page, and bytes from one page's first record to the next page's (one more for leaving the page, and padding). */
  PER_PAGE: 1024,
  PAGE_STRIDE: 1026 * 16,
} as const;

/** As many vCPUs as there is room for. */
export const MAX_VCPUS = 8;

/** Why handlers returned to TypeScript. */
export const EXIT = {
  NONE: 0,
  /** The budget is used up, or a planted stop was reached; PC is the next instruction. */
  BUDGET: 1,
  /** No decoded page for the target in PC. */
  FETCH: 2,
  /** A service call changed PC or context (exception taken or returned from, system register written). */
  REDISPATCH: 3,
  /** Nothing but that the instruction at PC has become hot, or that a region may start there that is known. */
  HOT: 4,
  /** A breakpoint at PC. */
  BREAKPOINT: 5,
} as const;

const EMPTY_TLB = 0x10000;
const CPUS = EMPTY_TLB + TLB.SIZE;
const HEAT_AT = CPUS + MAX_VCPUS * CPU.SIZE;
const CELLS_AT = HEAT_AT + WASM_PAGE;
const CELLS_BYTES = 4 * WASM_PAGE;

export const MEMORY = {
  /** An empty data TLB, whose first half is an empty code TLB, too. Nothing is ever entered. */
  EMPTY_TLB,
  CPUS,
  HEAT: HEAT_AT,
  /** i32 cells of compiled code, which say where the records of the pages are that it lies in: see jit/translations.ts. */
  CELLS: CELLS_AT,
  RECORDS: CELLS_AT + CELLS_BYTES,
  PAGE: WASM_PAGE,
} as const;

/** How many {@link MEMORY.CELLS} there are. */
export const MOST_CELLS = CELLS_BYTES / 4;

export const cpuAddress = (index: number): number => MEMORY.CPUS + index * CPU.SIZE;

/**
 * How often taken branches arrived at records that have no compiled code: u16 counters at MEMORY.HEAT, found by a hash of the record's address.
 * Records may share one: they get hot sooner then.
 */
export const HEAT = { SIZE: 0x10000, SHIFT: 3, MASK: 0xfffe } as const;
