import type { RegionPack, SavedRegions } from './known-regions';
import { pageOf, type RegionWords } from './region';

/**
 * Packs of regions as bytes, all numbers 32 bits little endian: MAGIC, VERSION, the proof of the code, the digest of its compiler, the count of words it
 * was proved with, these words, the count of packs, packs. A pack is its count of regions, the bytes of its code (0: none), the regions, and the
 * code, filled up to 4. A region is bits (0: it looks at the window; from version 2 on 1: it has targets, and 2: it has calls); its count of targets and these (signed), if there are any; its count
 * of calls and these, two places each (signed), if there are any; its count of blocks; and for each block its start (signed), its count of words, and the words.
 */
const MAGIC = 0x50524d44;
const VERSION = 2;
const HAS = { WINDOW: 1, TARGETS: 2, CALLS: 4 } as const;

/** A region has no more blocks than this, and a block no more words: many times what the JIT makes. */
const MOST = 4096;
/** Targets and calls of a region, many times what is guessed. */
const MOST_JUMPS = 256;
/** Regions of a file, many times what a guest is recorded with. */
const MOST_REGIONS = 1 << 16;

export function encodeRegions({ packs, sample, proof, digest }: SavedRegions): Uint8Array<ArrayBuffer> {
  const numbers: number[] = [MAGIC, VERSION, proof, digest, sample.length, ...sample, packs.length];
  for (const { regions, code } of packs) {
    numbers.push(regions.length, code?.length ?? 0);
    for (const { hasWindow, targets, calls, blocks } of regions) {
      numbers.push((hasWindow ? HAS.WINDOW : 0) | (targets ? HAS.TARGETS : 0) | (calls ? HAS.CALLS : 0));
      if (targets) numbers.push(targets.length, ...targets);
      if (calls) numbers.push(calls.length, ...calls.flat());
      numbers.push(blocks.length);
      for (const { start, words } of blocks) {
        numbers.push(start, words.length);
        for (const word of words) numbers.push(word);
      }
    }
    if (!code) continue;
    const padded = new Uint8Array((code.length + 3) & ~3);
    padded.set(code);
    for (const word of new Uint32Array(padded.buffer)) numbers.push(word);
  }
  return new Uint8Array(Int32Array.from(numbers, (number) => number | 0).buffer);
}

/** Throws one sentence for what are none. */
export function decodeRegions(bytes: Uint8Array, most = MOST_REGIONS): SavedRegions {
  let total = 0;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const next = (): number => {
    if (at + 4 > bytes.length) throw new Error('The compiled regions are cut off: they end in the middle of one.');
    at += 4;
    return view.getInt32(at - 4, true);
  };
  const count = (what: string, least = 1): number => {
    const number = next();
    if (number < least || number > MOST) throw new Error(`The compiled regions are damaged: ${number} ${what}.`);
    return number;
  };
  if (next() !== MAGIC) throw new Error('These are no compiled regions: they begin in another way.');
  const version = next();
  if (version < 1 || version > VERSION)
    throw new Error(`The compiled regions have version ${version}, and only versions up to ${VERSION} are known.`);
  const region = (): RegionWords => {
    const has = next();
    const targets = has & HAS.TARGETS ? Array.from({ length: count('targets of a region') }, next) : undefined;
    const calls =
      has & HAS.CALLS ? Array.from({ length: count('calls of a region') }, () => [next(), next()] as const) : undefined;
    const blocks = Array.from({ length: count('blocks of a region') }, () => {
      const start = next();
      const length = count('words of a block');
      if (pageOf(start) !== pageOf(start + length - 1))
        throw new Error('The compiled regions are damaged: a block leaves its page.');
      return { start, words: Array.from({ length }, () => next() >>> 0) };
    });
    // What leads nowhere is left out: the region is the one without it then.
    const starts = new Set(blocks.map(({ start }) => start));
    const jumps = [...new Set(targets)].filter((place) => starts.has(place)).slice(0, MOST_JUMPS);
    const known = calls?.filter(([, target]) => starts.has(target)).slice(0, MOST_JUMPS) ?? [];
    return {
      blocks,
      ...(has & HAS.WINDOW && { hasWindow: true }),
      ...(jumps.length > 0 && { targets: jumps }),
      ...(known.length > 0 && { calls: known }),
    };
  };
  const proof = next() >>> 0;
  const digest = next() >>> 0;
  const sample = Array.from({ length: count('words of a sample', 0) }, () => next() >>> 0);
  const packs: RegionPack[] = [];
  for (let left = next(); left > 0; left--) {
    const regionCount = count('regions of a pack');
    total += regionCount;
    if (total > most) throw new Error(`There are more than ${most} compiled regions.`);
    const codeBytes = next();
    const regions = Array.from({ length: regionCount }, region);
    const end = at + codeBytes;
    if (codeBytes < 0 || end > bytes.length) throw new Error('The compiled regions are cut off: code is missing.');
    packs.push(codeBytes === 0 ? { regions } : { regions, code: bytes.slice(at, end) as Uint8Array<ArrayBuffer> });
    at = Math.min((end + 3) & ~3, bytes.length);
  }
  if (at !== bytes.length) throw new Error(`The compiled regions are damaged: ${bytes.length - at} bytes follow their end.`);
  return { packs, sample, proof, digest };
}
