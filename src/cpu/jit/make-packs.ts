import { endsBlock } from '../../isa/row';
import type { Decoder, Instruction } from '../decoder';
import type { HandlerSet } from '../handlers';
import { compileRegions } from './compile';
import type { RegionPack, SavedRegions } from './known-regions';
import { formRegion, MOST_INSTRUCTIONS, type Region, type RegionWords, wordsOf } from './region';
import { translationKey } from './translations';

/** Regions of one module. */
const REGIONS_OF_PACK = 64;

/** How control goes through a region whose words are known: all of them belong to it. Undefined if they are no region. */
export function regionOfWords(
  { blocks, hasWindow, targets = [], calls = [] }: RegionWords,
  decoder: Decoder,
  most?: number,
): Region | undefined {
  const words = new Map(blocks.flatMap(({ start, words: some }) => some.map((word, i) => [start + i, word])));
  const instructionAt = (place: number): Instruction | undefined => {
    const word = words.get(place);
    return word === undefined ? undefined : decoder.decode(word);
  };
  const called = new Map(calls);
  const source = {
    instructionAt,
    isWarm: (place: number) => words.has(place),
    jumpsFrom: () => targets,
    calledFrom: (place: number) => called.get(place),
  };
  const formed = formRegion(blocks[0]!.start, source, most);
  return formed && { ...formed, ...(hasWindow && { hasWindow }) };
}

/** One word of each kind of instruction that occurs. */
function sampleOf(packs: readonly RegionPack[], decoder: Decoder): number[] {
  const kinds = new Map<number, number>();
  for (const { regions } of packs) {
    for (const { blocks } of regions) {
      for (const { words } of blocks) {
        for (const word of words) {
          const handler = decoder.decode(word)?.handler;
          if (handler !== undefined && !kinds.has(handler)) kinds.set(handler, word);
        }
      }
    }
  }
  return [...kinds.values()];
}

/**
 * A number of what the compiler makes of each of these instructions here and now. It differs where the host is of another kind, or the CPU lacks one of them.
 */
export function proofOf(sample: readonly number[], decoder: Decoder, handlers: HandlerSet): number {
  const instructions = sample.map((word) => decoder.decode(word)).filter((instruction) => instruction !== undefined);
  // Straight code as far as there can be any: then there is one way in and few ways out for all of it.
  const isLast = ({ row, fields }: Instruction): boolean => row.branch !== undefined || endsBlock(row, fields);
  const alone = (some: readonly Instruction[]): Region => ({
    blocks: [{ start: 0, instructions: some, taken: undefined, next: undefined, returns: [] }],
  });
  const straight = instructions.filter((instruction) => !isLast(instruction));
  const lasts = instructions.filter(isLast).map((instruction) => alone([instruction]));
  const pieces: Region[] = [];
  for (let first = 0; first < straight.length; first += MOST_INSTRUCTIONS)
    pieces.push(alone(straight.slice(first, first + MOST_INSTRUCTIONS)));
  const { code } = compileRegions([...pieces, ...lasts], handlers);
  // FNV-1a.
  let hash = 0x811c9dc5;
  for (const byte of code) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/** A number of the compiler's sources (scripts/compiler-digest.ts), where this was built, is tested, or somebody has set it. */
declare const COMPILER_DIGEST: number | undefined;
/** 0: unknown. */
const digestHere = (): number => (typeof COMPILER_DIGEST === 'undefined' ? 0 : COMPILER_DIGEST);

/** Whether code is what would be made here: by a compiler of the same sources, as far as they are known, for the same kind of host and CPU. */
export function isMadeAsHere(
  { sample, proof, digest }: Omit<SavedRegions, 'packs'>,
  decoder: Decoder,
  handlers: HandlerSet,
): boolean {
  return digest !== 0 && digest === digestHere() && proofOf(sample, decoder, handlers) === proof;
}

/** With code, what was hot in a run, in the order it became so. */
export function withCode(regions: Iterable<RegionWords>, decoder: Decoder, handlers: HandlerSet): SavedRegions {
  const byKey = new Map<string, Region>();
  for (const words of regions) {
    const region = regionOfWords(words, decoder);
    if (region) byKey.set(translationKey(wordsOf(region)), region);
  }
  const all = [...byKey.values()];
  const packs: RegionPack[] = [];
  for (let first = 0; first < all.length; first += REGIONS_OF_PACK) {
    const some = all.slice(first, first + REGIONS_OF_PACK);
    packs.push({ regions: some.map(wordsOf), code: compileRegions(some, handlers).code });
  }
  const sample = sampleOf(packs, decoder);
  return { packs, sample, proof: proofOf(sample, decoder, handlers), digest: digestHere() };
}
