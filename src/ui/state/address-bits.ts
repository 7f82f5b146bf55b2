/** How a virtual address is cut up by a walk: its bits, part by part. */

/** Bits high:low of an address. */
export interface AddressPart {
  readonly high: number;
  readonly low: number;
  /** Level whose table is indexed by it; undefined: above what is translated, or the offset in what is mapped. */
  readonly level: number | undefined;
  readonly kind: 'above' | 'index' | 'offset' | 'untouched';
  /** In binary, in groups of four from the right. */
  readonly text: string;
}

interface Lookup {
  readonly level: number;
  readonly shift: number;
  readonly indexBits: number;
}

/** `1 0010 0110`: the bits high:low of a value. */
function binary(value: bigint, high: number, low: number): string {
  const width = high - low + 1;
  const digits = BigInt.asUintN(width, value >> BigInt(low))
    .toString(2)
    .padStart(width, '0');
  return digits.replace(/\B(?=(.{4})+$)/g, ' ');
}

/** The parts from the top down. Below the last lookup is the offset in what is mapped, or what a walk that ended there did not get to look at. */
export function addressParts(address: bigint, steps: readonly Lookup[], isMapped: boolean): AddressPart[] {
  const part = (high: number, low: number, kind: AddressPart['kind'], level?: number): AddressPart => ({
    high,
    low,
    level,
    kind,
    text: binary(address, high, low),
  });
  const [first] = steps;
  if (!first) return [part(63, 0, isMapped ? 'offset' : 'untouched')];
  const top = first.shift + first.indexBits;
  const indexes = steps.map(({ level, shift, indexBits }) => part(shift + indexBits - 1, shift, 'index', level));
  const rest = steps.at(-1)!.shift;
  return [part(63, top, 'above'), ...indexes, part(rest - 1, 0, isMapped ? 'offset' : 'untouched')];
}
