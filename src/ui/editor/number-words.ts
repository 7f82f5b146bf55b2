const BITS_NAMED = 6;

/** A number in the ways people read it: decimal, hexadecimal, the bits that are set, the character that it is. */
export function numberInWords(value: bigint): string {
  const unsigned = value < 0n ? BigInt.asUintN(64, value) : value;
  const parts = [`${value}`, `0x${unsigned.toString(16)}`];
  const bits = [...unsigned.toString(2)].reverse().flatMap((bit, index) => (bit === '1' ? [index] : []));
  if (value > 9n && bits.length <= BITS_NAMED) parts.push(`bit${bits.length === 1 ? '' : 's'} ${bits.reverse().join(', ')}`);
  if (value >= 0x20n && value < 0x7fn) parts.push(`“${String.fromCharCode(Number(value))}”`);
  return parts.join(' = ').replace(/ = (bits?|“)/g, ', $1');
}
