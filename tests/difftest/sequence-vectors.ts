import type { SequenceResult } from './sequence';
import { asDone } from './sequence-results';
import { hashResult } from './state-hash';

/**
 * Recorded results of the oracle, in tests/vectors/sequences.json: of each program 16 hexadecimal digits, its seed and a hash of its result (8 each). `rows`: names of
 * the encodings that programs were made of, so that others which come later change nothing.
 */
export interface SequenceVectorFile {
  rows: readonly string[];
  programs: readonly string[];
}

export const SEQUENCE_VECTOR_FILE = new URL('../vectors/sequences.json', import.meta.url);

/** A hash of all that is compared. */
export function hashSequence(result: SequenceResult): number {
  let hash = hashResult(asDone(result));
  for (let i = 0; i < result.ending.length; i++) hash = Math.imul(hash ^ result.ending.charCodeAt(i), 0x01000193) >>> 0;
  return hash;
}

const hex = (value: number): string => value.toString(16).padStart(8, '0');
export const encodeProgram = (seed: number, hash: number): string => hex(seed) + hex(hash);
export const decodeProgram = (text: string): { seed: number; hash: number } => ({
  seed: Number.parseInt(text.slice(0, 8), 16),
  hash: Number.parseInt(text.slice(8), 16),
});
