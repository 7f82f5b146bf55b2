/** Guest memory as the page is told of it. */
import type { MappedWords } from '../../cpu/mmu/explain-walk';
import type { TableEntry } from '../../cpu/mmu/find-table';

/** How an address is meant: as EL1 or EL0 of a vCPU would use it, or as one of the board. */
export type AddressKind = 'el1' | 'el0' | 'physical';

export interface MemoryPlace {
  readonly vcpu: number;
  readonly kind: AddressKind;
  /** 0 to 2^64 − 1. */
  readonly address: bigint;
}

/** What is behind an address. Only `memory` (RAM and ROM) has bytes to show: a device's registers may change by being read. */
export type MemoryState = 'memory' | 'device' | 'nothing' | 'unmapped' | 'forbidden';

/** Consecutive bytes with the same behind them. */
export interface MemoryPiece {
  readonly offset: number;
  readonly length: number;
  readonly state: MemoryState;
}

export interface MemoryBytes {
  readonly address: bigint;
  /** As many as there are to the end of the address space; zero where there are none to show. */
  readonly bytes: Uint8Array;
  readonly pieces: readonly MemoryPiece[];
}

/** Most bytes that are looked at in one go. */
export const MEMORY_LOOK_LIMIT = 1 << 20;
/** Most bytes that are searched in one go: some milliseconds of the worker's time. */
export const SEARCH_STEP = 4 << 20;

/** What a person wants to know of one address. */
export interface AddressWords {
  readonly address: bigint;
  /** Undefined: it is mapped to nothing. */
  readonly physical: bigint | undefined;
  /** What of the board is at the physical address: first byte and the one behind the last. */
  readonly region:
    | { readonly kind: 'ram' | 'rom' | 'device' | 'nothing'; readonly name: string; readonly from: bigint; readonly end: bigint }
    | undefined;
  /** Of a virtual address, what maps it. */
  readonly mapped: MappedWords | undefined;
  readonly fault: string | undefined;
  /** What EL1 and EL0 may do now, as `rwx`; of virtual addresses. */
  readonly may: { readonly el1: string; readonly el0: string } | undefined;
  /** The entry of a translation table that is at the physical address. */
  readonly entry: TableEntry | undefined;
}
