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

/** Names by address and addresses by name. Of several names of an address the first that was given counts. */
export class SymbolTable {
  private readonly names: readonly string[];
  private readonly addresses: BigUint64Array;
  private byName: Map<string, bigint> | undefined;

  constructor(symbols: Iterable<SymbolEntry>) {
    const byAddress = new Map<bigint, string>();
    for (const { name, address } of symbols) if (!byAddress.has(address)) byAddress.set(address, name);
    this.addresses = new BigUint64Array(byAddress.keys()).sort();
    this.names = Array.from(this.addresses, (address) => byAddress.get(address)!);
  }

  get size(): number {
    return this.names.length;
  }

  /** The symbol at or before an address; undefined before the first, and far behind any. */
  placeOf(address: bigint): Place | undefined {
    let [low, high] = [0, this.addresses.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.addresses[middle]! <= address) low = middle + 1;
      else high = middle;
    }
    const start = this.addresses[low - 1];
    if (start === undefined || address - start > LARGEST_OFFSET) return undefined;
    return { name: this.names[low - 1]!, offset: Number(address - start) };
  }

  find(name: string): bigint | undefined {
    this.byName ??= new Map(this.names.map((each, index) => [each, this.addresses[index]!]));
    return this.byName.get(name);
  }

  /** Symbols with this text in their names, those that begin with it first, each by address: at most `most`. */
  matching(text: string, most: number): SymbolEntry[] {
    const wanted = text.toLowerCase();
    const beginning: SymbolEntry[] = [];
    const others: SymbolEntry[] = [];
    for (const [index, name] of this.names.entries()) {
      const at = name.toLowerCase().indexOf(wanted);
      if (at < 0) continue;
      const list = at === 0 ? beginning : others;
      if (list.length < most) list.push({ name, address: this.addresses[index]! });
    }
    return [...beginning, ...others].slice(0, most);
  }
}
