/**
 * What the templates of vector rows have in common. Their operands are codecs of text/codecs/vectors.ts: `{V:Rd:T}` is a vector register
 * arranged as Q and size say, `{Sc:Rd:size}` a scalar one; `{V:Rd:L}` has lanes twice as wide.
 */

/**
 * The mnemonic of a row named after its instructions: the manual's name without what stands in parentheses, the first for U = 0 and the second
 * for U = 1 where there are two. Names with a final 2 are those of the upper half and go with Q: see {@link ofHalf}.
 */
export function mnemonic(name: string): string {
  const names = name
    .replace(/ ?\([^)]*\)/g, '')
    .toLowerCase()
    .split(', ');
  const own = names.filter((each) => !(each.endsWith('2') && names.includes(each.slice(0, -1))));
  return own.length === 1 ? own[0]! : `<U:${own.join('|')}>`;
}

/** The mnemonic of an instruction on half of a vector: with a 2 it is the upper one. */
export const ofHalf = (name: string): string => `${mnemonic(name)}<Q:|2>`;
