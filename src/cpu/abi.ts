import type { FuncType } from '../wasm';

/** The contract between handlers (interpreter or compiled), the shared Wasm functions and TypeScript. */

/**
 * A handler: (cpu, record, acc). acc + record address = 16 * (instructions retired + charges - limit), all counted since Wasm was entered: negative
 * while budget remains.
 */
export const HANDLER_TYPE: FuncType = { params: ['i32', 'i32', 'i32'], results: [] };
/** jump(cpu, target virtual address, count), where count is 16 * (retired - limit). */
export const JUMP_TYPE: FuncType = { params: ['i32', 'i64', 'i32'], results: [] };
/** indirect(cpu, target virtual address, count, BTYPE_NEXT). */
export const INDIRECT_TYPE: FuncType = { params: ['i32', 'i64', 'i32', 'i32'], results: [] };
/** service(cpu, record, acc, code) → negative: leave, TypeScript has set everything; else the instruction goes on, with so much added to acc (16 * charge). */
export const SERVICE_TYPE: FuncType = { params: ['i32', 'i32', 'i32', 'i32'], results: ['i32'] };

/** Handlers with fixed indices in the table. */
export const FIXED_HANDLER = {
  /** Decodes the record, then runs it. Zero, so that cleared records are undecoded. */
  UNDECODED: 0,
  /** Behind the last record of a page. */
  NEXT_PAGE: 1,
  /** A planted stop. */
  STOP: 2,
  UNALLOCATED: 3,
  BREAKPOINT: 4,
  /** A region may start here that was hot in an earlier run. */
  KNOWN: 5,
  FIRST: 6,
} as const;

/** Engine-internal services, beside those of the emitter. */
export const ENGINE_SERVICE = { DECODE: 0x100 } as const;

/** A taken branch with less budget left than this (16 per instruction) goes through the shared function that plants stops. */
export const NEAR_LIMIT = 1026 * 16;

/** Modules import the machine's memory whatever its size: 4 GiB at most, in 64 KiB pages. */
export const MAX_MEMORY_PAGES = 65536;
