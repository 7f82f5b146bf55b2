import { MOST_SAVED, type SavedRegions } from '../cpu/jit/known-regions';
import { decodeRegions, encodeRegions } from '../cpu/jit/pack-format';
import { collected } from '../storage/byte-reader';
import { FIRST_VERSION, type NewSection, type Section, type Version } from '../storage/snapshot-format';

/** What code of a saved machine was hot: an optional section of its file. */
export const REGIONS = 'regions';
export const REGIONS_VERSION: Version = FIRST_VERSION;

export const regionsSection = (regions: SavedRegions): NewSection => ({
  name: REGIONS,
  version: REGIONS_VERSION,
  optional: true,
  parts: [encodeRegions(regions)],
});

/** Of the section `regions`: what is larger no machine has written. */
const MOST_REGION_BYTES = 8 << 20;

/** Only words of instructions, which are looked for in memory: code that a file brings along is not run. A machine runs as well without them. */
export async function regionsFrom(section: Section): Promise<SavedRegions | undefined> {
  if ('state' in section) return undefined;
  const kept: Uint8Array[] = [];
  let length = 0;
  for await (const part of section.parts) {
    length += part.length;
    if (length <= MOST_REGION_BYTES) kept.push(part.slice());
  }
  try {
    if (length > MOST_REGION_BYTES) return undefined;
    const { packs } = decodeRegions(await collected(kept), MOST_SAVED);
    return { packs: packs.map(({ regions }) => ({ regions })), sample: [], proof: 0, digest: 0 };
  } catch {
    return undefined;
  }
}
