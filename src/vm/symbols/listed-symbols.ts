import type { SymbolEntry } from '../../debug/symbol-table';

/** Names of a guest's addresses as its guest.json has them: by name, the address in hexadecimal with 0x. */
export type ListedSymbols = Readonly<Record<string, string>>;

/** As a manifest is to have them. */
export const listSymbols = (symbols: readonly SymbolEntry[]): ListedSymbols =>
  Object.fromEntries(symbols.map(({ name, address }) => [name, `0x${address.toString(16)}`]));

/** Those of a manifest, which anybody may have written: what is no address is left out. */
export function symbolsListed(listed: unknown): SymbolEntry[] {
  if (typeof listed !== 'object' || listed === null) return [];
  return Object.entries(listed).flatMap(([name, address]: [string, unknown]) =>
    typeof address === 'string' && /^0x[0-9a-f]{1,16}$/i.test(address) ? [{ name, address: BigInt(address) }] : [],
  );
}
