import { A64 } from '../../isa';
import { isAllocated, matchRow } from '../../isa/match';
import { MEMORY_MAP } from '../../machine/memory-map';
import type { Kernel } from './kernel';

const RAM_BASE = MEMORY_MAP.ram.base;

/** Flat code: no header, no magic, loaded and entered where QEMU loads it. */

/** From the start of RAM. */
export const FLAT_OFFSET = 0x80000;

export function readFlat(bytes: Uint8Array): Kernel {
  const address = RAM_BASE + FLAT_OFFSET;
  return { entry: address, segments: [{ address, bytes }], end: address + bytes.length };
}

const WORDS_LOOKED_AT = 16;
/** Random words are instructions about every other time. */
const LEAST_SHARE = 0.75;

let match: ReturnType<typeof matchRow> | undefined;

function isInstruction(word: number): boolean {
  match ??= matchRow(A64);
  const found = word === 0 ? undefined : match(word);
  return found !== undefined && isAllocated(found.row, found.fields);
}

/** Whether what runs first may be A64 code: the first word, and most of the first words there or where it branches to, zeros aside. */
export function looksLikeCode(bytes: Uint8Array): boolean {
  const count = Math.floor(bytes.length / 4);
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = (index: number): number => data.getUint32(index * 4, true);
  if (count === 0 || !isInstruction(word(0))) return false;
  const start = branchTarget(word(0), count);
  const words = Array.from({ length: Math.min(WORDS_LOOKED_AT, count - start) }, (_, index) => word(start + index));
  const coded = words.filter((each) => each !== 0);
  return coded.length > 0 && coded.filter(isInstruction).length >= coded.length * LEAST_SHARE;
}

/** Code may begin with a jump over data: the word a first `B` goes to, else 0. */
function branchTarget(word: number, count: number): number {
  if (word >>> 26 !== 0b000101) return 0;
  const distance = (word << 6) >> 6;
  return distance > 0 && distance < count ? distance : 0;
}
