/** A comparison in an address: in the hash, which no server sees. */

export const IN_HASH = 'compare';

/** The packed comparison in a hash; null if it has none. */
export const packedComparison = (hash: string): string | null => new URLSearchParams(hash.replace(/^#/, '')).get(IN_HASH);

/** Whether an address asks for a comparison. */
export const asksToCompare = (hash: string): boolean => packedComparison(hash) !== null;
