import type { Answer, Ask } from '../api/questions';
import type { Inspected } from './inspectors';

const MOST_MATCHES = 50;

/** Symbols with a text in their names, and where names come from. */
export function inspectSymbols({ symbols }: Inspected, { text }: Ask<'symbols'>): Answer<'symbols'> {
  const { table } = symbols;
  return {
    source: symbols.source,
    size: table.size,
    matches: text === '' ? [] : table.matching(text, MOST_MATCHES),
    exact: table.find(text),
  };
}

/** The symbols that addresses lie behind. */
export function inspectNames({ symbols }: Inspected, { addresses }: Ask<'names'>): Answer<'names'> {
  return addresses.map((address) => symbols.table.placeOf(address));
}
