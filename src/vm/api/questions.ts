import type { AddressMap } from '../../cpu/mmu/address-map';
import type { WalkExplanation } from '../../cpu/mmu/explain-walk';
import type { Place, SymbolEntry } from '../../debug/symbol-table';
import type { SearchAnswer, SearchAsk } from '../inspect/guest-memory';
import type { RegistersAsk, RegisterValues } from '../inspect/system-register-values';
import type { SymbolSource } from '../symbols/guest-symbols';
import type { DeviceTreeAnswer, TreeUnchanged } from './device-tree';
import type { ExceptionsAnswer, ExceptionsAsk } from './exceptions-answer';
import type { InterruptsAnswer, TimersAnswer } from './interrupts';
import type { AddressWords, MemoryBytes, MemoryPlace } from './memory-view';
import type { PinsAnswer } from './pins';
import type { SpeedAnswer } from './speed';
import type { HistoryAnswer } from './time-travel';
import type { VirtioAnswer } from './virtio';

export type { Place, SymbolEntry, SymbolSource };

/** One instruction, as it is in memory now. */
export interface CodeLine {
  readonly address: bigint;
  /** The symbol it lies behind, if any is known. */
  readonly symbol?: Place;
  /** Of the samples of where vCPUs were seen, those here: 0 to 1. */
  readonly heat: number;
  /** The instruction and its text; undefined where nothing is mapped, or no memory is. */
  readonly word?: number;
  readonly text?: string;
  /** Where a direct branch or call leads. */
  readonly target?: bigint;
  readonly targetPlace?: Place;
}

/**
 * What can be asked of a machine, by name: plain data in, plain data out, and nothing of the machine changes by being looked at. Everything here
 * survives structured clone. Each question is answered by a file of its own in `vm/inspect/`.
 */
export interface Questions {
  /** The device tree that the guest was given, as a flattened device tree (DTB). */
  'device-tree': { ask: Record<never, never>; answer: Uint8Array };
  /** The same, read and in words; `known`: unless its checksum is this one. */
  'device-tree-nodes': { ask: { known?: number }; answer: DeviceTreeAnswer | TreeUnchanged };
  /** The interrupt controller. `all`: also interrupts that nobody uses. */
  interrupts: { ask: { all: boolean }; answer: InterruptsAnswer };
  /** Exceptions that were taken while they were recorded, and whether they are to be from now on. */
  exceptions: { ask: ExceptionsAsk; answer: ExceptionsAnswer };
  /** What is kept of the machine's run, for who wants to bring it to another moment. */
  history: { ask: Record<never, never>; answer: HistoryAnswer };
  /** The virtio devices, in the order of their slots. */
  virtio: { ask: Record<never, never>; answer: VirtioAnswer };
  /** The UART and the GPIO. */
  pins: { ask: Record<never, never>; answer: PinsAnswer };
  /** What the engine was busy with. */
  speed: { ask: Record<never, never>; answer: SpeedAnswer };
  /** The timers of the vCPUs, the counter behind them, and the real-time clock. */
  timers: { ask: Record<never, never>; answer: TimersAnswer };
  /** Bytes of guest memory, at most {@link MEMORY_LOOK_LIMIT} of them. */
  memory: { ask: MemoryPlace & { length: number }; answer: MemoryBytes };
  /** What maps an address, and what is behind it. */
  address: { ask: MemoryPlace; answer: AddressWords };
  /** Where bytes are in RAM, step by step. */
  'memory-search': { ask: SearchAsk; answer: SearchAnswer };
  /** The translation of a virtual address, step by step. */
  'page-walk': { ask: { vcpu: number; address: bigint }; answer: WalkExplanation };
  /** What one half of a vCPU's address space maps, from an address on (left out: from its beginning), some hundred ranges at a time. */
  'address-space': { ask: { vcpu: number; high: boolean; from?: bigint }; answer: AddressMap };
  /** All system registers of a vCPU. */
  'system-registers': { ask: RegistersAsk; answer: RegisterValues };
  /** Instructions around an address (left out: the vCPU's PC), so many before it and after it, as the vCPU's page tables map them now. */
  code: {
    ask: { vcpu: number; address?: bigint; before: number; after: number };
    answer: { pc: bigint; el: 0 | 1; lines: CodeLine[] /** How many samples heat is of. */; samples: number };
  };
  /** Symbols with this text in their names (at most 50), and the addresses that are called so. `source` undefined: no names are known. */
  symbols: {
    ask: { text: string };
    answer: { source: SymbolSource | undefined; size: number; matches: SymbolEntry[]; exact: readonly bigint[] };
  };
  /** The symbols that addresses lie behind. */
  names: { ask: { addresses: readonly bigint[] }; answer: (Place | undefined)[] };
}

export type Question = keyof Questions;
export type Ask<Q extends Question> = Questions[Q]['ask'];
export type Answer<Q extends Question> = Questions[Q]['answer'];
