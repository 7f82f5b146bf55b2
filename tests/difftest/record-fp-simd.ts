import { mkdirSync, writeFileSync } from 'node:fs';
import { fpSimd } from '../../src/isa/fp-simd';
import { decoder } from '../../src/isa/testing/harness';
import { randomWord, untestable } from './compare-rows';
import { fpcrOf, fpsrOf, memoryBytesOf } from './fp-simd-rules';
import { QemuUserOracle } from './oracle-qemu-user';
import { Random, randomState } from './random-state';
import { hashState } from './state-hash';

/** Writes tests/vectors/fp-simd.json: what qemu-aarch64 makes of some instructions of each row, for fp-simd-vectors.test.ts. */

const CASES_PER_ROW = 8;
const oracle = new QemuUserOracle('cortex-a57');
const decode = decoder(fpSimd);
const random = new Random(20);
const vectors: Record<string, string> = {};
for (const row of fpSimd) {
  const picked: { word: number; seed: number }[] = [];
  while (picked.length < CASES_PER_ROW) {
    const word = randomWord(random, row);
    const instruction = decode(word);
    if (instruction?.row === row && !untestable(instruction)) picked.push({ word, seed: random.u32() });
  }
  const options = { memoryBytes: memoryBytesOf(row), fpcr: fpcrOf(row) };
  const results = oracle.run(picked.map(({ word, seed }) => ({ ...randomState(new Random(seed), options), word })));
  if (results.some(({ signal }) => signal !== 0)) throw new Error(`${row.name}: the oracle stops at one of its words`);
  const hex = (value: number): string => value.toString(16).padStart(8, '0');
  vectors[row.name] = picked
    .map(({ word, seed }, i) => hex(word) + hex(seed) + hex(hashState(results[i]!, fpsrOf(row))))
    .join(' ');
}
oracle.close();
const directory = new URL('../vectors/', import.meta.url);
mkdirSync(directory, { recursive: true });
writeFileSync(new URL('fp-simd.json', directory), JSON.stringify(vectors, null, 1) + '\n');
console.log(`recorded ${Object.keys(vectors).length} rows`);
