import { writeFileSync } from 'node:fs';
import { A64 } from '../../src/isa';
import { expectedOf } from './compare-sequences';
import { QemuUserOracle } from './oracle-qemu-user';
import { randomSequence } from './random-sequence';
import { exclusionOfRow } from './rules';
import { SequenceEngines } from './sequence-engines';
import { encodeProgram, hashSequence, SEQUENCE_VECTOR_FILE, type SequenceVectorFile } from './sequence-vectors';
import { sequenceRows } from './sequence-words';

/** Writes tests/vectors/sequences.json, which sequences.test.ts replays: `npx tsx tests/difftest/record-sequences.ts`. */

const PROGRAMS = 200;

const oracle = new QemuUserOracle();
const engines = await SequenceEngines.create();
const rows = A64.filter((row) => !exclusionOfRow(row));
const programs = Array.from({ length: PROGRAMS }, (_, i) => randomSequence(i + 1, i, sequenceRows(rows), engines.decode));
const expected = await expectedOf(programs, oracle);
oracle.close();
const file: SequenceVectorFile = {
  rows: rows.map(({ name }) => name),
  programs: programs.map(({ seed }, i) => encodeProgram(seed, hashSequence(expected[i]!))),
};
writeFileSync(SEQUENCE_VECTOR_FILE, `${JSON.stringify(file, null, 1)}\n`);
console.log(`recorded ${programs.length} programs`);
