import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { A64 } from '../../src/isa';
import { randomSequence } from './random-sequence';
import type { Sequence } from './sequence';
import { SEQUENCE_ENGINES, SequenceEngines } from './sequence-engines';
import { decodeProgram, hashSequence, SEQUENCE_VECTOR_FILE, type SequenceVectorFile } from './sequence-vectors';
import { sequenceRows } from './sequence-words';

/**
 * Random programs on the interpreter and compiled, against results recorded from qemu-aarch64. When one fails, `npm run difftest -- --sequences 1000` shows what
 * differs.
 */
const file = JSON.parse(readFileSync(SEQUENCE_VECTOR_FILE, 'utf8')) as SequenceVectorFile;
const vectors = file.programs.map(decodeProgram);
let engines: SequenceEngines;
let programs: readonly Sequence[];

beforeAll(async () => {
  engines = await SequenceEngines.create();
  const byName = new Map(A64.map((row) => [row.name, row]));
  const rows = sequenceRows(file.rows.map((name) => byName.get(name)!));
  programs = vectors.map(({ seed }, i) => randomSequence(seed, i, rows, engines.decode));
});

describe('recorded results of random programs on qemu-aarch64', () => {
  it('are of encodings that there are', () => {
    const names = new Set(A64.map(({ name }) => name));
    expect(file.rows.filter((name) => !names.has(name))).toEqual([]);
  });

  it.each(SEQUENCE_ENGINES)('are reproduced by: %s', (by) => {
    const results = engines.run(programs, by, 1);
    const wrong = vectors
      .filter(({ hash }, i) => !results[i]!.isSteady || hashSequence(results[i]!) !== hash)
      .map(({ seed }) => seed);
    expect(wrong).toEqual([]);
    const share =
      results.reduce((sum, { compiled }) => sum + compiled, 0) / results.reduce((sum, { retired }) => sum + retired, 0);
    if (by === 'interpreter') expect(share).toBe(0);
    else expect(share).toBeGreaterThan(0.3);
  });
});
