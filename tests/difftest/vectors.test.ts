import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { A64 } from '../../src/isa';
import { disassemble } from '../../src/isa/text/disassemble';
import type { Case } from './case';
import { ENGINES, EngineUnderTest } from './engine-under-test';
import { exclusionOfRow, usesMemory } from './rules';
import { hashResult } from './state-hash';
import { caseOf, decoderOf, decodeVectors, VECTOR_FILE, type VectorFile } from './vectors';

/**
 * Instructions of every row on random state, on the interpreter and compiled, against results recorded from qemu-aarch64. When one fails,
 * `npm run difftest -- --rows NAME` shows what differs.
 */
const file = JSON.parse(readFileSync(VECTOR_FILE, 'utf8')) as VectorFile;
const vectors = decodeVectors(file);
let engine: EngineUnderTest;

beforeAll(async () => {
  engine = await EngineUnderTest.create();
});

describe('recorded results of qemu-aarch64', () => {
  it('exist for every encoding', () => {
    const tested = A64.filter((row) => !exclusionOfRow(row)).map(({ name }) => name);
    expect(Object.keys(file.executed).sort()).toEqual(tested.sort());
  });

  it.each(ENGINES)('are reproduced by the %s', (by) => {
    const decode = decoderOf(engine);
    const wrong: string[] = [];
    let compiled = 0;
    for (const memory of [false, true]) {
      const group = vectors.filter(({ row }) => usesMemory(row) === memory);
      const cases = group.map((vector) => caseOf(vector, decode) as Case);
      engine.run(cases, by).forEach((result, i) => {
        const { row, word, hash } = group[i]!;
        if (result.compiled) compiled++;
        if (hashResult(result) !== hash) wrong.push(`${row.name}: ${word.toString(16)} ${disassemble(word)}`);
      });
    }
    expect(wrong).toEqual([]);
    if (by === 'jit') expect(compiled / vectors.length).toBeGreaterThan(0.9);
    else expect(compiled).toBe(0);
  });

  it('include words that nothing may decode', () => {
    const words = file.undefined.split(' ').map((text) => Number.parseInt(text, 16));
    expect(words.length).toBeGreaterThan(100);
    expect(words.filter((word) => engine.decode(word)).map((word) => word.toString(16))).toEqual([]);
  });
});
