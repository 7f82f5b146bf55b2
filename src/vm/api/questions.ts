import type { Place, SymbolEntry } from '../../debug/symbol-table';
import type { SymbolSource } from '../symbols/guest-symbols';

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
  /** Instructions around an address (left out: the vCPU's PC), so many before it and after it, as the vCPU's page tables map them now. */
  code: {
    ask: { vcpu: number; address?: bigint; before: number; after: number };
    answer: { pc: bigint; el: 0 | 1; lines: CodeLine[] /** How many samples heat is of. */; samples: number };
  };
  /** Symbols with this text in their names (at most 50), and the address of the one that is called so. `source` undefined: no names are known. */
  symbols: {
    ask: { text: string };
    answer: { source: SymbolSource | undefined; size: number; matches: SymbolEntry[]; exact?: bigint };
  };
  /** The symbols that addresses lie behind. */
  names: { ask: { addresses: readonly bigint[] }; answer: (Place | undefined)[] };
}

export type Question = keyof Questions;
export type Ask<Q extends Question> = Questions[Q]['ask'];
export type Answer<Q extends Question> = Questions[Q]['answer'];
