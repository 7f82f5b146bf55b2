/** A name of an address. */
export interface SymbolEntry {
  readonly name: string;
  readonly address: bigint;
}

/** An address by the symbol it lies behind. */
export interface Place {
  readonly name: string;
  /** Bytes from the symbol on. */
  readonly offset: number;
}

/** An address further behind the last symbol than this is not that symbol's any more. */
const LARGEST_OFFSET = 1n << 20n;

/** Names by address and addresses by name. An address may have several names, of which the first that was given is the one it is told by; a name may be of several addresses. */
export class SymbolTable {
  /** By address; those of one address as they were given. */
  private readonly symbols: readonly SymbolEntry[];
  private byName: Map<string, bigint[]> | undefined;

  constructor(symbols: Iterable<SymbolEntry>) {
    this.symbols = [...symbols].sort((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : 0));
  }

  get size(): number {
    return this.symbols.length;
  }

  /** The symbol at or before an address; undefined before the first, and far behind any. */
  placeOf(address: bigint): Place | undefined {
    const { symbols } = this;
    const start = symbols[this.firstFrom(address + 1n) - 1]?.address;
    if (start === undefined || address - start > LARGEST_OFFSET) return undefined;
    return { name: symbols[this.firstFrom(start)]!.name, offset: Number(address - start) };
  }

  /** Number of the first symbol that is not before an address. */
  private firstFrom(address: bigint): number {
    let [low, high] = [0, this.symbols.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.symbols[middle]!.address < address) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The addresses that are called exactly so. */
  find(name: string): readonly bigint[] {
    if (!this.byName) {
      this.byName = new Map();
      for (const { name: each, address } of this.symbols) {
        const addresses = this.byName.get(each);
        if (!addresses) this.byName.set(each, [address]);
        else if (addresses.at(-1) !== address) addresses.push(address);
      }
    }
    return this.byName.get(name) ?? [];
  }

  /** Symbols with this text in their names, those that are called so first, then those that begin with it, each by address: at most `most`. */
  matching(text: string, most: number): SymbolEntry[] {
    const wanted = text.toLowerCase();
    const [same, beginning, others]: [SymbolEntry[], SymbolEntry[], SymbolEntry[]] = [[], [], []];
    for (const symbol of this.symbols) {
      const at = symbol.name.toLowerCase().indexOf(wanted);
      if (at < 0) continue;
      const list = at > 0 ? others : symbol.name.length === wanted.length ? same : beginning;
      if (list.length < most) list.push(symbol);
    }
    return [...same, ...beginning, ...others].slice(0, most);
  }
}
