import { mkdirSync, writeFileSync } from 'node:fs';
import { enumerateHandlers } from '../../src/cpu/handlers';
import { A64 } from '../../src/isa';
import type { Row } from '../../src/isa/row';
import { type Case, slotAddress } from './case';
import { isTelling, pickWord } from './compare-rows';
import { EngineUnderTest } from './engine-under-test';
import { QemuUserOracle } from './oracle-qemu-user';
import { Random } from './random';
import { CPU_MODELS, cpuModel, exclusionOfRow, usesMemory } from './rules';
import { hashResult } from './state-hash';
import { caseOf, decoderOf, encodeVector, VECTOR_FILE, type Vector, type VectorFile } from './vectors';

/** Writes tests/vectors/a64.json, which vectors.test.ts replays: `npx tsx tests/difftest/record.ts`. */

const FEWEST = 10;
/** For each of a row's shapes, that is, handlers of the interpreter. */
const CASES_PER_SHAPE = 3;
const MOST = 40;
const UNDEFINED_PER_ROW = 2;
const TRIES = 2000;

const oracle = new QemuUserOracle();
const decode = decoderOf(await EngineUnderTest.create());
const random = new Random(20);
const shapes = new Map<Row, number>();
for (const { row } of enumerateHandlers(A64).specs) shapes.set(row, (shapes.get(row) ?? 0) + 1);
const undefinedWords: number[] = [];
const planned: { vector: Vector; one: Case; group: string }[] = [];
for (const row of A64) {
  if (exclusionOfRow(row)) continue;
  let unallocated = 0;
  // Branches, jumps and system registers are few rows and matter much.
  const isSpecial = row.branch !== undefined || row.indirect || row.synchronises === true || /^M(RS|SR)/.test(row.name);
  const wanted = isSpecial ? MOST : Math.min(MOST, Math.max(FEWEST, CASES_PER_SHAPE * (shapes.get(row) ?? 0)));
  for (let made = 0, tries = 0; made < wanted && tries < TRIES; tries++) {
    const slot = planned.length;
    const picked = pickWord(random, row, slotAddress(slot), decode);
    if (picked && !picked.instruction && unallocated++ < UNDEFINED_PER_ROW) undefinedWords.push(picked.word);
    if (!picked?.instruction) continue;
    const vector = { row, word: picked.word, seed: random.u32(), hash: 0, slot };
    planned.push({ vector, one: caseOf(vector, decode)!, group: `${cpuModel(row)} ${usesMemory(row)}` });
    made++;
  }
}
const file: VectorFile = { executed: {}, undefined: undefinedWords.map((word) => word.toString(16).padStart(8, '0')).join(' ') };
const recorded = new Map<Vector, string>();
for (const model of CPU_MODELS) {
  for (const memory of [false, true]) {
    const group = planned.filter((each) => each.group === `${model} ${memory}`);
    const results = await oracle.run(
      group.map(({ one }) => one),
      model,
    );
    group.forEach(({ vector }, i) => {
      const result = results[i]!;
      if (!isTelling(result)) return;
      recorded.set(vector, encodeVector({ ...vector, hash: hashResult(result) }));
    });
  }
}
for (const { vector } of planned) {
  const text = recorded.get(vector);
  const { name } = vector.row;
  if (text) file.executed[name] = file.executed[name] ? `${file.executed[name]} ${text}` : text;
}
oracle.close();
mkdirSync(new URL('.', VECTOR_FILE), { recursive: true });
writeFileSync(VECTOR_FILE, JSON.stringify(file, null, 1) + '\n');
console.log(`recorded ${recorded.size} cases of ${Object.keys(file.executed).length} encodings`);
