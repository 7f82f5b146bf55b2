import { type SymbolEntry, SymbolTable } from '../../debug/symbol-table';
import { elfSymbols } from './elf-symbols';

/** Where names come from: the kernel's file, whoever made the program, or the guest's own list. */
export type SymbolSource = 'elf' | 'labels' | 'kallsyms';

/** The names of a machine's addresses, read when somebody asks for the first. */
export class GuestSymbols {
  source: SymbolSource | undefined;
  private known: SymbolTable | undefined;

  /** @param kernel the file that boots
   *  @param labels given with it */
  constructor(
    private readonly kernel: Uint8Array,
    private readonly labels: readonly SymbolEntry[] | undefined,
  ) {}

  get table(): SymbolTable {
    if (!this.known) {
      const symbols = this.labels ?? elfSymbols(this.kernel);
      this.known = new SymbolTable(symbols);
      if (symbols.length > 0) this.source = this.labels ? 'labels' : 'elf';
    }
    return this.known;
  }

  /** What the guest says itself is of this boot only: a kernel lies elsewhere each time (KASLR). */
  learn(symbols: readonly SymbolEntry[]): void {
    this.known = new SymbolTable(symbols);
    this.source = 'kallsyms';
  }
  rebooted(): void {
    if (this.source !== 'kallsyms') return;
    this.known = undefined;
    this.source = undefined;
  }
}
