import type { Instruction } from '../../src/cpu/decoder';
import { A64 } from '../../src/isa';
import type { Row } from '../../src/isa/row';
import { type Case, slotAddress } from './case';
import type { EngineUnderTest } from './engine-under-test';
import { Random } from './random';
import { randomCase } from './random-case';

/**
 * Recorded results of the oracle, in tests/vectors/a64.json: for each row some cases, each as 28 hexadecimal digits: instruction word, seed
 * of the state, hash of the result (8 each), slot (4). And words that are UNDEFINED.
 */
export interface VectorFile {
  executed: Record<string, string>;
  undefined: string;
}

export const VECTOR_FILE = new URL('../vectors/a64.json', import.meta.url);

export interface Vector {
  row: Row;
  word: number;
  seed: number;
  hash: number;
  slot: number;
}

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

export const encodeVector = ({ word, seed, hash, slot }: Vector): string =>
  hex(word, 8) + hex(seed, 8) + hex(hash, 8) + hex(slot, 4);

/** The vectors in a file. Throws if it names an encoding that does not exist. */
export function decodeVectors({ executed }: VectorFile): Vector[] {
  const rows = new Map(A64.map((row) => [row.name, row]));
  return Object.entries(executed).flatMap(([name, text]) => {
    const row = rows.get(name);
    if (!row) throw new Error(`The recorded vectors have an encoding "${name}", which does not exist.`);
    return text.split(' ').map((one) => {
      const number = (from: number, to: number): number => Number.parseInt(one.slice(from, to), 16);
      return { row, word: number(0, 8), seed: number(8, 16), hash: number(16, 24), slot: number(24, 28) };
    });
  });
}

/** The case of a vector, or undefined if its word does not belong to its row. */
export function caseOf(
  { row, word, seed, slot }: Omit<Vector, 'hash'>,
  decode: (word: number) => Instruction | undefined,
): Case | undefined {
  const pc = slotAddress(slot);
  const instruction = decode(word);
  return instruction?.row === row ? randomCase(new Random(seed), word, instruction, pc) : undefined;
}

export const decoderOf =
  (engine: EngineUnderTest) =>
  (word: number): Instruction | undefined =>
    engine.decode(word);
