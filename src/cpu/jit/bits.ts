/** The set bits of a mask. */
export function* bitsOf(mask: number): Generator<number> {
  for (let rest = mask; rest; rest &= rest - 1) yield 31 - Math.clz32(rest & -rest);
}
